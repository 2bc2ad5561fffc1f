package fakeapi

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// The API's limits of a batch.
const (
	batchRequests = 100_000
	batchBody     = 256 << 20
	batchExpires  = 24 * time.Hour
	batchKept     = 29 * 24 * time.Hour // from its creation
)

// BatchOptions say how a Server processes Message Batches. The zero value ends
// each batch as soon as it is looked at. Time is virtual: it passes by Step with
// each look at a batch, and by Server.Advance.
type BatchOptions struct {
	// Takes is how long a batch of so many requests is processed; nil is not at
	// all. One that would take more than 24 hours expires then.
	Takes func(requests int) time.Duration
	// Step is how much time passes with each look at a batch.
	Step time.Duration
	// Outcome says what becomes of a request: "" processes it, BatchExpired and
	// BatchCanceled leave it out. It is called with the body of the request as its
	// Call, whose Attempt counts batches with that body. nil processes all.
	Outcome func(c *Call, customID string) string
	// Results changes the lines of a batch's results; nil leaves them.
	Results func(id string, lines [][]byte) [][]byte
	// Sent is called once so many lines of results were sent; nil is not.
	Sent func(lines int)
	// MaxRequests and MaxBytes are the limits of a batch; 0 are the API's.
	MaxRequests int
	MaxBytes    int64
}

// What may become of a request of a batch.
const (
	BatchSucceeded = "succeeded"
	BatchErrored   = "errored"
	BatchCanceled  = "canceled"
	BatchExpired   = "expired"
)

// batches are the Message Batches of a Server.
type batches struct {
	mu      sync.Mutex
	passed  time.Duration // of virtual time
	list    []*batch      // in the order of their creation
	created int           // deleted ones too
	// requests counts how often a request with a custom_id was created.
	requests map[string]int
}

// batch is one Message Batch.
type batch struct {
	id, owner          string
	created, ends      time.Time
	canceled           time.Time // zero unless it was
	header             http.Header
	requests           []batchRequest
	outcomes           []string // of the requests, once it ended
	succeeded, errored int
	dropped, expired   int
}

// batchRequest is one request of a batch, and how many were created with its body.
type batchRequest struct {
	customID string
	params   []byte
	attempt  int
}

// now is the server's time. The mutex must be held.
func (b *batches) now() time.Time { return time.Now().Add(b.passed).UTC() }

// Advance lets virtual time pass.
func (s *Server) Advance(d time.Duration) {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	s.batches.passed += d
}

// Batches gives the ids of all batches that were created and not deleted, in order.
func (s *Server) Batches() []string {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	var ids []string
	for _, b := range s.batches.list {
		ids = append(ids, b.id)
	}
	return ids
}

// Batched counts how often a request was created in a batch, by custom_id.
func (s *Server) Batched() map[string]int {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	out := map[string]int{}
	for id, n := range s.batches.requests {
		out[id] = n
	}
	return out
}

// owner is whose batches a call sees: a workspace's, or a key's.
func owner(c *Call) string {
	return cmp.Or(c.Header.Get("anthropic-workspace-id"), c.Header.Get("x-api-key"), strings.TrimPrefix(c.Header.Get("authorization"), "Bearer "))
}

// addBatch keeps a new batch.
func (s *Server) addBatch(c *Call, requests []batchRequest) *batch {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	s.batches.created++
	b := &batch{
		id: fmt.Sprintf("msgbatch_%024d", s.batches.created), owner: owner(c),
		created: s.batches.now(), header: c.Header.Clone(), requests: requests,
	}
	takes := time.Duration(0)
	if s.options.Batches.Takes != nil {
		takes = s.options.Batches.Takes(len(requests))
	}
	b.ends = b.created.Add(min(takes, batchExpires))
	for i := range requests {
		if s.batches.requests == nil {
			s.batches.requests = map[string]int{}
		}
		s.batches.requests[requests[i].customID]++
	}
	s.batches.list = append(s.batches.list, b)
	return b
}

