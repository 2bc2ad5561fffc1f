package trace

import (
	"encoding/json"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
)

// maxEquality is how wide a side of an equality may be that is written in a line.
const maxEquality = 60

// Equality says in a line what an expression of the form a == b compared:
// text == vars.label: "neutral" is not "positive". It is safe to show, and ""
// where the expression has another form, where a value needs more room, and where
// a function made a number of what the answer said.
func Equality(source string, trace json.RawMessage) string {
	steps := read(source, trace)
	root := -1
	for i, s := range steps {
		if root < 0 || contains(s, steps[root]) {
			root = i
		}
	}
	if root < 0 || !strings.HasPrefix(source[steps[root].At:], "==") || steps[root].Value != "false" {
		return ""
	}
	equals := steps[root]
	left, ok := sideOf(source, steps, step{From: equals.From, To: equals.At})
	right, ok2 := sideOf(source, steps, step{From: equals.At + len("=="), To: equals.To})
	if !ok || !ok2 {
		return ""
	}
	return safetext.Line(source[equals.From:equals.To]) + ": " + left + " is not " + right
}

// bare is an expression without the brackets around it: (a) is a, and f(a) and
// (a) + (b) are themselves.
func bare(text string) string {
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		open := 0
		for i, c := range text {
			switch c {
			case '(':
				open++
			case ')':
				open--
			}
			if open == 0 && i < len(text)-1 {
				return text
			}
		}
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// sideOf is what a side of an equality was: the value of its widest part, or
// the source of a literal.
func sideOf(source string, steps []step, side step) (string, bool) {
	if side.From < 0 || side.To > len(source) || side.From > side.To {
		return "", false
	}
	text, widest := strings.TrimSpace(source[side.From:side.To]), step{}
	found := false
	for _, s := range steps {
		if s.From <= s.To && contains(side, s) && (!found || contains(s, widest)) {
			widest, found = s, true
		}
	}
	if found {
		own := bare(text)
		counts := strings.HasSuffix(own, ")") && !strings.HasPrefix(widest.Value, `"`) // what len(text) made of its text
		if strings.TrimSpace(source[widest.From:widest.To]) != own || widest.Skipped || counts {
			return "", false
		}
		text = widest.Value
	}
	if strings.Contains(text, "\n") || safetext.Width(text) > maxEquality {
		return "", false
	}
	return safetext.Line(text), true
}
