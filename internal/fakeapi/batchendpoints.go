package fakeapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// batchesPath is where batches are.
const batchesPath = "/v1/messages/batches"

// The faults of a create after which the batch is there all the same.
const (
	// CreatedReset breaks the connection, CreatedError is a 500, CreatedStall
	// sends nothing until the client goes away.
	CreatedReset Fault = "created_reset"
	CreatedError Fault = "created_error"
	CreatedStall Fault = "created_stall"
)

var afterCreate = map[Fault]func(*reply){
	CreatedReset: func(r *reply) { r.reset("") },
	CreatedError: func(r *reply) { r.refuse(refuse(http.StatusInternalServerError, "Internal server error")) },
	CreatedStall: func(r *reply) { <-r.ctx.Done() },
}

// routeBatch finds the endpoint of a path below batchesPath.
func routeBatch(r *http.Request) (func(*reply), error) {
	rest, below := strings.CutPrefix(r.URL.Path, batchesPath+"/")
	id, action, _ := strings.Cut(rest, "/")
	endpoints := map[string]func(*reply){
		"GET": (*reply).listBatches, "POST": (*reply).createBatch,
	}
	switch {
	case !below:
	case action == "":
		endpoints = map[string]func(*reply){"GET": onBatch(id, (*reply).showBatch), "DELETE": onBatch(id, (*reply).dropBatch)}
	case action == "results":
		endpoints = map[string]func(*reply){"GET": onBatch(id, (*reply).batchResults)}
	case action == "cancel":
		endpoints = map[string]func(*reply){"POST": onBatch(id, (*reply).cancelBatch)}
	default:
		return nil, refuse(http.StatusNotFound, "Not Found")
	}
	endpoint := endpoints[r.Method]
	if endpoint == nil {
		return nil, refuse(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	return func(reply *reply) {
		reply.query = r.URL.Query()
		endpoint(reply)
	}, nil
}

// onBatch is an endpoint of one batch.
func onBatch(id string, do func(*reply, *batch)) func(*reply) {
	return func(r *reply) {
		if r.faulty() {
			return
		}
		b, err := r.server.findBatch(r.call, id)
		if err != nil {
			r.refuse(err)
			return
		}
		r.server.settle(b)
		do(r, b)
	}
}

// faulty answers with the fault of the call, and reports whether that was all.
func (r *reply) faulty() bool {
	r.fault = ""
	if r.server.options.Faults != nil {
		r.fault = r.server.options.Faults(r.call)
	}
	return afterCreate[r.fault] == nil && r.injected(r.fault)
}

// customID is what a request of a batch may be called.
var customID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// createBatch is POST /v1/messages/batches. What the requests hold is checked once
// they are processed.
func (r *reply) createBatch() {
	if r.faulty() {
		return
	}
	requests, err := r.server.batchOf(r.call)
	if err != nil {
		r.refuse(err)
		return
	}
	b := r.server.addBatch(r.call, requests)
	if after := afterCreate[r.fault]; after != nil {
		r.tally.fault(r.fault)
		after(r)
		return
	}
	r.json(http.StatusOK, r.server.show(b))
}

// batchOf reads the requests of a create.
func (s *Server) batchOf(c *Call) ([]batchRequest, *apiError) {
	var body struct {
		Requests []struct {
			CustomID string          `json:"custom_id"`
			Params   json.RawMessage `json:"params"`
		} `json:"requests"`
	}
	decoder := json.NewDecoder(bytes.NewReader(c.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return nil, invalid("The request body is not valid JSON: %v", err)
	}
	most := s.options.Batches.MaxRequests
	if most == 0 {
		most = batchRequests
	}
	switch n := len(body.Requests); {
	case n == 0:
		return nil, invalid("requests: List should have at least 1 item after validation, not 0")
	case n > most:
		return nil, invalid("requests: List should have at most %d items after validation, not %d", most, n)
	}
	seen := make(map[string]bool, len(body.Requests))
	out := make([]batchRequest, 0, len(body.Requests))
	for i, one := range body.Requests {
		switch {
		case !customID.MatchString(one.CustomID):
			return nil, invalid("requests.%d.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'", i)
		case seen[one.CustomID]:
			return nil, invalid("requests.%d.custom_id: duplicate custom_id %q", i, one.CustomID)
		case len(one.Params) == 0:
			return nil, invalid("requests.%d.params: Field required", i)
		}
		seen[one.CustomID] = true
		out = append(out, batchRequest{customID: one.CustomID, params: one.Params, attempt: s.counters.batched(one.Params)})
	}
	return out, nil
}

// listBatches is GET /v1/messages/batches.
func (r *reply) listBatches() {
	if r.faulty() {
		return
	}
	limit := 20
	if text := r.query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			r.refuse(invalid("limit: Input should be between 1 and 1000"))
			return
		}
		limit = n
	}
	all := r.server.visible(r.call)
	if after := r.query.Get("after_id"); after != "" {
		i := 0
		for i < len(all) && all[i].id != after {
			i++
		}
		all = all[min(i+1, len(all)):]
	}
	page := all[:min(limit, len(all))]
	shown := map[string]any{"data": []any{}, "has_more": len(all) > len(page), "first_id": nil, "last_id": nil}
	for i, b := range page {
		r.server.settle(b)
		shown["data"] = append(shown["data"].([]any), r.server.show(b))
		if i == 0 {
			shown["first_id"] = b.id
		}
		shown["last_id"] = b.id
	}
	r.json(http.StatusOK, shown)
}

// show is a batch as the API writes it.
func (s *Server) show(b *batch) map[string]any {
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	stamp := func(t time.Time) any {
		if t.IsZero() || t.After(s.batches.now()) {
			return nil
		}
		return t.Format(time.RFC3339Nano)
	}
	status, processing := "in_progress", len(b.requests)
	var ended, results any
	switch {
	case b.outcomes != nil:
		status, processing, ended, results = "ended", 0, stamp(b.ends), "https://api.anthropic.com"+batchesPath+"/"+b.id+"/results"
	case !b.canceled.IsZero():
		status = "canceling"
	}
	return map[string]any{
		"id": b.id, "type": "message_batch", "processing_status": status,
		"request_counts": map[string]int{
			"processing": processing, "succeeded": b.succeeded, "errored": b.errored, "canceled": b.dropped, "expired": b.expired,
		},
		"created_at": b.created.Format(time.RFC3339Nano), "expires_at": b.created.Add(batchExpires).Format(time.RFC3339Nano),
		"ended_at": ended, "archived_at": stamp(b.created.Add(batchKept)), "cancel_initiated_at": stamp(b.canceled), "results_url": results,
	}
}

// showBatch is GET /v1/messages/batches/{id}.
func (r *reply) showBatch(b *batch) { r.json(http.StatusOK, r.server.show(b)) }

// cancelBatch is POST /v1/messages/batches/{id}/cancel: what is not processed by
// then is not.
func (r *reply) cancelBatch(b *batch) {
	r.server.batches.mu.Lock()
	if b.outcomes == nil && b.canceled.IsZero() {
		b.canceled = r.server.batches.now()
		b.ends = b.canceled
	}
	r.server.batches.mu.Unlock()
	r.json(http.StatusOK, r.server.show(b))
}

// dropBatch is DELETE /v1/messages/batches/{id}.
func (r *reply) dropBatch(b *batch) {
	if b.outcomes == nil {
		r.refuse(invalid("Batch %s cannot be deleted because it is still processing", b.id))
		return
	}
	r.server.deleteBatch(b)
	r.json(http.StatusOK, map[string]string{"id": b.id, "type": "message_batch_deleted"})
}

// batchResults is GET /v1/messages/batches/{id}/results.
func (r *reply) batchResults(b *batch) {
	r.server.batches.mu.Lock()
	ended, archived := b.outcomes != nil, r.server.batches.now().Sub(b.created) > batchKept
	r.server.batches.mu.Unlock()
	switch {
	case !ended:
		r.refuse(refuse(http.StatusNotFound, "Batch %s has no results: it is still processing", b.id))
		return
	case archived:
		r.refuse(refuse(http.StatusNotFound, "The results of batch %s are no longer available", b.id))
		return
	}
	if r.server.options.Batches.Results == nil && sendsWhole(r.fault) == nil {
		r.streamResults(b)
		return
	}
	var text bytes.Buffer
	for _, i := range shuffled(b.id, len(b.requests)) {
		text.Write(r.server.resultLine(b, i))
	}
	body := text.Bytes()
	if change := r.server.options.Batches.Results; change != nil {
		body = bytes.Join(change(b.id, split(body)), nil)
	}
	if send := sendsWhole(r.fault); send != nil {
		send(r, body)
		return
	}
	r.write(http.StatusOK, "application/x-jsonl", body)
}

// streamResults writes result after result.
func (r *reply) streamResults(b *batch) {
	r.tally.status(http.StatusOK)
	r.w.Header().Set("content-type", "application/x-jsonl")
	r.w.WriteHeader(http.StatusOK)
	for n, i := range shuffled(b.id, len(b.requests)) {
		if _, err := r.w.Write(r.server.resultLine(b, i)); err != nil {
			return
		}
		if sent := r.server.options.Batches.Sent; sent != nil {
			_ = http.NewResponseController(r.w).Flush() // the next write says that nobody reads
			sent(n + 1)
		}
	}
}

// resultLine is a line of a batch's results.
func (s *Server) resultLine(b *batch, i int) []byte {
	one := &b.requests[i]
	result := map[string]any{"type": b.outcomes[i]}
	if outcome := b.outcomes[i]; outcome == BatchSucceeded || outcome == BatchErrored {
		m, err := s.result(b.call(one))
		switch {
		case outcome == BatchErrored && err == nil: // as the options say
			err = &apiError{status: http.StatusInternalServerError, message: "Internal server error"}
			fallthrough
		case err != nil:
			result["type"], result["error"] = BatchErrored, err.body("req_"+one.customID[:min(24, len(one.customID))])
		default:
			result["message"] = m
		}
	}
	line, err := json.Marshal(map[string]any{"custom_id": one.customID, "result": result})
	if err != nil {
		panic(err) // a script made what is no JSON
	}
	return append(line, '\n')
}
