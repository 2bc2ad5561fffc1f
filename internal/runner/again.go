package runner

import (
	"errors"
	"fmt"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// Again is a plan of some of the cases, each asked so many times. How says whether a
// case is asked, and with which first request in the place of its own; nil for its
// own. Gates are left out.
func (p *Plan) Again(times int, how func(*suite.Case) (ask bool, body *payload.JSON)) (*Plan, error) {
	planner := NewPlanner(p.prices)
	planner.plan.set = &suite.Set{}
	again := planner.plan
	for q, err := range p.questions() {
		if err != nil {
			return nil, err
		}
		ask, body := how(q.Case)
		if !ask || q.Skip != "" {
			continue
		}
		c := *q.Case
		c.Times, c.Need = times, times
		if body != nil {
			c.Request.Body = *body
		}
		planner.Every(&c)
		again.count(&c)
		again.kept.cases = append(again.kept.cases, &c)
		again.compiled[c.Shape] = q.compiled
	}
	again.every.sort()
	again.line = again.digest.line()
	return again, nil
}

// Recorded gives the first request of a case as a record has it, for Again. The
// error says why it cannot be asked again for the case of the plan.
func Recorded(file *record.File, id record.ID, c *suite.Case, version string) (*payload.JSON, error) {
	old, found, err := file.Case(id)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, errors.New("the record has no such case")
	case old.Case.Conversation != c.Conversation.Digest:
		return nil, errors.New("its conversation goes on otherwise than in the base")
	case c.Request.Prefill != "":
		return nil, errors.New("its request ends with the beginning of the answer")
	}
	for e, err := range file.Exchanges(id, 0) {
		if err != nil {
			return nil, err
		}
		if !e.IsAnswer() || e.Turn > 1 {
			continue
		}
		return recordedBody(file, e, c, version)
	}
	return nil, errors.New("the base has no request of it")
}

// recordedBody is the body of an exchange, with its data.
func recordedBody(file *record.File, e *record.Exchange, c *suite.Case, version string) (*payload.JSON, error) {
	var blobs []*payload.Blob
	for _, hash := range record.References(e.Request) {
		b, err := file.Blob(hash)
		if err != nil {
			return nil, fmt.Errorf("the data of the base's request: %w", err)
		}
		blobs = append(blobs, &payload.Blob{SHA256: b.SHA256, MediaType: b.MediaType, Data: b.Data})
	}
	body := payload.New(e.Request, blobs...)
	req := &messages.Request{Body: body, Version: c.Request.Version, Betas: c.Request.Betas}
	if req.Version == "" {
		req.Version = version
	}
	if req.Key() != e.Key {
		return nil, errors.New("its betas or API version are others than in the base, or its request was redacted there")
	}
	return &body, nil
}
