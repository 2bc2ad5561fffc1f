package batch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/batch"
	"github.com/evalrun/evalrun/internal/slowtest"
)

// creates is an API that reads creates and keeps how many bytes each has.
type creates struct {
	batch.API
	bytes []int64
}

func (c *creates) ListBatches(context.Context, string, int) ([]messages.Batch, bool, error) {
	return nil, false, nil
}

func (c *creates) CreateBatch(_ context.Context, body messages.BatchBody) (*messages.Batch, error) {
	text, err := body.Open()
	if err != nil {
		return nil, err
	}
	defer text.Close()
	n, err := io.Copy(io.Discard, text)
	if n != body.Size {
		return nil, fmt.Errorf("%d bytes, announced as %d", n, body.Size)
	}
	c.bytes = append(c.bytes, n)
	return &messages.Batch{ID: fmt.Sprint(len(c.bytes))}, err
}

// submitted submits so many requests with a text of so many bytes each, and gives the
// batches that were created by their requests.
func submitted(t *testing.T, o batch.Options, api *creates, requests, size int) (counts []int) {
	t.Helper()
	var kept lines
	o.API, o.Record, o.Mode, o.Dir = api, &kept, batch.Submit, t.TempDir()
	s := batch.New(o, nil)
	defer s.Close()
	req := request(strings.Repeat("x", size))
	for n := 1; n <= requests; n++ {
		if _, err := s.Send(t.Context(), req, identity(n)); !errors.Is(err, messages.ErrPending) {
			t.Fatal(err)
		}
	}
	if _, err := s.Round(t.Context(), requests); err != nil {
		t.Fatal(err)
	}
	for _, b := range s.Batches() {
		counts = append(counts, b.Requests)
	}
	return counts
}

// TestBatchesAreAsLargeAsTheyMayBe goes to the limits to the request and to the byte:
// those of the API, 100,000 requests and 256 MB, where tests are whole.
func TestBatchesAreAsLargeAsTheyMayBe(t *testing.T) {
	o, count, limit := batch.Options{MaxRequests: 1000, MaxBytes: 1 << 20}, 1000, 1<<20
	if slowtest.Full() {
		o, count, limit = batch.Options{}, 100_000, 256<<20
	}
	const each = 16
	if got := submitted(t, o, &creates{}, count+1, 1); !slices.Equal(got, []int{count, 1}) {
		t.Errorf("by count: %v", got)
	}
	one := &creates{}
	submitted(t, o, one, 1, 0)
	around := int(one.bytes[0]) - len(`{"requests":[]}`)                        // of a request, beside its text
	exact := (limit - len(`{"requests":[]}`) - (each - 1) - each*around) / each // and the commas
	for more, want := range map[int][]int{0: {each, each}, 1: {each - 1, each - 1, 2}} {
		api := &creates{}
		got := submitted(t, o, api, 2*each, exact+more)
		if !slices.Equal(got, want) || slices.Max(api.bytes) > int64(limit) || more == 0 && slices.Max(api.bytes) <= int64(limit-each) {
			t.Errorf("%d bytes more: %v requests in %v bytes, want %v", more, got, api.bytes, want)
		}
	}
}
