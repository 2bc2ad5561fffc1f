package exprlang

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// leaked are words of Go's or expr-lang's own that no user should read.
var leaked = regexp.MustCompile(`runtime error|interface conversion|interface \{\}|reflect[:.]|goroutine|nil pointer|\*ast\.|\n`)

// FuzzExpression holds every expression to the same promises: no panic, the
// budgets, plain errors inside of the source, an explanation for each run.
func FuzzExpression(f *testing.F) {
	for _, source := range []string{
		`text contains "world" && usage.output_tokens < 50`, `json.missing.deep[3].x ?? "none"`,
		`[1, json.null?.x.y, 2]`, `any(blocks, .text == "ho")`, `reduce(json.list, #acc + #, 0)`,
		`let x = json.a; x + 1`, `if n > 3 { "big" } else { "small" }`, `1 < n < 9`, `text | upper() | shout()`,
		`sortBy(blocks, .text, "desc")[0].text`, `latency.Seconds() > 1 ? json : {"a": [1]}`, `text[1:3] not in [1, nil]`,
		`groupBy(1..9, # % 2)`, `fromJSON(text)`, `toPairs(json)[0][1]`, `findLast(json.list, # < 3) ** 2`,
		`first(blocks).text + last(blocks)?.type`, `date("2024-01-01").Year()`, `error?.status ?? 3`, "date(\"\\n\") == nil", "text ==\n\"é\" &&\tfalse",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p, err := Compile(source, testEnv())
		if err != nil {
			checkError(t, source, err)
			return
		}
		p.Node()
		_ = Shape(p.Type()) + p.Type().String()
		v, err := p.Run(testValues())
		if err != nil {
			checkError(t, source, err)
		}
		if s := Render(v, 60); len([]rune(s)) > 400 {
			t.Errorf("rendered at length %d", len(s))
		}
		e := p.Explain(testValues())
		for _, part := range e.Parts {
			if part.From < 0 || part.From > part.At || part.At+part.Len > part.To || part.To > len(source) {
				t.Errorf("a part is out of place: %+v", part)
			}
		}
		if e.Why == "" || strings.Contains(e.Why, "\n") {
			t.Errorf("why: %q", e.Why)
		}
	})
}

func checkError(t *testing.T, source string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v", err, err)
	}
	if e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(source) {
		t.Errorf("out of the source: %+v", e)
	}
	if utf8.ValidString(source) && leaked.MatchString(e.Message) && !leaked.MatchString(source) || e.Message == "" {
		t.Errorf("not a plain sentence: %q", e.Message)
	}
}

// FuzzLines holds the splitter to its offsets.
func FuzzLines(f *testing.F) {
	f.Add("a\n  b\n# c\n)\n\td\r\n")
	f.Fuzz(func(t *testing.T, block string) {
		end := 0
		for _, line := range Lines(block) {
			if line.Offset < end || line.Text == "" || block[line.Offset:line.Offset+len(line.Text)] != line.Text {
				t.Fatalf("%+v", line)
			}
			end = line.Offset + len(line.Text)
		}
	})
}
