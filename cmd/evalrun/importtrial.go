package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/logsuite"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/traffic"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// recordName is the record that import writes beside a suite.
const recordName = "record.jsonl"

// trial runs suites that were made of a log against the log: each request must be
// the one that was logged, and is answered as that was.
type trial struct {
	path   string // of the log
	log    *traffic.Log
	suites *logsuite.Suites

	mu       sync.Mutex
	problems diagnostic.List
	next     runner.Recorder // nil for none
}

// run tries the suites in a directory, and writes what came of it to a recorder,
// unless that is nil.
func (t *trial) run(ctx context.Context, dir string, to runner.Recorder) error {
	var paths []string
	for _, name := range t.suites.Names {
		paths = append(paths, filepath.Join(dir, name))
	}
	planner := runner.NewPlanner(prices.Default())
	set, loadErr := suite.Load(paths, suite.Options{Each: planner.Add, Every: planner.Every})
	plan, planErr := planner.Plan(set)
	if err := diagnostic.Join(loadErr, planErr); err != nil {
		return t.notImported(err)
	}
	t.problems, t.next = nil, to
	header := record.Run{Tool: tool(), APIVersion: endpoint.DefaultVersion, Source: record.SourceAPI}
	if t.log.Record != nil {
		var run record.Run
		if err := exactjson.Unmarshal(t.log.Record, &run); err != nil {
			return err
		}
		header.BaseURL, header.APIVersion, header.Source = run.BaseURL, run.APIVersion, run.Source
	}
	err := runner.Run(ctx, plan, runner.Options{
		Sender: t, Record: t, Concurrency: 2 * runtime.GOMAXPROCS(0), Version: header.APIVersion, Header: header,
	})
	return errors.Join(err, t.problems.Err())
}

// notImported reports why no suite can be made of it: the suite that was tried is
// not kept, so that no place in it is of use.
func (t *trial) notImported(err error) error {
	var list diagnostic.List
	if !errors.As(err, &list) {
		return err
	}
	var out diagnostic.List
	for _, d := range list {
		if d.Severity == diagnostic.Warning {
			continue
		}
		out.Add(diagnostic.Diagnostic{
			Position: diagnostic.Position{File: t.path}, Message: "no suite can ask what was logged: " + d.Message,
			Hint: "nothing was written; leave the requests with it out of the log",
		})
	}
	if len(out) == 0 {
		return err
	}
	return out.Err()
}

// record writes the record of the suites beside them. With force one that is there
// is kept under another name, which it gives; "" where none was there.
func (t *trial) record(ctx context.Context, dir string, force bool) (kept string, err error) {
	path := filepath.Join(dir, recordName)
	if _, err := os.Lstat(path); err == nil {
		if !force {
			return "", usage(path+" is there already", "name another directory with -o; --force keeps it under another name")
		}
		if kept, err = keepAside(path); err != nil {
			return "", usage(fmt.Sprintf("cannot keep the record that is there: %v", err), "move it away")
		}
	}
	if err = t.write(ctx, dir, path); err != nil && kept != "" {
		err = errors.Join(err, os.Rename(kept, path))
	}
	return kept, err
}

// keepAside renames a file to a name that is free.
func keepAside(path string) (string, error) {
	dir, name := filepath.Split(path)
	ext := filepath.Ext(name)
	kept := dir + "previous-" + name
	for n := 2; ; n++ {
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			return kept, os.Rename(path, kept)
		} else if err != nil {
			return "", err
		}
		kept = fmt.Sprintf("%sprevious-%s-%d%s", dir, strings.TrimSuffix(name, ext), n, ext)
	}
}

// write makes the record, or leaves nothing there.
func (t *trial) write(ctx context.Context, dir, path string) error {
	w, err := record.Create(path)
	if err != nil {
		return usage(fmt.Sprintf("cannot write the record: %v", err), "")
	}
	if err = t.run(ctx, dir, w); err == nil {
		err = w.Append(record.Verdict{})
	}
	if err = errors.Join(err, w.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// Send answers as the log has it.
func (t *trial) Send(_ context.Context, req *messages.Request, of record.Identity) (*messages.Exchange, error) {
	c := t.suites.Cases[of.Case]
	if c == nil || of.Turn > len(c.Steps) {
		t.problem(0, fmt.Sprintf("the suite asks for turn %d of %s, which the log does not have", of.Turn, diagnostic.Quote(of.Case)))
		return notLogged(), nil
	}
	e := c.Steps[of.Turn-1].Exchange
	if member := e.Difference(req.Body, of.Turn == 1); member != "" {
		t.problem(e.Line, fmt.Sprintf("the suite that was made of the request asks another one: %s differs", diagnostic.Quote(member)))
		return notLogged(), nil
	}
	m := &e.Measured
	x := &messages.Exchange{Answer: e.Answer, Latency: record.Duration(m.LatencyMS), InFlight: m.InFlight, Reused: true, Cost: m.CostUSD}
	if m.TTFTMS != nil {
		ttft := record.Duration(*m.TTFTMS)
		x.TTFT = &ttft
	}
	for _, a := range m.Attempts {
		x.Attempts = append(x.Attempts, messages.Attempt{Status: a.Status, Duration: record.Duration(a.MS), Cause: a.Cause})
	}
	if x.Cost == nil {
		x.Cost = costOf(req.Model, e.Answer)
	}
	return x, nil
}

// costOf is what an answer cost, by the prices of today; nil where it is not known.
func costOf(model string, a *messages.Answer) *float64 {
	use := prices.Use{Model: a.Model, Asked: model, Usage: a.Usage.Raw, When: time.Now()}
	if use.Model == "" {
		use.Model = model
	}
	usd, err := prices.Default().Cost(use)
	if err != nil {
		return nil
	}
	return &usd
}

// notLogged is the exchange of a request that the log does not have.
func notLogged() *messages.Exchange {
	return &messages.Exchange{Reused: true, Error: &messages.Error{Type: messages.ErrNotRecorded, Message: "the log does not have the request"}}
}

// Append takes a line of the record, and notes conversations that did not come to
// their end.
func (t *trial) Append(line record.Line) error {
	if sample, ok := line.(record.Sample); ok {
		c := t.suites.Cases[sample.Case]
		switch {
		case sample.Ended != "" && c != nil:
			t.problem(c.First().Line, "the conversation that begins here cannot be had again: "+sample.Ended)
		case sample.Error != nil && sample.Error.Type != messages.ErrNotRecorded && c != nil:
			t.problem(c.First().Line, sample.Error.Message)
		}
	}
	if t.next == nil {
		return nil
	}
	return t.next.Append(line)
}

// problem takes note of what is wrong with a line of the log; 0 is none.
func (t *trial) problem(line int, message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	const most = 20
	if len(t.problems) < most {
		t.problems.Add(diagnostic.Diagnostic{Position: diagnostic.Position{File: t.path, Line: line}, Message: message, Hint: "this is a fault of evalrun; nothing was written"})
	}
}
