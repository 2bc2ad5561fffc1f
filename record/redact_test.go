package record

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestRedactedJSON(t *testing.T) {
	r := redactor{regexp.MustCompile("secret"), regexp.MustCompile("[0-9]{6}")}
	for name, tt := range map[string]struct{ raw, want string }{
		"a text":              {`"a secret"`, `"a [redacted]"`},
		"with escapes":        {`"a \u0073ecret\n"`, `"a [redacted]\n"`},
		"nothing":             {`{"a":["b", 1.50]}`, `{"a":["b", 1.50]}`},
		"nested":              {`{"a":[{"text":"secret"},{"text":"x"}]}`, `{"a":[{"text":"[redacted]"},{"text":"x"}]}`},
		"what it is":          {`{"type":"secret","role":"secret","text":"secret"}`, `{"type":"secret","role":"secret","text":"[redacted]"}`},
		"a number elsewhere":  {`{"max_tokens":123456}`, `{"max_tokens":123456}`},
		"a number of a tool":  {`{"input":{"card":123456,"type":"secret"}}`, `{"input":{"card":"[redacted]","type":"[redacted]"}}`},
		"too deep":            {strings.Repeat("[", 600) + `"secret"` + strings.Repeat("]", 600), strings.Repeat("[", 500) + `"[redacted]"` + strings.Repeat("]", 500)},
		"no JSON":             {`{"a":"secret`, `"[redacted]"`},
		"something behind it": {`"a" "secret"`, `"[redacted]"`},
	} {
		got, changed := r.json(json.RawMessage(tt.raw), false)
		if string(got) != tt.want || changed != (tt.raw != tt.want) {
			t.Errorf("%s: %s %t, want %s", name, got, changed, tt.want)
		}
	}
}

// No text of a line holds what is redacted, but for what names it.
func TestARedactedRecordHoldsNothingThatMatches(t *testing.T) {
	const secret = "4111111111111111"
	w, err := Create(t.TempDir() + "/run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.Redact([]*regexp.Regexp{regexp.MustCompile("4[0-9]{15}")})
	c := caseLine(greeting, 1, 1)
	c.Vars = json.RawMessage(`{"card":` + secret + `,"of":{"a":["` + secret + `"]}}`)
	c.Assertions = []Assertion{{Rubric: "Says " + secret}}
	c.Metrics = map[string]Metric{"m": {Expected: secret, Classes: []string{secret}}}
	c.Blobs = []Blob{{SHA256: "00", Text: secret}}
	e := exchangeLine(greeting, 1, "It is "+secret)
	e.Key, e.Response = "sha256:00", json.RawMessage(`{"type":"message","content":[{"type":"text","text":"`+secret+`"}]}`)
	e.Attempts = []Attempt{{Cause: secret}}
	s := sampleLine(greeting, 1, Fail)
	s.Error = &Error{Message: secret}
	s.Ended, s.Warnings, s.MetricErrors = secret, []string{secret}, map[string]string{"m": secret}
	s.Classes = map[string]string{"m": secret}
	s.Assertions = []Check{{Why: secret, Trace: json.RawMessage(`[{"at":0,"value":"` + secret + `"}]`), Votes: []Vote{{Reason: secret}}}}
	run := header
	run.Choice = &Choice{By: []string{"--where " + secret}}
	lines := []Line{run, c, e, s, Gate{Value: secret}, Spent{Cause: secret}, Summary{}, Verdict{Reasons: []Reason{{Text: secret}}}}
	appendAll(t, w, lines...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text := readFile(t, w.path)
	if strings.Contains(text, secret) || strings.Count(text, "\n") != len(lines) {
		t.Errorf("%s", text)
	}
	f := mustOpen(t, w.path)
	for e, err := range f.Exchanges(greeting, 0) {
		if err != nil || !e.IsRedacted() {
			t.Errorf("%+v %v", e, err)
		}
	}
	if s.Warnings[0] != secret || s.Assertions[0].Votes[0].Reason != secret || run.Choice.By[0] != "--where "+secret {
		t.Error("what was given was changed")
	}
}
