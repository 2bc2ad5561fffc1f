package reporters_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// Every report says at which turn a conversation failed, why it was cut short
// and what was noticed of it.
func TestReportsOfConversations(t *testing.T) {
	const ended, warning = "turn 2: the model used the tool \"remove\"", "turn 1: the input of get_order does not match"
	at := record.Check{Outcome: record.Fail, Why: "it is not so", Turn: 3}
	src := source(t, append([]record.Line{runLine("talk")}, append(
		asked{id: record.ID{Suite: "talk", Case: "stops"}, line: 4, user: "hi", exprs: []string{"false"}, answers: []given{
			{text: "a", checks: []record.Check{at}}}}.lines(t),
		append(asked{id: record.ID{Suite: "talk", Case: "is cut"}, line: 9, user: "hi", exprs: []string{"true"}, answers: []given{
			{text: "b", checks: []record.Check{{Outcome: record.Skip}}, ended: ended, warned: warning}}}.lines(t), summaryLine())...)...)...)
	for name, report := range map[string]func(io.Writer, runreport.Source) error{
		"junit": runreport.JUnit, "markdown": runreport.Markdown, "csv": runreport.CSV, "github": runreport.GitHub, "json": runreport.JSON,
	} {
		var b bytes.Buffer
		if err := report(&b, src); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("&#34;", `"`, "&quot;", `"`, `\"`, `"`, `""`, `"`).Replace(b.String())
		turn := "at turn 3"
		if name == "json" {
			turn = `"turn":3`
		}
		wants := []string{turn, ended}
		if name != "csv" {
			wants = append(wants, warning)
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, text)
			}
		}
	}
}
