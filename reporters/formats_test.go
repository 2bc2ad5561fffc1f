package reporters_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// formats are the reports that are made from a record, by the name of their
// golden file.
var formats = map[string]func(io.Writer, runreport.Source) error{
	"report.csv":       runreport.CSV,
	"report.json":      runreport.JSON,
	"report.jsonl":     runreport.JSONL,
	"report.junit.xml": runreport.JUnit,
	"report.md":        runreport.Markdown,
	"report.github":    runreport.GitHub,
}

func report(t testing.TB, write func(io.Writer, runreport.Source) error, src runreport.Source) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, src); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormats(t *testing.T) {
	src := recordedRun(t)
	for name, write := range formats {
		t.Run(name, func(t *testing.T) { golden(t, name, report(t, write, src)) })
	}
}

func TestFormatsReturnTheWritersError(t *testing.T) {
	src := recordedRun(t)
	for name, write := range formats {
		r, w := io.Pipe()
		r.Close()
		if err := write(w, src); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: got the error %v", name, err)
		}
	}
}

// TestHostileRecord puts the corpus through every format.
func TestHostileRecord(t *testing.T) {
	src := hostileSource(t)
	for name, write := range formats {
		t.Run(name, func(t *testing.T) {
			out := report(t, write, src)
			switch name {
			case "report.csv":
				out = strings.ReplaceAll(out, "\r\n", "\n")
			case "report.github":
				out = withoutOwnCommands(t, out, len(src.Run.Suites))
			}
			checkSafe(t, out)
		})
	}
}

var ownCommand = regexp.MustCompile(`^::(group::evalrun: \d+ cases|endgroup::|(error|warning) file=[^:]*::[^\n]*)$`)

// withoutOwnCommands takes the workflow commands away that the report may
// hold, and fails where it holds another.
func withoutOwnCommands(t *testing.T, out string, most int) string {
	var rest []string
	count := 0
	for line := range strings.SplitSeq(out, "\n") {
		if !strings.HasPrefix(line, "::") {
			rest = append(rest, line)
			continue
		}
		count++
		if !ownCommand.MatchString(line) {
			t.Errorf("the command %q", line)
		}
	}
	if count < 3 || count > 22 {
		t.Errorf("%d commands of %d suites", count, most)
	}
	return strings.Join(rest, "\n")
}

func TestJSONFollowsItsSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	data, err := os.ReadFile("../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schemaDoc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("report.schema.json", schemaDoc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]runreport.Source{"recorded": recordedRun(t), "hostile": hostileSource(t), "mixed": mixedRun(t)} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(report(t, runreport.JSON, src)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestJSONHoldsTheTexts reads the answers back as they were given.
func TestJSONHoldsTheTexts(t *testing.T) {
	var doc struct {
		Suites []struct {
			Cases []struct {
				Samples []struct{ Answers []struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(report(t, runreport.JSON, hostileSource(t))), &doc); err != nil {
		t.Fatal(err)
	}
	_, texts := hostileTexts(t)
	for i, text := range texts {
		text = strings.ToValidUTF8(text, "\ufffd")
		got := strings.ReplaceAll(doc.Suites[i].Cases[0].Samples[0].Answers[0].Text, "\ufffd\ufffd", "\ufffd")
		for strings.Contains(got, "\ufffd\ufffd") {
			got = strings.ReplaceAll(got, "\ufffd\ufffd", "\ufffd")
		}
		if got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestJSONLIsTheRecord(t *testing.T) {
	src := hostileSource(t)
	before, err := io.ReadAll(src.File.Lines())
	if err != nil {
		t.Fatal(err)
	}
	after := report(t, runreport.JSONL, src)
	want, got := strings.Split(string(before), "\n"), strings.Split(after, "\n")
	if len(want) != len(got) {
		t.Fatalf("%d lines became %d", len(want), len(got))
	}
	for i := range want {
		var a, b any
		if json.Unmarshal([]byte(want[i]), &a) == nil && json.Unmarshal([]byte(got[i]), &b) != nil || !cmp.Equal(a, b) {
			t.Errorf("line %d became %s", i+1, got[i])
		}
	}
}

// TestCSVIsReadAsWritten holds that a reader gets each answer's safe text, and
// the text itself where its leading apostrophe is taken away.
func TestCSVIsReadAsWritten(t *testing.T) {
	r := csv.NewReader(strings.NewReader(report(t, runreport.CSV, hostileSource(t))))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	_, texts := hostileTexts(t)
	texts = append([]string{}, texts...)
	last := len(rows[0]) - 1
	for i, text := range texts {
		got := rows[1+3*i][last]
		want := safetext.Text(strings.ToValidUTF8(text, "\ufffd"))
		got = strings.TrimPrefix(got, "'")
		want = strings.TrimPrefix(want, "'")
		if strings.ContainsRune(want, '\ufffd') {
			continue // encoding/json writes one for each byte
		}
		if got != want {
			t.Errorf("%q became %q", want, got)
		}
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+@") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
}

func TestCSVBoundsItsCells(t *testing.T) {
	id := record.ID{Suite: "s", Case: "c"}
	src := source(t, append([]record.Line{runLine("s")}, asked{id: id, user: "x", answers: []given{{text: strings.Repeat("é", 100_000)}}}.lines(t)...)...)
	rows, err := csv.NewReader(strings.NewReader(report(t, runreport.CSV, src))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cell := rows[1][len(rows[1])-1]
	if n := len([]rune(cell)); n > 32_767 || !strings.Contains(cell, "… 68,100 more characters …") {
		t.Errorf("%d characters: %s", n, safetext.Cut(cell, 200))
	}
}

func TestMarkdownIsShortWhateverTheRun(t *testing.T) {
	long := strings.Repeat("|`*_@<&\x1b", 100)
	var lines []record.Line
	for i := range 300 {
		id := record.ID{Suite: fmt.Sprint("s", i%100, long), Case: fmt.Sprint(i, long), Variant: fmt.Sprint("v", i%70, long)}
		lines = append(lines, asked{id: id, user: "x", exprs: []string{fmt.Sprint(i, long)}, answers: []given{{text: long, checks: []record.Check{{Outcome: record.Fail, Why: long}}}}}.lines(t)...)
	}
	for i := range 200 {
		lines = append(lines, record.Gate{Suite: fmt.Sprint(i), Expr: long, Value: long})
	}
	run := runLine()
	out := report(t, runreport.Markdown, source(t, append([]record.Line{run}, lines...)...))
	if len(out) >= 65_536 {
		t.Errorf("%d bytes", len(out))
	}
	if !strings.HasPrefix(out, "<!-- evalrun -->\n") {
		t.Errorf("it begins %.40q", out)
	}
	if !strings.Contains(out, "more finding") {
		t.Error("it does not say that findings are left out")
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") {
		t.Error("a fold is not closed")
	}
}

func TestJUnitHoldsTheAnswers(t *testing.T) {
	var suites junit.Testsuites
	if err := xml.Unmarshal([]byte(report(t, runreport.JUnit, recordedRun(t))), &suites); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range suites.Suites {
		for _, tc := range s.Testcases {
			if tc.SystemOut != nil {
				got[s.Name+": "+tc.Name] = tc.SystemOut.Data
			}
		}
	}
	want := map[string]string{
		"capitals · prompt=terse: capital of Japan":   "--- sample 1 · turn 1 · end_turn\nKyoto\n\n--- sample 2 · turn 1 · end_turn\nTokyo\n",
		"support: asks for the weather":               "--- turn 1 · end_turn\nI'll look it up.\ntool_use get_weather {\"city\":\"Lisbon\"}\n",
		"support: overloaded":                         "--- turn 1\n529 overloaded_error: Overloaded\n",
		"capitals · prompt=polite: capital of France": "--- turn 1 · end_turn\nThe capital of France is Paris, and it is a pleasure to tell you.\n",
	}
	for name, text := range want {
		if diff := cmp.Diff(text, got[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
