package runner_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runner"
)

// teller counts tokens and gives model info, as a test sets them.
type teller struct {
	count func(body string) (int64, error)
	model func(id string) (*messages.ModelInfo, error)

	mu    sync.Mutex
	asked []string
}

func (c *teller) CountTokens(_ context.Context, req *messages.Request) (int64, error) {
	c.note(req.Body.String())
	return c.count(req.Body.String())
}

func (c *teller) Model(_ context.Context, id, version string) (*messages.ModelInfo, error) {
	c.note(id + " " + version)
	return c.model(id)
}

func (c *teller) note(asked string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, asked)
}

// rowsPlan is a plan of so many cases, each with a prompt longer than the one
// before, the last of them skipped.
func rowsPlan(t *testing.T, rows int) *runner.Plan {
	t.Helper()
	text := "cases:\n"
	for i := range rows {
		text += fmt.Sprintf("  - {name: row %d, messages: [{user: %q}]}\n", i, strings.Repeat("word ", i+1))
	}
	return planOf(t, text+"  - {name: skipped, skip: not today, messages: [{user: Hi}]}\n")
}

// words is a tokenizer: a token for each word of a body, and ten.
func words(body string) (int64, error) { return int64(10 + strings.Count(body, "word ")), nil }

func TestCountAll(t *testing.T) {
	plan := rowsPlan(t, 8)
	got, err := plan.Count(t.Context(), &teller{count: words}, runner.CountOptions{Most: 8})
	if err != nil || got.Prompts != 8 || got.Counted != 8 || got.Failed != 0 {
		t.Fatalf("%+v %v", got, err)
	}
	// 8 × 10 + 1 + 2 + … + 8
	if in := plan.Estimates()[0].Input; in.Low != 116 || in.Likely != 116 || in.High != 116 {
		t.Errorf("%+v", in)
	}
}

// TestCountSome holds that a sample is spread over the plan, and that the
// others are estimated by it, within what it says that it may be off.
func TestCountSome(t *testing.T) {
	plan := rowsPlan(t, 100)
	c := &teller{count: words}
	got, err := plan.Count(t.Context(), c, runner.CountOptions{Most: 10})
	if err != nil || got.Prompts != 100 || got.Counted != 10 {
		t.Fatalf("%+v %v", got, err)
	}
	var last int
	for _, body := range c.asked {
		last = max(last, strings.Count(body, "word "))
	}
	if len(c.asked) != 10 || last != 100 {
		t.Errorf("%d prompts were counted, the longest of %d words", len(c.asked), last)
	}
	const all = 100*10 + 100*101/2
	in := plan.Estimates()[0].Input
	if in.Low > all || in.High < all || math.Abs(in.Likely-all) > 0.1*all || in.High-in.Low > 0.3*all {
		t.Errorf("%+v, all have %d", in, all)
	}
}

// TestCountWhatIsRefused holds that a prompt that cannot be counted is told,
// and estimated by the others.
func TestCountWhatIsRefused(t *testing.T) {
	plan := rowsPlan(t, 4)
	refused := &messages.Error{Status: 400, Type: "invalid_request_error", Message: "no"}
	got, err := plan.Count(t.Context(), &teller{count: func(body string) (int64, error) {
		if n, _ := words(body); n != 12 {
			return n, nil
		}
		return 0, refused
	}}, runner.CountOptions{Most: 50})
	if err != nil || got.Counted != 3 || got.Failed != 1 || got.Why == nil || got.Why.Error() != "row 1: 400 invalid_request_error: no" {
		t.Fatalf("%+v %v", got, err)
	}
	if in := plan.Estimates()[0].Input; in.Likely < 45 || in.Likely > 55 { // 11 + 12 + 13 + 14
		t.Errorf("%+v", in)
	}
}

func TestCountEnds(t *testing.T) {
	for _, why := range []error{
		&messages.Error{Status: 401, Type: "authentication_error", Message: "invalid x-api-key"},
		&messages.Error{Type: messages.ErrConnection, Message: "no such host"},
		fmt.Errorf("%w: 404", messages.ErrNotOffered),
	} {
		plan := rowsPlan(t, 100)
		before := plan.Estimates()[0]
		c := &teller{count: func(string) (int64, error) { return 0, why }}
		_, err := plan.Count(t.Context(), c, runner.CountOptions{Most: 100})
		if !errors.Is(err, why) || len(c.asked) > 20 {
			t.Errorf("%v after %d requests, want %v", err, len(c.asked), why)
		}
		if plan.Estimates()[0] != before {
			t.Error("the estimate was changed")
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := rowsPlan(t, 100).Count(ended, &teller{count: words}, runner.CountOptions{Most: 100}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestCountSkipsModels(t *testing.T) {
	c := &teller{count: words}
	got, err := rowsPlan(t, 8).Count(t.Context(), c, runner.CountOptions{Most: 8, Skip: func(model string) bool { return model == "claude-opus-4-6" }})
	if err != nil || got != (runner.Counted{}) || len(c.asked) != 0 {
		t.Errorf("%+v %v, %d asked", got, err, len(c.asked))
	}
}

func TestTell(t *testing.T) {
	plan := rowsPlan(t, 2)
	unknown := &messages.Error{Status: 404, Type: "not_found_error", Message: "model: claude-opus-4-6"}
	c := &teller{model: func(string) (*messages.ModelInfo, error) { return nil, unknown }}
	told, err := plan.ModelInfo(t.Context(), c, "2023-06-01")
	if err != nil || len(told) != 1 || told[0].Model != "claude-opus-4-6" || told[0].Err != unknown {
		t.Errorf("%+v %v", told, err)
	}
	if len(c.asked) != 1 || c.asked[0] != "claude-opus-4-6 2023-06-01" {
		t.Errorf("%q", c.asked)
	}
	c.model = func(string) (*messages.ModelInfo, error) { return nil, messages.ErrNotOffered }
	if told, err := plan.ModelInfo(t.Context(), c, ""); err != nil || !errors.Is(told[0].Err, messages.ErrNotOffered) {
		t.Errorf("%+v %v", told, err)
	}
	denied := &messages.Error{Status: 401, Type: "authentication_error", Message: "no"}
	c.model = func(string) (*messages.ModelInfo, error) { return nil, denied }
	if _, err := plan.ModelInfo(t.Context(), c, ""); err != denied {
		t.Errorf("%v", err)
	}
}
