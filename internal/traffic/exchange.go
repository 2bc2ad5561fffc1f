package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
	"github.com/go-json-experiment/json/jsontext"
)

// Exchange is a request of a log with its answer.
type Exchange struct {
	Line int // in the log, from 1
	// Body is the request's body as it was sent, without white space.
	Body payload.JSON
	// Betas and Version are its headers, as far as the log has them.
	Betas   []string
	Version string
	Answer  *messages.Answer
	// Measured is what the log says that it took; zero where it says nothing.
	Measured record.Measured
	// Case is the name of the case in the record of a run, "" elsewhere.
	Case string

	fields []exactjson.Member
	turns  []json.RawMessage // of messages
	// marks are hashes of the request up to each of its turns, and end is that of
	// a request that goes on from the answer.
	marks []mark
	end   mark
}

// Fields are the members of the body, in their order.
func (e *Exchange) Fields() []exactjson.Member { return e.fields }

// Turns are the request's messages.
func (e *Exchange) Turns() []json.RawMessage { return e.turns }

// Field is the value of a member of the body; nil where it has none.
func (e *Exchange) Field(name string) json.RawMessage {
	i := slices.IndexFunc(e.fields, func(m exactjson.Member) bool { return m.IsNamed(name) })
	if i < 0 {
		return nil
	}
	return e.fields[i].Value
}

// newExchange reads a request's body. Base64 data is taken out of it, or is in
// blobs already.
func newExchange(raw json.RawMessage, blobs []*payload.Blob) (*Exchange, error) {
	text, found := record.Externalize(compact(raw))
	for _, b := range found {
		blobs = append(blobs, &payload.Blob{SHA256: b.SHA256, MediaType: b.MediaType, Data: b.Data})
	}
	e := &Exchange{}
	body, err := exactjson.ParseObject(text)
	if err != nil {
		return nil, err
	}
	if e.turns, err = exactjson.ParseArray(body.Get("messages")); err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	if len(e.turns) == 0 {
		return nil, fmt.Errorf("messages is empty")
	}
	for i, turn := range e.turns {
		if err := checkTurn(turn); err != nil {
			return nil, fmt.Errorf("messages.%d: %w", i, err)
		}
	}
	for _, m := range body.Members() {
		if m.IsNamed("betas") { // an argument of the SDKs, which send it as a header
			if err := exactjson.Unmarshal(m.Value, &e.Betas); err != nil {
				return nil, fmt.Errorf("betas is not a list of texts")
			}
			continue
		}
		e.fields = append(e.fields, m)
	}
	var without exactjson.Object
	for _, m := range e.fields {
		without.Put(m)
	}
	e.Body = payload.New(without.Append(nil), blobs...)
	return e, nil
}

// checkTurn refuses what is no turn, which the API has refused too.
func checkTurn(raw json.RawMessage) error {
	turn, err := exactjson.ParseObject(raw)
	if err != nil {
		return err
	}
	if role, ok := exactjson.Text(turn.Get("role")); !ok || role == "" {
		return errors.New("the turn has no role")
	}
	content := turn.Get("content")
	if _, ok := exactjson.Text(content); ok {
		return nil
	}
	blocks, err := exactjson.ParseArray(content)
	if len(content) == 0 || err != nil {
		return errors.New("the content of the turn is no text and no list of blocks")
	}
	for _, block := range blocks {
		if block[0] != '{' {
			return errors.New("the content of the turn has a block that is no object")
		}
	}
	return nil
}

// calls are the tools that the answer asks the application for.
func (e *Exchange) calls() []messages.Block {
	return slices.DeleteFunc(slices.Clone(e.Answer.Own()), func(b messages.Block) bool { return b.Type != "tool_use" })
}

// stopped is the answer's stop_reason, "" without one.
func (e *Exchange) stopped() string {
	if e.Answer.StopReason == nil {
		return ""
	}
	return *e.Answer.StopReason
}

// isBlank reports whether the answer has nothing that a conversation could go on
// from.
func (e *Exchange) isBlank() bool {
	return !slices.ContainsFunc(e.Answer.Content, func(b messages.Block) bool {
		return b.Type != "text" || len(bytes.TrimSpace([]byte(b.Text))) > 0
	})
}

// compact is JSON without white space between its tokens.
func compact(raw []byte) json.RawMessage {
	value := jsontext.Value(bytes.Clone(raw))
	_ = value.Compact() // it is valid
	return json.RawMessage(value)
}
