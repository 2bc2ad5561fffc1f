package suite

import "testing"

func TestReferences(t *testing.T) {
	for text, dynamic := range map[string]bool{
		`vars.name`:               false,
		`vars?.name == vars . x`:  false,
		`vars["a-b"] + vars['c']`: false,
		"vars[`a`]":               false,
		`vars ?. ["a"]`:           false,
		`vars[name]`:              true,
		`vars[ 1 ]`:               true,
		`keys(vars)`:              true,
		`toJSON(vars) != ""`:      true,
		`name in vars and x`:      true,
		`vars`:                    true,
		`all_vars == my.vars_2`:   false,
	} {
		m := &references{}
		m.expression(text)
		if m.dynamic != dynamic {
			t.Errorf("%s takes vars by what only a run knows: %t", text, m.dynamic)
		}
	}
	m := &references{}
	m.expression(`text contains vars["a-b"] && größe > 1`)
	for name, want := range map[string]bool{"a-b": true, "größe": true, "a": true, "größ": false, "c-d": false} {
		if m.has(name) != want {
			t.Errorf("%s is mentioned: %t", name, !want)
		}
	}
}
