package record

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Redacted is written in the place of what is not to be kept.
const Redacted = "[redacted]"

// The members of an exchange that Exchange.Redacted may name.
const (
	redactedRequest  = "request"
	redactedResponse = "response"
)

// Redact has the Writer replace what matches one of the patterns in all texts
// that lines hold of prompts, answers, variables and what is about them. Names
// of cases and their like, by which lines find each other, and hashes stay. It is
// called before the first Append.
func (w *Writer) Redact(patterns []*regexp.Regexp) { w.redact = patterns }

// redactor replaces what matches.
type redactor []*regexp.Regexp

func (r redactor) text(s *string) {
	for _, p := range r {
		*s = p.ReplaceAllLiteralString(*s, Redacted)
	}
}

func (r redactor) texts(list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		r.text(&list[i])
	}
	return list
}

// line gives a line without what matches.
func (r redactor) line(line Line) Line {
	switch l := line.(type) {
	case Run:
		if l.Choice != nil {
			choice := *l.Choice
			choice.By = r.texts(choice.By)
			l.Choice = &choice
		}
		return l
	case Case:
		l.Vars, _ = r.json(l.Vars, true)
		l.Assertions = slices.Clone(l.Assertions)
		for i := range l.Assertions {
			r.text(&l.Assertions[i].Rubric)
		}
		l.Metrics = r.metrics(l.Metrics)
		// A text under the hash of another one is of no use.
		l.Blobs = slices.DeleteFunc(slices.Clone(l.Blobs), func(b Blob) bool { return r.matches(b.Text) })
		return l
	case Exchange:
		return r.exchange(l)
	case Sample:
		return r.sample(l)
	case Gate:
		r.text(&l.Value)
		return l
	case Verdict:
		l.Reasons = slices.Clone(l.Reasons)
		for i := range l.Reasons {
			r.text(&l.Reasons[i].Text)
		}
		return l
	case Spent:
		r.text(&l.Cause)
		return l
	case ToolCall:
		var input, content bool
		l.Input, input = r.json(l.Input, true)
		l.Content, content = r.json(l.Content, false)
		l.Redacted = l.Redacted || input || content
		return l
	case Batch:
		r.text(&l.Error)
		return l
	}
	return line
}

func (r redactor) matches(text string) bool {
	return slices.ContainsFunc(r, func(p *regexp.Regexp) bool { return p.MatchString(text) })
}

func (r redactor) exchange(l Exchange) Line {
	var request, response bool
	l.Request, request = r.json(l.Request, false)
	l.Response, response = r.json(l.Response, false)
	if request {
		l.Redacted = append(l.Redacted, redactedRequest)
	}
	if response {
		l.Redacted = append(l.Redacted, redactedResponse)
	}
	l.Error = r.error(l.Error)
	l.Attempts = slices.Clone(l.Attempts)
	for i := range l.Attempts {
		r.text(&l.Attempts[i].Cause)
	}
	return l
}

func (r redactor) sample(l Sample) Line {
	l.Error = r.error(l.Error)
	r.text(&l.Ended)
	l.Warnings = r.texts(l.Warnings)
	l.MetricErrors, l.Classes = r.values(l.MetricErrors), r.values(l.Classes)
	l.Assertions = slices.Clone(l.Assertions)
	for i := range l.Assertions {
		c := &l.Assertions[i]
		r.text(&c.Why)
		c.Trace, _ = r.json(c.Trace, false)
		c.Votes = slices.Clone(c.Votes)
		for j := range c.Votes {
			r.text(&c.Votes[j].Reason)
		}
	}
	return l
}

// values redacts the values of a map.
func (r redactor) values(m map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	out := make(map[string]string, len(m))
	for name, text := range m {
		r.text(&text)
		out[name] = text
	}
	return out
}

