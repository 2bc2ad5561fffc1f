package evaltest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/runrecord"
	"github.com/evalrun/evalrun/record"
)

// Run asks the cases of the suites below path, a file or a directory, and reports
// each case and variant as a subtest: SUITE/CASE, or SUITE/CASE/VARIANT. A case
// that did not pass fails its subtest, with the place of each assertion and the
// values of its parts; one that has no outcome does so too, and says that it is an
// error. A gate that did not hold fails the subtest of its suite, and what is of
// the run as a whole fails t.
//
// All cases that -run and -skip choose are asked in one run, side by side, and
// subtests end in the order of the suites. The run's record is
// .evalrun/last.jsonl in the package's directory, for `evalrun view` and the like.
//
// With -short the record that Record names answers, and without one t is skipped
// once the suites were checked. What is wrong with suites or options, or a missing
// key, ends t before anything is sent.
//
// Run must not be called by two goroutines at once. Parallel tests may call it if
// each names a Replay.
func Run(t *testing.T, path string, options ...Option) {
	t.Helper()
	c := newConfig(path, options)
	refuse(t, c.check())
	plan, all, err := c.plan(nil)
	refuse(t, err)
	if testing.Short() && c.answers() == "" {
		t.Skip("-short sends nothing, and no record answers: name one with evaltest.Record")
	}
	from, err := c.source()
	refuse(t, err)
	defer from.close()

	r := &results{whole: true}
	tests := choose(t, all)
	defer func() { tests.end(r.ofCase, r.ofSuite) }()
	ids := tests.ids()
	if len(ids) == 0 {
		t.Logf("-run chooses none of %d cases", len(all))
		return
	}
	if len(ids) < len(all) {
		r.whole = false
		plan, _, err = c.plan(ids)
		refuse(t, err)
	}
	refuse(t, r.ask(t, c, plan, from))
	reportRun(t, r)
	if c.record != "" && from.http != nil {
		keep(t, r, c.record)
	}
}

// ask runs the plan and sums its record up.
func (r *results) ask(t *testing.T, c *config, plan *runner.Plan, from *source) error {
	w, path, err := from.begin(t)
	if err != nil {
		return err
	}
	t.Cleanup(func() { w.Close() })
	r.path = path
	var written runrecord.Written
	opts := from.options(c, plan, w)
	opts.Gates = func() ([]record.Gate, error) { return written.Gates(w.Read) }
	if !r.whole {
		opts.Header.Choice = &record.Choice{By: []string{"go test -run"}}
	}
	ctx, cancel := untilDeadline(t)
	defer cancel()
	beyond := ending(ctx, runner.Run(ctx, plan, opts))
	src, err := written.Source(w.Read)
	if err != nil {
		return errors.Join(err, w.End())
	}
	t.Cleanup(func() { src.File.Close() })
	src.Verdict = verdict.OfRun(src.Run, verdict.Options{}, beyond...)
	if err := runrecord.End(w, &src, beyond); err != nil {
		src.Verdict = src.Verdict.With(stopped(err.Error()))
	}
	return r.read(src, plan.Suites())
}

// ending is what ended a run before its time.
func ending(ctx context.Context, err error) []verdict.Reason {
	switch {
	case err != nil:
		return []verdict.Reason{stopped(err.Error())}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return []verdict.Reason{stopped("the time of -timeout is over; what was answered is in the record")}
	case ctx.Err() != nil:
		return []verdict.Reason{stopped(ctx.Err().Error())}
	}
	return nil
}

func stopped(why string) verdict.Reason {
	return verdict.Reason{Kind: verdict.Stopped, Exit: verdict.ExitErrors, Text: fmt.Sprintf("the run was stopped: %s", why)}
}
