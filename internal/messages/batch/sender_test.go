package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/batch"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// lines are those of a record that are written.
type lines []record.Line

func (l *lines) Append(line record.Line) error {
	*l = append(*l, line)
	return nil
}

// fixture is a Sender before a fake API.
type fixture struct {
	t      *testing.T
	server *fakeapi.Server
	sender *batch.Sender
	record lines
}

func newFixture(t *testing.T, api fakeapi.Options, o batch.Options) *fixture {
	t.Helper()
	f := &fixture{t: t, server: fakeapi.New(api)}
	client, err := messages.NewHTTP(messages.HTTPOptions{BaseURL: f.server.Start(t), APIKey: "test"})
	if err != nil {
		t.Fatal(err)
	}
	o.API, o.Direct, o.Record, o.Dir, o.RetryFor = client, client, &f.record, t.TempDir(), time.Hour
	o.Pace = batch.Pace{First: time.Microsecond, Most: time.Microsecond, Settle: time.Microsecond, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	f.sender = batch.New(o, nil)
	t.Cleanup(f.sender.Close)
	return f
}

func request(text string) *messages.Request {
	return &messages.Request{
		Model: "claude-opus-4-6",
		Body:  payload.New(fmt.Appendf(nil, `{"model":"claude-opus-4-6","max_tokens":100,"messages":[{"role":"user","content":%q}]}`, text)),
	}
}

func identity(sample int) record.Identity {
	return record.Identity{ID: record.ID{Suite: "s", Case: "c"}, Sample: sample, Turn: 1, Role: record.RoleAnswer}
}

// ask sends the same request for so many samples, which are all pending.
func (f *fixture) ask(samples int) {
	f.t.Helper()
	for n := 1; n <= samples; n++ {
		if ex, err := f.sender.Send(f.t.Context(), request("Hello"), identity(n)); !errors.Is(err, messages.ErrPending) {
			f.t.Fatalf("sample %d: %+v, %v", n, ex, err)
		}
	}
	if again, err := f.sender.Round(f.t.Context(), samples); err != nil || !again {
		f.t.Fatalf("round: %t, %v", again, err)
	}
}

// got describes what each sample has got.
func (f *fixture) got(samples int) (out []string) {
	f.t.Helper()
	for n := 1; n <= samples; n++ {
		ex, err := f.sender.Send(f.t.Context(), request("Hello"), identity(n))
		switch {
		case err != nil:
			out = append(out, err.Error())
		case ex.Error != nil:
			out = append(out, ex.Error.Type)
		default:
			out = append(out, "answer")
		}
	}
	return out
}

// customIDs are those of lines of results.
func customID(line []byte) string {
	var r struct {
		CustomID string `json:"custom_id"`
	}
	_ = json.Unmarshal(line, &r)
	return r.CustomID
}

// TestEqualRequestsAreDifferentSamples has equal rows get an answer each, once.
func TestEqualRequestsAreDifferentSamples(t *testing.T) {
	f := newFixture(t, fakeapi.Options{}, batch.Options{})
	f.ask(3)
	if got := f.got(3); !slices.Equal(got, []string{"answer", "answer", "answer"}) || len(f.server.Batched()) != 3 {
		t.Error(got)
	}
	ex, err := f.sender.Send(t.Context(), request("Hello"), identity(1))
	if err != nil || !ex.Recorded || ex.Batch != f.server.Batches()[0] {
		t.Errorf("the second time: %+v %v", ex, err)
	}
}

// TestBadResultsAreErrorsOfTheirSamples has results that are missing, there twice,
// of nobody, and torn.
func TestBadResultsAreErrorsOfTheirSamples(t *testing.T) {
	change := func(_ string, all [][]byte) [][]byte {
		slices.SortFunc(all, func(a, b []byte) int { return strings.Compare(customID(a), customID(b)) })
		other := bytes.Replace(all[0], []byte("A made answer"), []byte("Another answer"), 1)
		unknown := bytes.Replace(all[1], []byte(customID(all[1])), []byte(strings.Repeat("ab", 32)), 1)
		return [][]byte{all[0], other, unknown, all[2], all[2], []byte("{}\n"), all[3]}
	}
	f := newFixture(t, fakeapi.Options{Batches: fakeapi.BatchOptions{Results: change}}, batch.Options{})
	f.ask(4)
	got := f.got(4)
	slices.Sort(got)
	if want := []string{"answer", "answer", "no_result", "no_result"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if _, err := f.sender.Round(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	last := f.record[len(f.record)-1].(record.Batch)
	if last.State != record.BatchCollected || !strings.Contains(last.Error, "2 of its results are of unknown requests") {
		t.Errorf("%+v", last)
	}
}

// TestAResultThatIsTooLongIsAnErrorOfItsSample has a line that is longer than any answer
// come before the others.
func TestAResultThatIsTooLongIsAnErrorOfItsSample(t *testing.T) {
	change := func(_ string, all [][]byte) [][]byte {
		all[0] = append(bytes.Repeat([]byte("x"), 40<<20), all[0]...)
		return all
	}
	f := newFixture(t, fakeapi.Options{Batches: fakeapi.BatchOptions{Results: change}}, batch.Options{})
	f.ask(3)
	got := f.got(3)
	slices.Sort(got)
	if want := []string{"answer", "answer", "no_result"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v; %+v", got, want, f.record[len(f.record)-1])
	}
}

// TestTornResultsAreReadAgain has results be cut off twice, and then come whole.
func TestTornResultsAreReadAgain(t *testing.T) {
	torn := 0
	f := newFixture(t, fakeapi.Options{Faults: func(c *fakeapi.Call) fakeapi.Fault {
		if strings.HasSuffix(c.Path, "/results") && torn < 2 {
			torn++
			return fakeapi.TornBody
		}
		return ""
	}}, batch.Options{})
	f.ask(20)
	if got := f.got(20); torn != 2 || slices.ContainsFunc(got, func(s string) bool { return s != "answer" }) {
		t.Error(torn, got)
	}
}

// TestALostCreateIsFoundInTheList has the answer to a create be lost: the batch is
// there, or is not, among others of as many requests and a page of older ones.
func TestALostCreateIsFoundInTheList(t *testing.T) {
	for fault, want := range map[fakeapi.Fault]int{
		fakeapi.CreatedReset: 1, fakeapi.CreatedError: 1, fakeapi.ResetBeforeHeaders: 1, fakeapi.Overloaded: 1, fakeapi.RateLimited: 1,
	} {
		failed := false
		f := newFixture(t, fakeapi.Options{Faults: func(c *fakeapi.Call) fakeapi.Fault {
			if c.Method != "POST" || failed {
				return ""
			}
			failed = true
			return fault
		}}, batch.Options{})
		f.ask(5)
		if got := f.got(5); slices.ContainsFunc(got, func(s string) bool { return s != "answer" }) || len(f.server.Batches()) != want {
			t.Errorf("%s: %v, %d batches", fault, got, len(f.server.Batches()))
		}
		for id, n := range f.server.Batched() {
			if n != 1 {
				t.Errorf("%s: %s was created %d times", fault, id, n)
			}
		}
	}
}

// sizes are the requests and the bytes of the batches that a server was sent.
type sizes struct {
	requests []int
	bytes    []int64
}

func (s *sizes) see(c *fakeapi.Call) fakeapi.Fault {
	if c.Method == "POST" {
		s.requests = append(s.requests, bytes.Count(c.Body, []byte(`"custom_id"`)))
		s.bytes = append(s.bytes, int64(len(c.Body)))
	}
	return ""
}

// TestABatchIsSplitByCountAndByBytes splits requests as the API's limits ask.
func TestABatchIsSplitByCountAndByBytes(t *testing.T) {
	n, count, size := 2_500, 1_000, int64(100<<10)
	if slowtest.Full() {
		n, count, size = 250_000, 0, 32<<20 // 0 is the API's
	}
	for _, limit := range []batch.Options{{MaxRequests: count}, {MaxRequests: count, MaxBytes: size}} {
		var seen sizes
		api := fakeapi.Options{SkipValidation: true, Faults: seen.see}
		limit.Mode = batch.Submit
		f := newFixture(t, api, limit)
		for i := 1; i <= n; i++ {
			if _, err := f.sender.Send(t.Context(), request("Hello"), identity(i)); !errors.Is(err, messages.ErrPending) {
				t.Fatal(err)
			}
		}
		if _, err := f.sender.Round(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		sum := 0
		for i, requests := range seen.requests {
			sum += requests
			most, bytes := max(count, 0), limit.MaxBytes
			if count == 0 {
				most = 100_000
			}
			if bytes == 0 {
				bytes = 256 << 20
			}
			if requests > most || seen.bytes[i] > bytes {
				t.Errorf("batch %d has %d requests and %d bytes", i, requests, seen.bytes[i])
			}
			full := requests == most || seen.bytes[i] > bytes-1000
			if i < len(seen.requests)-1 && !full {
				t.Errorf("batch %d is not full: %d requests, %d bytes", i, requests, seen.bytes[i])
			}
		}
		if sum != n || len(f.server.Batched()) != n {
			t.Errorf("%d requests in %d batches, want %d", sum, len(seen.requests), n)
		}
	}
}
