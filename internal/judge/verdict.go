package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
)

// Verdict is a judge's verdict on an answer. Reason holds untrusted text.
type Verdict struct {
	Pass   bool
	Score  float64 // 0 to 1
	Reason string
}

// Verdict reads the answer of a judge that was asked by Rubric. The error
// describes what was answered in place of a verdict, with untrusted text.
func (s Settings) Verdict(a *messages.Answer) (Verdict, error) {
	given, err := s.given(a)
	if err != nil {
		return Verdict{}, err
	}
	var v Verdict
	if err := given.read(want{"reason", &v.Reason}, want{"score", &v.Score}, want{"pass", &v.Pass}); err != nil {
		return Verdict{}, err
	}
	if v.Score < 0 || v.Score > 1 {
		return Verdict{}, fmt.Errorf("its score is not between 0 and 1: %s", excerpt(string(given)))
	}
	return v, nil
}

// given is the JSON that a judge gave as its verdict.
type given json.RawMessage

// given finds the verdict in an answer.
func (s Settings) given(a *messages.Answer) (given, error) {
	stop := stopReason(a)
	switch {
	case stop == "refusal", stop == "max_tokens", stop == "model_context_window_exceeded":
		return nil, fmt.Errorf("it stopped with %s: %s", stop, excerpt(textIn(a)))
	case s.Tool:
		return toolInput(a)
	}
	text := strings.TrimSpace(textIn(a))
	if text == "" {
		return nil, fmt.Errorf("it answered no text and stopped with %s", stop)
	}
	return given(text), nil
}

func stopReason(a *messages.Answer) string {
	if a.StopReason == nil {
		return "no stop_reason"
	}
	return *a.StopReason
}

// textIn is the text of an answer's text blocks, joined.
func textIn(a *messages.Answer) string {
	var b strings.Builder
	for i := range a.Content {
		if a.Content[i].Type == "text" {
			b.WriteString(a.Content[i].Text)
		}
	}
	return b.String()
}

// toolInput is the input of the one use of the verdict's tool.
func toolInput(a *messages.Answer) (given, error) {
	var found given
	for i := range a.Content {
		use := &a.Content[i]
		switch {
		case use.Type != "tool_use":
		case use.Name != verdictTool || found != nil:
			return nil, fmt.Errorf("expected one use of the tool %s, found one of %s", verdictTool, excerpt(use.Name))
		default:
			found = given(use.Input)
		}
	}
	if found == nil {
		return nil, fmt.Errorf("it did not use the tool %s: %s", verdictTool, excerpt(textIn(a)))
	}
	return found, nil
}

// want is a part of a verdict, and where its value goes.
type want struct {
	key  string
	into any
}

// read takes each part of a verdict: all that are wanted, and no other.
func (g given) read(wants ...want) error {
	o, err := exactjson.ParseObject(g)
	if err != nil {
		return fmt.Errorf("its verdict is not a JSON object of a verdict's form (%w): %s", err, excerpt(string(g)))
	}
	seen := map[string]bool{}
	for _, m := range o.Members() {
		key := m.Text()
		switch {
		case !slices.ContainsFunc(wants, func(w want) bool { return w.key == key }):
			return fmt.Errorf("its verdict has a key that no verdict has: %s", excerpt(string(g)))
		case seen[key]:
			return fmt.Errorf("its verdict has the duplicate key %q: %s", key, excerpt(string(g)))
		}
		seen[key] = true
	}
	for _, w := range wants {
		value := o.Get(w.key)
		if value == nil {
			return fmt.Errorf("its verdict has no %s: %s", w.key, excerpt(string(g)))
		}
		if string(value) == "null" || exactjson.Unmarshal(value, w.into) != nil {
			return fmt.Errorf("the %s of its verdict is of the wrong type: %s", w.key, excerpt(string(g)))
		}
	}
	return nil
}

// excerpt shows what a judge answered, made short.
func excerpt(text string) string {
	const most = 200
	if text = strings.TrimSpace(text); text == "" {
		return "no text"
	}
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}
