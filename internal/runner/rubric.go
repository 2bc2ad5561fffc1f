package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/judge"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// noVerdict is why a sample cannot be judged.
type noVerdict struct{ why *record.Error }

func (e noVerdict) Error() string { return e.why.Message }

// asking gives the bodies of the requests that one vote on a rubric takes: one,
// or two where answers are compared, with the sample's own in place 1 and in
// place 2.
type asking func(r *suite.Rubric) ([]payload.JSON, error)

// about asks about one answer.
func about(answer judge.Answer) asking {
	return func(r *suite.Rubric) ([]payload.JSON, error) {
		body, err := settings(r.Judge).Rubric(r.Text, answer)
		return []payload.JSON{body}, err
	}
}

func settings(j *suite.Judge) judge.Settings {
	return judge.Settings{Body: j.Body, Tool: j.Tool, ShowThinking: j.ShowThinking}
}

// judge asks the judges of rubrics side by side and puts their verdicts into
// the sample. The error says that a judge gave none, or that the sample was
// broken off.
func (t *trial) judge(ctx context.Context, rubrics []int, ask asking) error {
	ballots, err := t.ballots(rubrics, ask)
	if err != nil {
		return err
	}
	var asked sync.WaitGroup
	for _, b := range ballots {
		for i := range b.votes {
			asked.Go(func() {
				defer fault.Catch()
				defer t.memory.Work()()
				t.cast(ctx, b, i)
			})
		}
	}
	resume := t.memory.Pause()
	asked.Wait()
	resume()
	if slices.ContainsFunc(ballots, (*ballot).isPending) {
		return messages.ErrPending
	}
	for _, b := range ballots {
		for _, i := range b.rubrics {
			if err := t.count(i, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// isPending reports whether a vote is not there yet.
func (b *ballot) isPending() bool {
	return slices.ContainsFunc(b.votes, func(v vote) bool { return errors.Is(v.err, messages.ErrPending) })
}

// ballots are the questions that the rubrics come to, each once.
func (t *trial) ballots(rubrics []int, ask asking) ([]*ballot, error) {
	var out []*ballot
	known := map[string]*ballot{}
	for _, i := range rubrics {
		a := t.q.Assertions[i]
		bodies, err := ask(a.Rubric)
		if err != nil {
			return nil, err
		}
		b := t.run.ballot(a, bodies)
		if runsTools(t.q.Case) { // and the whole sample is asked in one round
			for _, r := range b.requests {
				r.Direct = realToolCase
			}
		}
		key := b.requests[0].Key()
		if same := known[key]; same != nil {
			b = same
		} else {
			known[key] = b
			out = append(out, b)
		}
		b.rubrics = append(b.rubrics, i)
		b.votes = make([]vote, max(len(b.votes), a.Rubric.Requests()))
	}
	return out, nil
}

// ballot makes the requests of a rubric.
func (r *run) ballot(a suite.Assertion, bodies []payload.JSON) *ballot {
	j := a.Rubric.Judge
	b := &ballot{rubric: a.Rubric, name: rubricName(a)}
	for _, body := range bodies {
		b.requests = append(b.requests, &messages.Request{
			Body: body, Version: cmp.Or(j.Version, r.opts.Version), Betas: j.Betas, Model: j.Model,
			Withdrawn: r.breakers.judgeStopped(j.Model), Timeout: cmp.Or(max(r.opts.Timeout, 0), j.Timeout),
		})
	}
	return b
}

// cast asks for the i-th vote, from 0, and records what came of it.
func (t *trial) cast(ctx context.Context, b *ballot, i int) {
	model := b.rubric.Judge.Model
	place := i % len(b.requests)
	request := b.requests[place]
	of := t.identity(t.turn)
	of.Role, of.Assertion, of.Vote = record.RoleJudge, b.rubrics[0], i+1
	if len(b.requests) > 1 {
		of.Place = place + 1
	}
	ex, err := t.send(ctx, request, of)
	if err != nil {
		b.votes[i].err = t.uncast(b, err)
		return
	}
	cost := t.run.price(model, ex)
	t.mu.Lock()
	t.cost.add(ex, cost)
	t.mu.Unlock()
	t.run.record(t.q, of, request, ex, cost)
	if ex.Error != nil {
		t.run.breakers.add(model, ex)
		e := ex.Error.Record()
		e.Message = fmt.Sprintf("the judge %s could not be asked about %s: %s", model, b.name, e.Message)
		b.votes[i].err = noVerdict{e}
		return
	}
	t.run.breakers.answered(model)
	if err := b.votes[i].read(b, ex.Answer); err != nil {
		b.votes[i].err = noVerdict{&record.Error{
			Type:    record.NoVerdict,
			Message: fmt.Sprintf("the judge %s gave no verdict on %s: %v", model, b.name, err),
		}}
	}
}

// uncast is why there is no exchange of a vote: the request was withdrawn, or
// the conversation broken off.
func (t *trial) uncast(b *ballot, err error) error {
	if !errors.Is(err, messages.ErrWithdrawn) {
		return err
	}
	e := t.run.unsent(t.q, err)
	e.Message = fmt.Sprintf("the judge %s was not asked about %s: %s", b.rubric.Judge.Model, b.name, e.Message)
	return noVerdict{e}
}

// count gives a rubric its outcome. Without a verdict there is none: the error
// says why, unless the rubric is only a warning.
func (t *trial) count(i int, b *ballot) error {
	a, check := t.q.Assertions[i], &t.sample.Assertions[i]
	votes := b.votes[:a.Rubric.Requests()]
	for _, v := range votes {
		var none noVerdict
		switch {
		case v.err == nil:
		case a.Warn && errors.As(v.err, &none):
			t.unscored(i, none)
			return nil
		default:
			return v.err
		}
	}
	tally(check, a.Rubric, votes)
	if names := a.ScoreMetrics(); len(names) > 0 {
		t.measured(names[0], *check.Score)
	}
	return nil
}

// unscored notes that a rubric or check that is only a warning has no verdict.
func (t *trial) unscored(i int, why noVerdict) {
	a := t.q.Assertions[i]
	t.sample.Assertions[i].Outcome = record.Skip
	t.sample.Warnings = append(t.sample.Warnings, why.Error())
	t.unmeasured(why.Error(), a.ScoreMetrics()...)
}

// unmeasured notes why metrics have no value.
func (t *trial) unmeasured(why string, metrics ...string) {
	for _, metric := range metrics {
		if t.sample.MetricErrors == nil {
			t.sample.MetricErrors = map[string]string{}
		}
		t.sample.MetricErrors[metric] = why
	}
}

// rubricName is what messages call a rubric.
func rubricName(a suite.Assertion) string {
	if a.Name != "" {
		return fmt.Sprintf("%q", a.Name)
	}
	return "the rubric at " + a.Expr.Path()
}

// scoreBetter says which change of a score is better. One that is
// only a warning decides nothing, nor does a change of it.
func scoreBetter(a suite.Assertion) string {
	if a.Warn {
		return ""
	}
	return "higher"
}

// judges are the models without which a case cannot be judged.
func (q *question) judges() []string {
	if !q.rubrics {
		return nil
	}
	var out []string
	for _, a := range q.Assertions {
		if a.Rubric != nil && !a.Warn && a.Rubric.Requests() > 0 && !slices.Contains(out, a.Rubric.Judge.Model) {
			out = append(out, a.Rubric.Judge.Model)
		}
	}
	return out
}
