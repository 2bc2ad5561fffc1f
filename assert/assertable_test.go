package assert

import (
	"testing"

	"github.com/evalrun/evalrun/internal/messages"
)

func TestJudgeable(t *testing.T) {
	compile := func(expr string) *Assertion {
		a, err := NewCompiler().Compile(expr, scope())
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	names, silent := compile(`error.status == 400`), compile(`text == "x"`)
	for _, c := range []struct {
		name       string
		err        *messages.Error
		assertions []*Assertion
		want       bool
	}{
		{"no error", nil, []*Assertion{silent}, true},
		{"expected 400", &messages.Error{Status: 400}, []*Assertion{silent, names}, true},
		{"expected 404", &messages.Error{Status: 404}, []*Assertion{names}, true},
		{"expected 413", &messages.Error{Status: 413}, []*Assertion{names}, true},
		{"nobody expects it", &messages.Error{Status: 400}, []*Assertion{silent}, false},
		{"overloaded", &messages.Error{Status: 529}, []*Assertion{names}, false},
		{"no key", &messages.Error{Status: 401}, []*Assertion{names}, false},
		{"connection", &messages.Error{Type: messages.ErrConnection}, []*Assertion{names}, false},
	} {
		if got := Assertable(c.err, c.assertions); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
