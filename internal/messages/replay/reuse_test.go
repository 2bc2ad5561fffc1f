package replay

import (
	"context"
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
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
