package exprlang

import (
	"fmt"
	"slices"
	"testing"
)

// rates is an Env whose by knows the labels a and b.
func rates() *Env {
	e := NewEnv()
	e.Var("rate", Float)
	e.Family("by", func(argument string) (Type, error) {
		if argument != "a" && argument != "b" {
			return nil, &Error{Message: fmt.Sprintf("unknown label %q", argument), Hint: "there is a, b"}
		}
		return Map{"rate": Float, "counts": Map{"pass": Int}}, nil
	})
	return e
}

func TestFamily(t *testing.T) {
	p, err := Compile(`by("a").rate > by('b').rate && by("a").counts.pass == 2`, rates())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Arguments("by"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("arguments %q", got)
	}
	values := map[string]any{
		FamilyMember("by", "a"): map[string]any{"rate": 0.5, "counts": map[string]any{"pass": 2}},
		FamilyMember("by", "b"): map[string]any{"rate": 0.25},
	}
	if v, err := p.Run(values); v != true || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	want := `by("a").rate = 0.5, by('b').rate = 0.25, by("a").counts.pass = 2`
	if why := p.Explain(values).Why; why != want {
		t.Errorf("why: %s\nwant: %s", why, want)
	}
}

func TestFamilyErrors(t *testing.T) {
	for source, want := range map[string]string{
		`by("c").rate > 1`:          `3+3: unknown label "c"`,
		`by(1).rate > 1`:            `3+1: by takes a string that is written out`,
		`by("a" + "b").rate > 1`:    `7+1: by takes a string that is written out`,
		`by("a", "b").rate > 1`:     `0+2: by takes one argument, found 2`,
		`by().rate > 1`:             `0+2: by takes one argument, found 0`,
		`by("a").rat > 1`:           `8+3: by("a") has no "rat"; did you mean "rate"?`,
		`by("a").counts.rate > 1`:   `15+4: by("a").counts has no "rate"; it has pass`,
		`by > 1`:                    `0+2: by is a function; call it as by(…)`,
		`bye("a").rate`:             `0+3: unknown function "bye"; did you mean "by"?`,
		`by("a").rate > "1"`:        `13+1: by("a").rate is a number and "1" is a string: > cannot be applied to them`,
		`rate > by("a").counts.pas`: `22+3: by("a").counts has no "pas"; did you mean "pass"?`,
	} {
		_, err := Compile(source, rates())
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%s: no error", source)
			continue
		}
		if got := fmt.Sprintf("%d+%d: %s", e.Offset, e.Length, e.Message); got != want {
			t.Errorf("%s: %s\nwant: %s", source, got, want)
		}
	}
}

func TestExplainTellsWhatMadeAResultTrue(t *testing.T) {
	for source, want := range map[string]string{
		`n > 3`:                 `n = 7`,
		`n > 3 && cost < 1`:     `n = 7, cost = 0.5`,
		`n > 30 || cost < 1`:    `cost = 0.5`,
		`not (n > 30)`:          `n = 7`,
		`true`:                  `it is true`,
		`text contains "world"`: `text = "Hello, world"`,
	} {
		p, err := Compile(source, testEnv())
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Explain(testValues()).Why; got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}
