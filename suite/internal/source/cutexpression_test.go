package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expressionOf is the value that stands where the first expression was
// expected.
func expressionOf(t *testing.T, text string) *Value {
	v := mustParse(t, text).Get("assert")
	if v != nil && v.Kind == List {
		return v.Items[0]
	}
	return v
}

func TestCutExpression(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a colon in a text", `
assert:
- text contains "Total: 5"
`, "3:23: YAML cut this expression at `:`\n  - text contains \"Total: 5\"\n                        ^\n"},
		{"a ternary", `
assert:
- a ? b : c
`, "3:9: YAML cut this expression at `:`\n  - a ? b : c\n          ^\n"},
		{"a map in an expression", `
assert:
- 'json == {"a": 1}'
- x
`, ""},
		{"a map in a plain expression", `
assert:
- json == {"a": 1}
`, "3:15: YAML cut this expression at `:`\n  - json == {\"a\": 1}\n                ^\n"},
		{"two words", `
assert:
- a: b
`, "3:4: YAML cut this expression at `:`\n  - a: b\n     ^\n"},
		{"a number sign in a text", `
assert:
- text == "Order #1"
`, "3:18: YAML cut this expression at `#`\n  - text == \"Order #1\"\n                   ^\n"},
		{"a number sign in a call", `
assert: all(xs, # > 0)
`, "2:17: YAML cut this expression at `#`\n  assert: all(xs, # > 0)\n                  ^\n"},
		{"a comment", `
assert: len(text) > 0 # not empty, "really
`, ""},
		{"a comma in a call in a map", `
assert:
- {expr: any(xs, .a)}
`, "3:16: YAML cut this expression at `,`\n  - {expr: any(xs, .a)}\n                 ^\n"},
		{"a comma in a call in a list", `
assert: [any(xs, .a), b]
`, "2:16: YAML cut this expression at `,`\n  assert: [any(xs, .a), b]\n                 ^\n"},
		{"a comma in a text in a map", `
assert:
- {expr: text == "a, b"}
`, "3:20: YAML cut this expression at `,`\n  - {expr: text == \"a, b\"}\n                     ^\n"},
		{"a question mark first", `
assert:
- ? x
`, "3:3: YAML cut this expression at `?`\n  - ? x\n    ^\n"},
		{"an anchor", `
assert:
- &x
`, "3:3: YAML cut this expression at `&`\n  - &x\n    ^\n"},
		{"an anchor before an operator", `
assert:
- &x == 1
`, "3:3: YAML cut this expression at `&`\n  - &x == 1\n    ^\n"},
		{"an operator that is an anchor", `
assert:
- && y
`, "3:3: YAML cut this expression at `&`\n  - && y\n    ^\n"},
		{"an anchor on purpose", `
assert:
- &x text == "1"
`, ""},
		{"a quoted expression", `
assert:
- "text == 'Order #1'"
`, ""},
		{"a block", `
assert: |
  text == "Order #1"
  text contains "Total: 5"
`, ""},
		{"an assertion", `
assert:
- expr: x
  name: y
`, ""},
		{"an assertion in braces", `
assert:
- {expr: 'any(xs, .a)', name: y}
`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, ok := expressionOf(t, tt.text).CutExpression(nil)
			if !ok {
				if tt.want != "" {
					t.Fatalf("%q: not recognised", tt.text)
				}
				return
			}
			if diff := cmp.Diff(tt.want+"hint: write it under \"assert: |\" or quote it\n", caret(d)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCutExpressionNeedsAFile(t *testing.T) {
	faulty, _ := ParseYAML(New("s.yaml", "s.yaml", "assert: !f(x)\n"))
	for _, v := range []*Value{nil, {}, {Kind: String, Text: "f("}, {Kind: Map}, faulty[0].Get("assert")} {
		if d, ok := v.CutExpression(nil); ok {
			t.Errorf("%+v gives %v, want nothing", v, d)
		}
	}
}

func TestBalanced(t *testing.T) {
	tests := map[string]bool{
		`a == "b"`: true, `f(x, [1, {"a": 2}])`: true, `text == "a`: false, `f(x`: false, `x[0`: false,
		`"a\"" == b`: true, `"a\"`: false, "`a\\`": true, `'it"s'`: true, `it's`: false, `a)`: true,
	}
	for expression, want := range tests {
		if got := balanced(expression); got != want {
			t.Errorf("balanced(%q) is %t, want %t", expression, got, want)
		}
	}
}
