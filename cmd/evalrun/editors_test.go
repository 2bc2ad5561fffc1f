package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/suite"
)

// Editors load a schema by its version from the repository; that of this
// version of the format is what `evalrun schema` prints. -update writes it.
func TestKeptSchemas(t *testing.T) {
	for name, text := range map[string][]byte{"suite": suite.Schema(), "evalrun": suite.DefaultsSchema()} {
		file := fmt.Sprintf("../../schemas/%s.v%d.json", name, suite.Format)
		if *update {
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(text), string(kept)); diff != "" {
			t.Errorf("%s is not what `evalrun schema` prints; run this test with -update (-want +got):\n%s", file, diff)
		}
	}
}

// What is sent to SchemaStore, and the page for editors, name schemas that are
// there, each version under its number and the newest without one.
func TestSchemaAddresses(t *testing.T) {
	text, err := os.ReadFile("../../schemas/schemastore.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Name, Description, URL string
		FileMatch              []string
		Versions               map[string]string
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&entries); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if newest := e.Versions[strconv.Itoa(suite.Format)]; e.URL != newest || len(e.Versions) != suite.Format {
			t.Errorf("%s: the newest schema is at %s, and its versions are %q", e.Name, e.URL, e.Versions)
		}
	}
	page, err := os.ReadFile("../../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	addresses := regexp.MustCompile(`https://raw\.githubusercontent\.com/evalrun/evalrun/main/([a-z0-9./]+\.json)`).FindAllSubmatch(append(text, page...), -1)
	if len(addresses) < 8 {
		t.Errorf("%d addresses of schemas, want those of the entries and of each editor", len(addresses))
	}
	for _, a := range addresses {
		if _, err := os.Stat(filepath.Join("../..", string(a[1]))); err != nil {
			t.Errorf("%s leads to no file: %v", a[0], err)
		}
	}
}

// problemPattern is the pattern of the problem matcher.
type problemPattern struct {
	Regexp                                string
	File, Line, Column, Severity, Message int
}

func readMatcher(t *testing.T) problemPattern {
	t.Helper()
	text, err := os.ReadFile("../../action/problem-matcher.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		ProblemMatcher []struct {
			Owner, Severity string
			Pattern         []problemPattern
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.ProblemMatcher) != 1 || file.ProblemMatcher[0].Owner != "evalrun" || len(file.ProblemMatcher[0].Pattern) != 1 {
		t.Fatalf("the matcher is %+v", file)
	}
	return file.ProblemMatcher[0].Pattern[0]
}

// The problem matcher finds each error and warning of real output with its
// place, and nothing else of it.
func TestProblemMatcher(t *testing.T) {
	pattern := readMatcher(t)
	re := regexp.MustCompile(pattern.Regexp)
	if m := re.FindStringSubmatch(`C:\suites\a.yaml:3:1: unknown key "x"`); m == nil || m[pattern.File] != `C:\suites\a.yaml` {
		t.Errorf("of a path of Windows it finds %q", m)
	}
	inDocs(t)
	for _, test := range []struct {
		args []string
		want []string
	}{
		{[]string{"check", "typo.yaml"}, []string{
			`typo.yaml:5:5 "" unknown key "mesages" in a case; did you mean "messages"?`,
			`typo.yaml:6:13 "" unknown name "usge"; did you mean "usage"?`,
		}},
		{[]string{"check", "swap.yaml", "--model", "claude-opus-4-6"}, []string{
			`swap.yaml:9:21 "warning" claude-opus-4-6 refuses a prefill: `,
		}},
		{[]string{"--replay", "examples/record.jsonl", "wrong.yaml"}, []string{
			`wrong.yaml:7:13 "" greeting: assertion failed`,
		}},
		{[]string{"--replay", "examples/record.jsonl", "examples/suites"}, nil},
	} {
		var out bytes.Buffer
		run(test.args, nil, &out, &out)
		var got []string
		for line := range strings.Lines(out.String()) {
			if m := re.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
				got = append(got, fmt.Sprintf("%s:%s:%s %q %s", m[pattern.File], m[pattern.Line], m[pattern.Column], m[pattern.Severity], m[pattern.Message]))
			}
		}
		if len(got) != len(test.want) {
			t.Errorf("%q: it finds %q in\n%s", test.args, got, out.String())
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], test.want[i]) {
				t.Errorf("%q: it finds %s, want %s", test.args, got[i], test.want[i])
			}
		}
	}
}

// The task that the page shows for VS Code finds problems as the matcher does.
func TestEditorTask(t *testing.T) {
	pattern := readMatcher(t)
	for _, b := range readBlocks(t, "../../docs/editors.md") {
		var task struct {
			Tasks []struct {
				Command        string
				ProblemMatcher struct{ Pattern problemPattern }
			}
		}
		if b.language != "json" || json.Unmarshal([]byte(b.text), &task) != nil || len(task.Tasks) == 0 {
			continue
		}
		if diff := cmp.Diff(pattern, task.Tasks[0].ProblemMatcher.Pattern); diff != "" {
			t.Errorf("the task's pattern is not the matcher's (-matcher +task):\n%s", diff)
		}
		return
	}
	t.Error("docs/editors.md shows no task")
}