// metrics redacts the classes of metrics.
func (r redactor) metrics(m map[string]Metric) map[string]Metric {
	out := maps.Clone(m)
	for name, metric := range out {
		r.text(&metric.Expected)
		metric.Classes = r.texts(metric.Classes)
		out[name] = metric
	}
	return out
}

func (r redactor) error(e *Error) *Error {
	if e == nil {
		return nil
	}
	out := *e
	r.text(&out.Message)
	return &out
}

// structural are members of requests and answers by which they are understood.
var structural = []string{
	"type", "role", "id", "model", "media_type", "sha256", "stop_reason", "tool_use_id", "usage", "cache_control", "container", "signature",
}

// json replaces what matches in the texts of a JSON value, and in its numbers
// where numbers says so, as in the input of a tool. It reports whether anything
// did. A value that is not JSON is replaced as a whole.
func (r redactor) json(raw json.RawMessage, numbers bool) (json.RawMessage, bool) {
	if len(raw) == 0 || len(r) == 0 {
		return raw, false
	}
	w := jsonRedactor{redactor: r, raw: raw}
	end, err := w.value(skipSpace(raw, 0), 0, numbers)
	if err != nil || skipSpace(raw, end) != len(raw) {
		return json.RawMessage(strconv.Quote(Redacted)), true
	}
	if w.copied == 0 {
		return raw, false
	}
	return append(w.out, raw[w.copied:]...), true
}

// jsonRedactor is a value that is being redacted.
type jsonRedactor struct {
	redactor
	raw, out []byte
	copied   int // of raw
}

// value redacts the value at i, and gives the index after it. What is nested
// deeper than any request is taken as one text.
func (w *jsonRedactor) value(i, depth int, numbers bool) (int, error) {
	if i == len(w.raw) {
		return 0, errCut
	}
	if depth < maxRedactDepth {
		switch w.raw[i] {
		case '{':
			return eachMember(w.raw, i, func(key, value span) error {
				name, err := plain(w.raw[key.from:key.to])
				if err != nil || !numbers && slices.Contains(structural, string(name)) {
					return err
				}
				_, err = w.value(value.from, depth+1, numbers || string(name) == "input")
				return err
			})
		case '[':
			return w.list(i, depth, numbers)
		}
	}
	end, err := skipValue(w.raw, i)
	if err != nil {
		return 0, err
	}
	value := w.raw[i:end]
	switch {
	case value[0] == '"':
		return end, w.string(i, end)
	case value[0] == '{' || value[0] == '[' || numbers:
		if w.matches(string(value)) {
			w.replace(i, end, Redacted)
		}
	}
	return end, nil
}

// maxRedactDepth is deeper than requests, answers and traces are.
const maxRedactDepth = 500

func (w *jsonRedactor) list(i, depth int, numbers bool) (int, error) {
	i = skipSpace(w.raw, i+1)
	if i < len(w.raw) && w.raw[i] == ']' {
		return i + 1, nil
	}
	for {
		end, err := w.value(i, depth+1, numbers)
		if err != nil {
			return 0, err
		}
		i = skipSpace(w.raw, end)
		switch {
		case i == len(w.raw) || w.raw[i] != ']' && w.raw[i] != ',':
			return 0, errCut
		case w.raw[i] == ']':
			return i + 1, nil
		}
		i = skipSpace(w.raw, i+1)
	}
}

// string redacts a JSON string.
func (w *jsonRedactor) string(from, to int) error {
	text, err := plain(w.raw[from:to])
	if err != nil {
		w.replace(from, to, Redacted) // it is no text that could be searched
		return nil
	}
	redacted := string(text)
	w.text(&redacted)
	if !bytes.Equal(text, []byte(redacted)) {
		w.replace(from, to, redacted)
	}
	return nil
}

// replace puts a text in the place of a part of the value.
func (w *jsonRedactor) replace(from, to int, text string) {
	w.out = append(w.out, w.raw[w.copied:from]...)
	w.out, _ = jsontext.AppendQuote(w.out, text) // invalid UTF-8 is replaced
	w.copied = to
}
