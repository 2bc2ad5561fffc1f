package suite

import (
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// CaseID is what identifies a case among all of a run, and what it belongs to.
type CaseID struct {
	Suite *Suite
	// Name is unique in the suite, but for variants.
	Name string
	// Line is where the case starts in its suite's file, and Index its number
	// among all cases of the suite, from 1, chosen or not.
	Line, Index int
	// Variant names the case's cell of the matrix, "axis=label" for each axis
	// in order, and Axes maps the axes to the labels. Both are empty without
	// a matrix.
	Variant string
	Axes    map[string]string
	// Cluster names the cases that this one depends on, "" where it is
	// independent.
	Cluster string
	Tags    []string

	at *Value // its name, or the case where it has none
}

// Case is one case, ready to be asked.
type Case struct {
	CaseID
	// Skip is the reason why the case is not asked; "" where it is.
	Skip string
	// KnownFailure says that the case is known to fail; nil where it is not.
	KnownFailure *KnownFailure
	// Times is how often the case is asked, and Need how many of the samples
	// must pass: 1 ≤ Need ≤ Times.
	Times, Need int
	Request     Request
	// Conversation is how it goes on after Request is answered.
	Conversation Conversation
	// Vars are the case's variables: string, int, float64, bool, nil, []any
	// and map[string]any.
	Vars map[string]any
	// Assertions are those of the case, then those of its sampled turns.
	Assertions []Assertion
	// MinScore is the weighted share of the assertions that must pass; nil
	// where all must.
	MinScore *float64
	Metrics  []Metric
	// Shape is equal for cases of one definition whose variables have the
	// same types: their assertions mean the same.
	Shape *Shape
	// Digest is "sha256:" and the hash of the case's own text, its row and
	// its assertions: what must be equal for two runs to ask the same
	// question.
	Digest string
	// Parts are digests of the parts of that.
	Parts Parts
}

// Parts are digests of what a case asks and what it asserts, each "sha256:" and
// a hash.
type Parts struct {
	// Row is of the row of the data set; "" where there is none.
	Row string
	// Asserted is of what is asserted, as it is written: expressions, rubrics and
	// what their judges are asked with, conditions, names, levels, weights, the
	// least score.
	Asserted string
	// Rubrics is of the part of that that judges decide; "" without any.
	Rubrics string
}

// Blobs are the images and documents that the case holds, each once.
func (c *Case) Blobs() []*payload.Blob {
	parts := []payload.JSON{c.Request.Body}
	for _, stage := range c.Conversation.Next {
		parts = append(parts, stage.Turns...)
	}
	if c.Conversation.Tools != nil {
		parts = append(parts, c.Conversation.Tools.contents()...)
	}
	var out []*payload.Blob
	for _, part := range parts {
		for _, b := range part.Blobs() {
			if !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	return out
}

// VariableJSON is a variable as JSON; nil where it has none.
func (c *Case) VariableJSON(name string) []byte {
	v, err := source.FromNative(c.Vars[name])
	if err != nil {
		return nil
	}
	return v.AppendJSON(nil)
}

// Diagnostic is a problem of the case as a whole, at its name.
func (c *CaseID) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return c.at.Diagnostic(message, hint)
}

// Shape identifies a definition of cases with the types of its variables.
type Shape struct{ _ byte }

// Request is what a case sends.
type Request struct {
	// Body is the JSON body, its keys in the order and its numbers in the
	// spelling that were written.
	Body payload.JSON
	// Written is the body as a value: it knows where each part was written.
	Written *Value
	// Model is the body's model.
	Model string
	// Betas are the values of the anthropic-beta header.
	Betas []string
	// WrittenBetas is the list of Betas as it was written, nil where there is none.
	WrittenBetas *Value
	// Version is the suite's anthropic_version, "" where it says none.
	Version string
	// Timeout bounds one attempt; 0 where the suite says nothing.
	Timeout time.Duration
	// Prefill is the text of a last assistant turn, which the answer goes on
	// from; "" where there is none.
	Prefill string
}
