package fakeapi_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// batchClient is the official client of a server.
func batchClient(url, key string) *anthropic.MessageBatchService {
	c := anthropic.NewClient(option.WithBaseURL(url), option.WithAPIKey(key), option.WithMaxRetries(0))
	return &c.Messages.Batches
}

// batchBody is the body of a create of requests with these params.
func batchBody(params ...string) string {
	var all []string
	for i, p := range params {
		all = append(all, fmt.Sprintf(`{"custom_id":"r%d","params":%s}`, i, p))
	}
	return `{"requests":[` + strings.Join(all, ",") + `]}`
}

// create creates a batch and gives its id.
func create(t *testing.T, url, body string) string {
	t.Helper()
	resp, answer := do(t, http.MethodPost, url+"/v1/messages/batches", body)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%d: %s", resp.StatusCode, answer)
	}
	_, id, _ := strings.Cut(string(answer), `"id":"`)
	return id[:strings.IndexByte(id, '"')]
}

// outcomes are the results of a batch by custom_id.
func outcomes(t *testing.T, c *anthropic.MessageBatchService, id string) map[string]string {
	t.Helper()
	out := map[string]string{}
	stream := c.ResultsStreaming(t.Context(), id, anthropic.MessageBatchResultsParams{})
	for stream.Next() {
		r := stream.Current()
		out[r.CustomID] = r.Result.Type
		if r.Result.Type == "errored" {
			out[r.CustomID] += ": " + r.Result.Error.Error.Message
		}
	}
	if err := stream.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBatchesAreProcessedInVirtualTime has the official client see a batch from its
// creation to its results.
func TestBatchesAreProcessedInVirtualTime(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{Batches: fakeapi.BatchOptions{
		Takes:   func(int) time.Duration { return time.Hour },
		Outcome: func(c *fakeapi.Call, id string) string { return map[string]string{"r2": fakeapi.BatchExpired}[id] },
	}})
	url := s.Start(t)
	c := batchClient(url, "test")
	id := create(t, url, batchBody(hello, strings.Replace(hello, `"max_tokens":1024`, `"max_tokens":0`, 1), hello, strings.Replace(hello, "{", `{"wrong":1,`, 1)))
	b, err := c.Get(t.Context(), id, anthropic.MessageBatchGetParams{})
	if err != nil || b.ProcessingStatus != "in_progress" || b.RequestCounts.Processing != 4 || b.ExpiresAt.Sub(b.CreatedAt) != 24*time.Hour {
		t.Fatalf("%v %+v", err, b)
	}
	s.Advance(time.Hour)
	b, err = c.Get(t.Context(), id, anthropic.MessageBatchGetParams{})
	if err != nil || b.ProcessingStatus != "ended" || b.RequestCounts.Succeeded != 1 || b.RequestCounts.Errored != 2 || b.RequestCounts.Expired != 1 {
		t.Fatalf("%v %+v", err, b)
	}
	want := map[string]string{
		"r0": "succeeded", "r1": "errored: max_tokens: 0 is not supported in a batch", "r2": "expired", "r3": "errored: wrong: Extra inputs are not permitted",
	}
	if got := outcomes(t, c, id); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	s.Advance(29 * 24 * time.Hour)
	if resp, answer := do(t, http.MethodGet, url+"/v1/messages/batches/"+id+"/results", ""); resp.StatusCode != 404 {
		t.Errorf("results that are gone: %d %s", resp.StatusCode, answer)
	}
	if got := s.Batched(); got["r0"] != 1 || len(got) != 4 {
		t.Errorf("batched %v", got)
	}
}

func TestBatchesAreListedAPageAtATime(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{})
	url := s.Start(t)
	var want []string
	for range 7 {
		want = append([]string{create(t, url, batchBody(hello))}, want...)
	}
	var got []string
	pager := batchClient(url, "test").ListAutoPaging(t.Context(), anthropic.MessageBatchListParams{Limit: anthropic.Int(3)})
	for pager.Next() {
		got = append(got, pager.Current().ID)
	}
	if pager.Err() != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v", pager.Err(), got)
	}
	if _, err := batchClient(url, "another").Get(t.Context(), want[0], anthropic.MessageBatchGetParams{}); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("another key sees the batch: %v", err)
	}
}

func TestBatchesAreCanceledAndDeleted(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{Batches: fakeapi.BatchOptions{Takes: func(int) time.Duration { return time.Hour }}})
	url := s.Start(t)
	c := batchClient(url, "test")
	id := create(t, url, batchBody(hello, hello))
	if _, err := c.Delete(t.Context(), id, anthropic.MessageBatchDeleteParams{}); err == nil {
		t.Error("a batch is deleted that is processing")
	}
	if b, err := c.Cancel(t.Context(), id, anthropic.MessageBatchCancelParams{}); err != nil || b.ProcessingStatus != "canceling" {
		t.Fatal(err, b)
	}
	if b, err := c.Get(t.Context(), id, anthropic.MessageBatchGetParams{}); err != nil || b.RequestCounts.Canceled != 2 {
		t.Fatal(err, b)
	}
	if _, err := c.Delete(t.Context(), id, anthropic.MessageBatchDeleteParams{}); err != nil || len(s.Batches()) != 0 {
		t.Error(err)
	}
}

func TestACreateIsRefused(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{Batches: fakeapi.BatchOptions{MaxRequests: 2, MaxBytes: 2000}})
	url := s.Start(t)
	for body, want := range map[string]string{
		batchBody():                    "at least 1 item",
		batchBody(hello, hello, hello): "at most 2 items",
		strings.Replace(batchBody(hello, hello), "r1", "r0", 1):                      "duplicate custom_id",
		strings.Replace(batchBody(hello), "r0", "r.0", 1):                            "should match pattern",
		batchBody(strings.Replace(hello, "Hello", strings.Repeat("Hello", 1000), 1)): "maximum size",
	} {
		resp, answer := do(t, http.MethodPost, url+"/v1/messages/batches", body)
		if resp.StatusCode < 400 || !strings.Contains(string(answer), want) {
			t.Errorf("%d %s, want %s", resp.StatusCode, answer, want)
		}
	}
	if len(s.Batches()) != 0 {
		t.Error("a refused batch is there")
	}
}

// TestACreateFailsBeforeAndAfter has a create fail with and without a batch.
func TestACreateFailsBeforeAndAfter(t *testing.T) {
	for fault, want := range map[fakeapi.Fault]int{
		fakeapi.RateLimited: 0, fakeapi.Overloaded: 0, fakeapi.ResetBeforeHeaders: 0,
		fakeapi.CreatedError: 1, fakeapi.CreatedReset: 1, fakeapi.CreatedStall: 1,
	} {
		s := fakeapi.New(fakeapi.Options{Faults: fakeapi.Sequence(fault)})
		url := s.Start(t)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := batchClient(url, "test").New(ctx, anthropic.MessageBatchNewParams{Requests: []anthropic.MessageBatchNewParamsRequest{{
			CustomID: "a", Params: anthropic.MessageBatchNewParamsRequestParams{Model: "claude-opus-4-6", MaxTokens: 10},
		}}})
		cancel()
		if got := len(s.Batches()); err == nil || got != want {
			t.Errorf("%s: %v, %d batches, want %d", fault, err, got, want)
		}
	}
}
