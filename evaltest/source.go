package evaltest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/pace"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/runrecord"
	"github.com/evalrun/evalrun/record"
)

// retryFor is how long a request that failed is tried again.
const retryFor = 10 * time.Minute

// source is where answers come from: the API, or a record.
type source struct {
	http     *messages.HTTP // nil where a record answers
	replayed *record.File   // nil where the API answers
}

// source opens where answers come from.
func (c *config) source() (*source, error) {
	if from := c.answers(); from != "" {
		file, err := record.Open(from)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, diagnostic.List{{Message: "there is no record " + from, Hint: "`go test` without -short, and without evaltest.Replay, asks and writes it"}}
		}
		return &source{replayed: file}, err
	}
	to := endpoint.Options{BaseURL: c.baseURL}
	sender, err := to.NewHTTP(endpoint.Needs{
		UserAgent: "evalrun-evaltest", Pacer: pace.New(pace.Options{}), RetryFor: retryFor,
		Otherwise: "run `go test -short`, which answers from the record that evaltest.Record names",
	})
	return &source{http: sender}, err
}

// answers is the record that answers; "" for none.
func (c *config) answers() string {
	if c.replay == "" && testing.Short() {
		return c.record
	}
	return c.replay
}

func (s *source) close() {
	if s.http != nil {
		s.http.Close()
	}
	if s.replayed != nil {
		s.replayed.Close()
	}
}

// begin begins the record that the run writes, and gives its path: the one that
// the command evalrun writes by default, or one that goes with the test where
// nothing is asked.
func (s *source) begin(t *testing.T) (*record.Writer, string, error) {
	if s.replayed != nil {
		path := filepath.Join(t.TempDir(), runrecord.Last)
		w, err := record.Create(path)
		return w, path, err
	}
	w, err := runrecord.Begin(runrecord.Path)
	if err != nil {
		return nil, "", fmt.Errorf("cannot write the record: %w", err)
	}
	return w, runrecord.Path, errors.Join(runrecord.KeepBeside())
}

// options are how a plan is asked.
func (s *source) options(c *config, plan *runner.Plan, w *record.Writer) runner.Options {
	o := runner.Options{
		Record: w, Version: endpoint.DefaultVersion, Checks: c.checker(), Concurrency: max(1, min(plan.Samples, 2*pace.DefaultMaxConcurrency)),
		Header: record.Run{Tool: "evaltest", APIVersion: endpoint.DefaultVersion, Source: record.SourceAPI},
	}
	if s.replayed != nil {
		o.Answers = record.NewAnswers(s.replayed, plan.Has)
		o.Sender, o.Concurrency = replay.New(o.Answers), max(1, min(plan.Samples, 2*runtime.GOMAXPROCS(0)))
		o.Header.BaseURL, o.Header.Platform, o.Header.Source = s.replayed.Run.BaseURL, s.replayed.Run.Platform, s.replayed.Run.Source
		return o
	}
	o.Sender, o.Header.BaseURL, o.Tools = s.http, s.http.BaseURL(), c.toolbox().caller()
	if c.bounded() {
		o.Budget = plan.Bounded(o.Sender, c.maxCost, record.Spending{}, w)
		o.Sender = o.Budget
	}
	return o
}

// untilDeadline ends before the test does, by -timeout, so that what was answered
// is reported.
func untilDeadline(t *testing.T) (context.Context, context.CancelFunc) {
	deadline, ok := t.Deadline()
	if !ok {
		return context.WithCancel(t.Context())
	}
	return context.WithDeadline(t.Context(), deadline.Add(-min(10*time.Second, time.Until(deadline)/10)))
}
