package possible_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/possible"
)

// writer makes expressions at random that pass the type check.
type writer struct{ *rand.Rand }

func (w writer) pick(options ...string) string { return options[w.IntN(len(options))] }

func (w writer) text() string {
	switch w.IntN(6) {
	case 0:
		return w.pick("lower(s)", "upper(s)", "trim(s)", "letters(s)", "trim(lower(s))", "lower(t)", "trim(t)")
	case 1:
		return w.pick(`"a"`, `"A"`, `""`, `"a b"`, `"B "`, `"zz"`)
	case 2:
		return "why"
	case 3:
		return "j"
	}
	return w.pick("s", "t")
}

func (w writer) constText() string {
	return w.pick(`"a"`, `"A"`, `""`, `"a b"`, `"B "`, `"ab"`, `"zz"`)
}

func (w writer) number(depth int) string {
	switch w.IntN(9) {
	case 0:
		return w.pick("0", "1", "2", "-1", "0.5", "41", "-0.5")
	case 1:
		return w.pick("len(s)", "words(s)", "words(t)", "share(s)", `indexOf(s, "a")`, "len(list)", "abs(i)")
	case 2:
		if depth > 0 {
			return "(" + w.number(depth-1) + w.pick(" + ", " - ", " * ") + w.number(depth-1) + ")"
		}
	case 3:
		return "count(list, " + w.element(depth-1) + ")"
	case 4:
		return "j"
	case 5:
		return "-" + w.pick("n", "i", "f")
	}
	return w.pick("n", "i", "f", "counts.n", "counts.more", "float(s)")
}

func (w writer) element(depth int) string {
	if depth > 0 && w.IntN(3) == 0 {
		return "(" + w.element(depth-1) + w.pick(" && ", " || ") + w.element(depth-1) + ")"
	}
	return w.pick(`.type == `, `.type != `) + w.constText() + w.pick("", " && .n > 1", " || .n <= 1", " && .n < 0", " && i > 1")
}

func (w writer) boolean(depth int) string {
	if depth > 0 {
		switch w.IntN(9) {
		case 0, 1:
			return "(" + w.boolean(depth-1) + " && " + w.boolean(depth-1) + ")"
		case 2, 3:
			return "(" + w.boolean(depth-1) + " || " + w.boolean(depth-1) + ")"
		case 4:
			return "not (" + w.boolean(depth-1) + ")"
		case 5:
			return "(" + w.boolean(depth-1) + " ? " + w.boolean(depth-1) + " : " + w.boolean(depth-1) + ")"
		case 6:
			return w.pick("any", "all", "none", "one") + w.pick("(list, ", "(list, ", "(empty, ") + w.element(depth-1) + ")"
		}
	}
	switch w.IntN(8) {
	case 0:
		return w.text() + w.pick(" in ", " not in ") + "[" + w.constText() + ", " + w.constText() + "]"
	case 1:
		return w.pick("s", "t", "lower(s)", "trim(s)", "why") + w.pick(" contains ", " startsWith ", " endsWith ") + w.constText()
	case 2:
		return w.text() + w.pick(" == ", " != ") + w.text()
	case 3:
		return w.pick("s", "why") + ` matches ` + w.pick(`".*"`, `"a"`, `"^$"`, `"a|"`, `"\\b"`)
	case 4:
		return "d" + w.pick(" < ", " >= ", " == ") + `duration(` + w.pick(`"0s"`, `"1s"`, `"-1s"`) + ")"
	case 5:
		return w.pick("b", "why == nil", "j == nil", "true", "false", "(j ?? s) == s", "len(empty) > 0", "empty[0].n > 1", `(empty[0].type ?? s) == "a"`, "empty[0]?.n == nil", "counts?.more == nil")
	}
	return w.number(depth) + w.pick(" == ", " != ", " < ", " <= ", " > ", " >= ") + w.number(depth)
}

// values are values for the names, at random.
func (w writer) values() map[string]any {
	texts := []string{"", "a", "A", "a b", "B ", "ab", " ", "NaN", "1", "é"}
	text := func() string { return texts[w.IntN(len(texts))] }
	whole := func() int { return w.IntN(5) - 2 }
	counts := map[string]any{"n": w.IntN(4)}
	if w.IntN(2) == 0 {
		counts["more"] = w.IntN(11)
	}
	list := []any{}
	for range w.IntN(4) {
		list = append(list, map[string]any{"type": text(), "n": whole()})
	}
	var why any
	if w.IntN(3) > 0 {
		why = text()
	}
	anything := []any{nil, 1, 2.5, "a", "", true, []any{}, -1}
	return map[string]any{
		"s": text(), "t": text(), "why": why, "n": w.IntN(4), "i": whole(), "f": float64(whole()) / 2, "b": w.IntN(2) == 0,
		"d": time.Duration(whole()) * time.Second, "j": anything[w.IntN(len(anything))], "counts": counts, "list": list, "empty": []any{},
	}
}

// TestSound holds verdicts of random expressions to what runs over random
// values give.
func TestSound(t *testing.T) {
	w := writer{rand.New(rand.NewPCG(1, 2))}
	decided := map[possible.Outcome]int{}
	for range 6_000 {
		expr := w.boolean(3)
		p, err := exprlang.Compile(expr, newEnv())
		if err != nil {
			continue // two types that do not go together
		}
		v := possible.Of(p, newFacts())
		decided[v.Outcome]++
		for range 10 {
			values := w.values()
			got, err := p.Run(values)
			switch {
			case v.Outcome == possible.Never && err == nil && got == true:
				t.Fatalf("%s is said to be never true, and is for %v", expr, values)
			case v.Outcome == possible.Always && err == nil && got != true:
				t.Fatalf("%s is said to be always true, and is %v for %v", expr, got, values)
			case v.Outcome == possible.Always && err != nil && v.Unless.Length == 0:
				t.Fatalf("%s is said to be always true, and fails for %v: %v", expr, values, err)
			}
		}
	}
	if decided[possible.Never] < 200 || decided[possible.Always] < 200 {
		t.Errorf("too few verdicts to tell: %v", decided)
	}
}

// TestLettersAreFixed holds that upper and lower case stay what they are,
// letter by letter.
func TestLettersAreFixed(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		s := string(r)
		if l := strings.ToLower(s); strings.ToLower(l) != l {
			t.Errorf("the lower case of %q is not its own", s)
		}
		if u := strings.ToUpper(s); strings.ToUpper(u) != u {
			t.Errorf("the upper case of %q is not its own", s)
		}
	}
}