// findBatch gives the batch of a path that the caller may see, or its error.
func (s *Server) findBatch(c *Call, id string) (*batch, *apiError) {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	s.batches.passed += s.options.Batches.Step
	i := slices.IndexFunc(s.batches.list, func(b *batch) bool { return b.id == id && b.owner == owner(c) })
	if i < 0 {
		return nil, refuse(http.StatusNotFound, "Batch %s not found", id)
	}
	return s.batches.list[i], nil
}

// visible are the batches that the caller may see, the newest first.
func (s *Server) visible(c *Call) []*batch {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	var out []*batch
	for _, b := range slices.Backward(s.batches.list) {
		if b.owner == owner(c) {
			out = append(out, b)
		}
	}
	return out
}

// deleteBatch forgets a batch.
func (s *Server) deleteBatch(b *batch) {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	s.batches.list = slices.DeleteFunc(s.batches.list, func(other *batch) bool { return other == b })
}

// settle ends a batch whose time has come: each of its requests gets its outcome.
func (s *Server) settle(b *batch) {
	s.batches.mu.Lock()
	over := !s.batches.now().Before(b.ends) && b.outcomes == nil
	s.batches.mu.Unlock()
	if !over {
		return
	}
	outcomes := make([]string, len(b.requests))
	for i := range b.requests {
		outcomes[i] = s.outcome(b, &b.requests[i])
	}
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	if b.outcomes != nil {
		return
	}
	b.outcomes = outcomes
	for _, outcome := range outcomes {
		switch outcome {
		case BatchSucceeded:
			b.succeeded++
		case BatchErrored:
			b.errored++
		case BatchCanceled:
			b.dropped++
		default:
			b.expired++
		}
	}
}

// call is a request of a batch as if it had come by itself.
func (b *batch) call(r *batchRequest) *Call {
	c := &Call{Method: http.MethodPost, Path: "/v1/messages", Header: b.header, Body: r.params, Attempt: r.attempt}
	c.hashBody()
	c.decode()
	return c
}

// outcome is what becomes of a request.
func (s *Server) outcome(b *batch, r *batchRequest) string {
	if !b.canceled.IsZero() {
		return BatchCanceled
	}
	if s.options.Batches.Outcome != nil {
		if said := s.options.Batches.Outcome(b.call(r), r.customID); said != "" {
			return said
		}
	}
	if s.options.SkipValidation {
		return BatchSucceeded
	}
	if outcome, _ := s.result(b.call(r)); outcome != nil {
		return BatchSucceeded
	}
	return BatchErrored
}

// result is the message that answers a request of a batch, or its error.
func (s *Server) result(c *Call) (*message, *apiError) {
	if c.malformed != nil {
		return nil, c.malformed
	}
	if !s.options.SkipValidation {
		for _, rule := range []func(*Call) *apiError{validateBatched, validateMessage, s.checkBinding} {
			if err := rule(c); err != nil {
				return nil, err
			}
		}
	}
	a := s.options.Script(c)
	if a.Status != 0 && a.Status != http.StatusOK {
		return nil, &apiError{status: a.Status, message: a.ErrorMessage}
	}
	m := newMessage(c, a)
	if _, said := a.Usage["service_tier"]; !said {
		m.Usage["service_tier"] = "batch"
	}
	s.remember(c, m)
	return m, nil
}

// validateBatched refuses what the Messages API takes and a batch does not.
func validateBatched(c *Call) *apiError {
	for _, name := range []string{"stream", "speed", "fallbacks", "thread"} {
		if value, ok := c.Request[name]; ok && value != nil && value != false {
			return invalid("%s: not supported in a batch", name)
		}
	}
	if most, ok := number(c.Request["max_tokens"]); ok && most == 0 {
		return invalid("max_tokens: 0 is not supported in a batch")
	}
	return nil
}

// shuffled is an order of n results, the same for a batch each time.
func shuffled(id string, n int) []int {
	seed := uint64(0)
	for _, c := range []byte(id) {
		seed = seed*31 + uint64(c)
	}
	return rand.New(rand.NewPCG(seed, 29)).Perm(n)
}

// split divides the lines of results, their endings with them.
func split(text []byte) [][]byte {
	return slices.Collect(bytes.Lines(text))
}
