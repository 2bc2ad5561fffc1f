package record

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	const run = `{"kind":"run","format":1}` + "\n"
	const aCase = `{"kind":"case","suite":"s","case":"c","variant":""}` + "\n"
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"", "empty"},
		"torn first line":   {`{"kind":"run","form`, "empty"},
		"html":              {"<!DOCTYPE html>\n<html>", `line 1: it is not a record, which begins with {"kind":"run"`},
		"html, one line":    {"<html>", "it is not a record"},
		"yaml":              {"name: ants\ncases: []\n", "it is not a record"},
		"json, no record":   {"{\n  \"a\": 1\n}\n", "it is not a record"},
		"no run line":       {aCase, "it is not a record"},
		"other format":      {`{"kind":"run","format":3}` + "\n", "format 3, and this evalrun reads formats 1 and 2"},
		"format in words":   {`{"kind":"run","format":"two"}` + "\n", "format two"},
		"no format":         {`{"kind":"run"}` + "\n", "format"},
		"garbage":           {run + "garbage\n" + aCase, `line 2: found "garbage\n", expected a JSON object`},
		"torn in middle":    {run + `{"kind":"sam` + "\n" + aCase, "line 2: the line ends before its JSON does"},
		"two lines in one":  {run + `{"kind":"case"}{"kind":"case"}` + "\n", "line 2: found"},
		"no kind":           {run + `{"a":1}` + "\n", "line 2: the line has no kind"},
		"kind not text":     {run + `{"kind":1}` + "\n", `found "1", expected text`},
		"sample, no case":   {run + `{"kind":"sample","case":"c","sample":1,"outcome":"pass"}` + "\n", `has no case line before it`},
		"unknown outcome":   {run + aCase + `{"kind":"sample","suite":"s","case":"c","sample":1,"outcome":"good"}` + "\n", `line 3: outcome is "good"`},
		"sample zero":       {run + aCase + `{"kind":"sample","suite":"s","case":"c","sample":0,"outcome":"pass"}` + "\n", "count from 1"},
		"sample in words":   {run + `{"kind":"exchange","sample":"one"}` + "\n", "sample: found"},
		"sample huge":       {run + `{"kind":"exchange","sample":1e99}` + "\n", "sample: found"},
		"ordinal disagrees": {run + `{"kind":"exchange","sample":1,"ordinal":2}` + "\n", "ordinal is 2 and sample 1"},
		"gate malformed":    {run + `{"kind":"gate","suite":3}` + "\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.jsonl")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "x.jsonl") {
				t.Errorf("error %v; want one that names the file and says %q", err, test.want)
			}
		})
	}
}

func TestNamesOfMembersAreExact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	text := `{"kind":"run","format":1,"tool":"t","TOOL":"u"}` + "\n" +
		`{"kind":"case","suite":"s","case":"c","variant":"","assertions":[{"expr":"true","Level":"warn"}]}` + "\n" +
		`{"kind":"summary","complete":false,"Complete":true}` + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, path)
	if f.Run.Tool != "t" || f.Summary.Complete {
		t.Errorf("tool %q, complete %t", f.Run.Tool, f.Summary.Complete)
	}
	c, ok, err := f.Case(ID{Suite: "s", Case: "c"})
	if err != nil || !ok || len(c.Case.Assertions) != 1 || c.Case.Assertions[0].Level != "" {
		t.Errorf("%+v %t %v", c, ok, err)
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "it is a directory") {
		t.Errorf("a directory: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestLinesOfLaterVersionsAreSkipped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	text := "{\"format\":1, \"kind\":\"run\", \"later\":{\"a\":[1]}}\r\n\r\n" +
		`{"kind":"later","sample":"one","key":[],"suite":{}}` + "\n" +
		`{ "later": [{"}":"]"}], "kind" : "case", "suite":"s","case":"c","variant":"","times":1,"need":1 }` + "\n" +
		`{"kind":"sample","suite":"s","case":"\u0063","variant":"","sample":1,"outcome":"pass","later":null}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, path)
	if diff := cmp.Diff([]string{"c: 1=pass"}, outcomes(t, f)); diff != "" || f.Torn {
		t.Errorf("torn %t, %s", f.Torn, diff)
	}
}

func TestWhatIsReadLateNamesItsLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	text := `{"kind":"run","format":1}` + "\n" + `{"kind":"case","suite":"s","case":"c","variant":"","times":"many"}` + "\n" +
		`{"kind":"exchange","suite":"s","case":"c","variant":"","sample":1,"key":"k","latency_ms":"long"}` + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, path)
	for _, err := range f.Cases() {
		if err == nil || !strings.Contains(err.Error(), "line 2: ") {
			t.Errorf("a case: %v", err)
		}
	}
	if _, err := NewAnswers(f, nil).Find(Identity{ID: ID{"s", "c", ""}, Sample: 1}, "k"); err == nil || !strings.Contains(err.Error(), "line 3: latency_ms: found ") {
		t.Errorf("an exchange: %v", err)
	}
}
