package replay

import (
	"context"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// counter answers every request, and counts them.
type counter struct{ sent int }

func (c *counter) Send(context.Context, *messages.Request, record.Identity) (*messages.Exchange, error) {
	c.sent++
	return &messages.Exchange{Answer: &messages.Answer{ID: "sent"}}, nil
}

func TestReuseSendsOnlyWhatHasNoAnswer(t *testing.T) {
	answered, failed := body("m", 1024, "Hello"), body("m", 1024, "Overloaded?")
	e := recorded("b", failed, 1)
	e.Response, e.Error = nil, &record.Error{Status: 529, Type: "overloaded_error", Message: "Overloaded"}
	rec := sender(t, recorded("a", answered, 1), e).answers
	for _, test := range []struct {
		name   string
		body   string
		of     record.Identity
		reused bool
	}{
		{"answered", answered, record.Identity{Sample: 1}, true},
		{"another sample", answered, record.Identity{Sample: 2}, false},
		{"a judge's vote", answered, record.Identity{Sample: 1, Vote: 1}, false},
		{"an error", failed, record.Identity{Sample: 1}, false},
		{"unknown", body("m", 1024, "Bye"), record.Identity{Sample: 1}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			next := &counter{}
			ex, err := NewReuse(rec, next).Send(t.Context(), request(test.body), test.of)
			if err != nil {
				t.Fatal(err)
			}
			if ex.Reused != test.reused || (next.sent == 0) != test.reused || ex.Error != nil {
				t.Errorf("reused %t, sent %d, error %v; want reused %t", ex.Reused, next.sent, ex.Error, test.reused)
			}
		})
	}
}

// An answer is as old as it says, or as its run's beginning where it was made in
// that; of one that was reused before, by a version that kept no times, nobody knows.
func TestReuseAsksForOldAnswersAgain(t *testing.T) {
	text := body("m", 1024, "Hello")
	began := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	later := began.Add(48 * time.Hour)
	for _, test := range []struct {
		name     string
		answered time.Time
		reused   bool
		since    time.Time
		old      int
	}{
		{"made at that time", later, false, later, 0},
		{"made before", later, true, later.Add(time.Second), 1},
		{"made in the run", time.Time{}, false, began, 0},
		{"made in an older run", time.Time{}, false, began.Add(time.Second), 1},
		{"of unknown age", time.Time{}, true, began, 1},
		{"of unknown age, which does not matter", time.Time{}, true, time.Time{}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := recorded("a", text, 1)
			e.Answered, e.Reused = test.answered, test.reused
			first := record.Run{APIVersion: version, Source: record.SourceFake, Started: began}
			again := first
			again.Started, again.Resumed = later, true
			answers := record.NewAnswers(recordtest.Open(t, first, e, again), nil)
			next := &counter{}
			reuse := NewReuse(answers, next)
			reuse.NotBefore(test.since)
			ex, err := reuse.Send(t.Context(), request(text), record.Identity{Sample: 1})
			if err != nil {
				t.Fatal(err)
			}
			if reuse.Old() != test.old || next.sent != test.old || ex.Reused != (test.old == 0) {
				t.Errorf("%d old, %d sent, reused %t; want %d old", reuse.Old(), next.sent, ex.Reused, test.old)
			}
		})
	}
}
