package assert

import (
	"fmt"
	"strings"
	"testing"
)

// A list of names says what a row of a data set expects.
func TestCallsOfAList(t *testing.T) {
	s := subject(t)
	s.Exchange = answer(t, journey)
	s.Vars = map[string]any{"capital": "search,fetch"}
	if r := check(t, `calls(split(vars.capital, ","))`, s); r.Outcome != Pass {
		t.Error(r.Why)
	}
	if r := check(t, `calls(["search", 5])`, s); r.Outcome != Fail || !strings.Contains(r.Why, "the name of a tool is a text, found 5") {
		t.Error(r.Why)
	}
}

// What a model gives a tool is of any size: comparing it is bounded.
func TestInputsAreComparedWithinBounds(t *testing.T) {
	var blocks []string
	for range 400 {
		blocks = append(blocks, fmt.Sprintf(`{"type":"tool_use","id":"t","name":"f","input":{"a":"%s"}}`, strings.Repeat("x", 10_000)))
	}
	s := subject(t)
	s.Exchange = answer(t, `{"content":[`+strings.Join(blocks, ",")+`],"stop_reason":"tool_use","usage":{}}`)
	r := check(t, `called("f", {a: matching("(x{1,100}y){1,9}")})`, s)
	if r.Outcome != Fail || !strings.Contains(r.Why, "was stopped: it takes more than") {
		t.Error(r.Outcome, r.Why)
	}
}

// A tool that the request does not have is named by no call.
func TestNamesOfToolsInFunctions(t *testing.T) {
	a, err := NewCompiler().Compile(`calls("a", "b") && !called("c", {x: "d"}) && tool_uses[0].name == "e"`, scope())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range a.Literals() {
		if l.Of == ToolName {
			names = append(names, l.Text)
		}
	}
	if got := strings.Join(names, " "); got != "a b c e" {
		t.Error(got)
	}
	if !a.Uses("tool_uses") {
		t.Error("the functions do not say that they use tool_uses")
	}
}
