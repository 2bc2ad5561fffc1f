package template

import (
	"encoding/json"
	"testing"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/root"
	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/work"
)

// FuzzTemplate fills any text in with any variables.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{
		"{{ a }}", "{{ a }} and {{ b.c[0] }}", "{{ upper(a) }}", "{{ '{{' }} {{ {'a': 1}.a }}", "{{ file('a.md') }}",
		"{{ reduce(1..9, #acc + #) }}", "{{ vars['b'] }}{{ nothing ?? 1 }}", "{{", "}} {{ }}", "{{ repeat(a, 99) }}",
	} {
		f.Add(text, []byte(`{"a": "x", "b": {"c": [1.50, null]}, "nothing": null}`))
	}
	r, err := root.Open("../../testdata/files")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, values []byte) {
		docs, found := source.ParseJSON(source.New("vars.json", "vars.json", string(values)))
		if len(found) > 0 || docs[0].Kind != source.Map {
			return
		}
		vars := Variables{}
		for _, m := range docs[0].Members {
			m.Value.MarkData()
			vars[m.Key] = m.Value
		}
		var diags diagnostic.List
		v := source.New("s.yaml", "s.yaml", text).Value()
		p := NewSet(vars, nil, "s.yaml", NewFiles(r, work.New(work.MaxSteps)), &diags)
		p.Compile(v)
		sc, ok := p.Fill(vars, &diags)
		if !ok {
			t.Fatalf("variables without templates cannot be filled in: %v", diags)
		}
		out, ok := sc.Render(v)
		if !ok {
			for _, d := range diags {
				if d.Message == "" || d.Line < 0 || d.Column < 0 || d.Width < 0 {
					t.Fatalf("bad diagnostic %#v", d)
				}
			}
			if len(diags) == 0 {
				t.Fatal("it cannot be filled in, and nothing is reported")
			}
			return
		}
		if encoded := out.AppendJSON(nil); !json.Valid(encoded) {
			t.Fatalf("%q with %s yields %s", text, values, encoded)
		}
		if !Has(v) && out.Text != text {
			t.Fatalf("%q without a template became %q", text, out.Text)
		}
	})
}
