package record

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func (r Run) appendTo(dst []byte) ([]byte, error) {
	r.Kind, r.Format = kindRun, Format
	return appendLine(dst, &r)
}

func (c Case) appendTo(dst []byte) ([]byte, error) {
	c.Kind = kindCase
	return appendLine(dst, &c)
}

func (b Blob) appendTo(dst []byte) ([]byte, error) {
	b.Kind = kindBlob
	return appendLine(dst, &b)
}

func (e Exchange) appendTo(dst []byte) ([]byte, error) {
	e.Kind = kindExchange
	return appendLine(dst, &e)
}

func (s Sample) appendTo(dst []byte) ([]byte, error) {
	s.Kind = kindSample
	return appendLine(dst, &s)
}

func (g Gate) appendTo(dst []byte) ([]byte, error) {
	g.Kind = kindGate
	return appendLine(dst, &g)
}

func (s Summary) appendTo(dst []byte) ([]byte, error) {
	s.Kind = kindSummary
	return appendLine(dst, &s)
}

func (v Verdict) appendTo(dst []byte) ([]byte, error) {
	v.Kind = kindVerdict
	return appendLine(dst, &v)
}

// spelling keeps raw JSON as it is, but for white space between tokens. What
// servers send is not always right, and a map has its names in order.
var spelling = json.JoinOptions(
	json.Deterministic(true),
	jsontext.PreserveRawStrings(true), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// appendLine appends a line with its ending.
func appendLine(dst []byte, line any) ([]byte, error) {
	out := bytes.NewBuffer(dst)
	err := json.MarshalWrite(out, line, spelling)
	var wrong *json.SemanticError
	if errors.As(err, &wrong) && wrong.Err != nil {
		err = fmt.Errorf("%s: %w", wrong.JSONPointer, wrong.Err)
	}
	out.WriteByte('\n')
	return out.Bytes(), err
}
