package reporters_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

const tracedExpr = `text contains "Hello" && usage.output_tokens < 50`

// tokensTrace is the trace of `usage.output_tokens < 50` with a value.
func tokensTrace(tokens int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`[
		{"at":0,"len":5,"from":0,"to":5,"value":"{\"output_tokens\": %[1]d, …}"},
		{"at":6,"len":13,"from":0,"to":19,"value":"%[1]d","cause":true},
		{"at":20,"len":1,"from":0,"to":24,"value":"false","cause":true}]`, tokens))
}

// helloTrace is the trace of tracedExpr with a value of text.
func helloTrace(text string) json.RawMessage {
	value, _ := json.Marshal(text)
	return json.RawMessage(fmt.Sprintf(`[
		{"at":0,"len":4,"from":0,"to":4,"value":%s,"cause":true},
		{"at":5,"len":8,"from":0,"to":21,"value":"false","cause":true},
		{"at":25,"len":24,"from":25,"to":49,"skipped":true}]`, value))
}

// tracedSample failed its first assertion.
func tracedSample(why string, trace json.RawMessage) record.Sample {
	s := failed("0: " + why)
	s.Assertions[0].Trace = trace
	return s
}

func tracedRun(t testing.TB) runreport.Source {
	repeated := []record.Sample{passed(), passed(), passed(), passed(), passed(), passed(), passed()}
	for _, n := range []int{212, 240, 251} {
		repeated = append(repeated, tracedSample(fmt.Sprintf("usage.output_tokens = %d", n), tokensTrace(n)))
	}
	return newRun(t, newSuite("ants",
		asserting(newCase("once", tracedSample(`text = "Bonjour"`, helloTrace(`"Bonjour, comment allez-vous aujourd'hui? Je suis très content de vous voir"`))), tracedExpr),
		asserting(newCase("only a value differs", repeated...), "usage.output_tokens < 50"),
		asserting(newCase("for two reasons",
			tracedSample("a", helloTrace(`"Bonjour"`)), passed(),
			tracedSample("b", json.RawMessage(strings.Replace(string(helloTrace(`"Hello"`)), `"skipped":true`, `"value":"false"`, 1)))), tracedExpr),
	))
}

func TestTraces(t *testing.T) {
	golden(t, "trace.golden", table(t, tracedRun(t), reporters.TableOptions{}))
	golden(t, "trace.golden.xml", junitXML(t, tracedRun(t)))
}

func TestTraceOfAWideExpressionIsNotCut(t *testing.T) {
	expr := `text contains "` + strings.Repeat("x", 100) + `" && false`
	trace := json.RawMessage(`[{"at":0,"len":4,"from":0,"to":4,"value":"\"no\""},{"at":117,"len":4,"from":0,"to":120,"value":"false"}]`)
	run := newRun(t, newSuite("s", asserting(newCase("c", tracedSample("why", trace)), expr)))
	if got := table(t, run, reporters.TableOptions{}); !strings.Contains(got, `"no"`+strings.Repeat(" ", 113)+"false") {
		t.Errorf("the last column is missing:\n%s", got)
	}
}

// A record is not trusted: a trace may be of another expression or of none.
func TestDrawTraceRefusesWhatIsNoTrace(t *testing.T) {
	for name, trace := range map[string]string{
		"none": ``, "no list": `{}`, "no step": `[]`, "before": `[{"at":-1}]`, "beyond": `[{"at":10}]`,
		"inside a character": `[{"at":1}]`, "too many": "[" + strings.Repeat(`{"at":0},`, 300) + `{"at":0}]`,
	} {
		if got := reporters.DrawTrace("é < 1", json.RawMessage(trace)); got != "" {
			t.Errorf("%s is drawn:\n%s", name, got)
		}
	}
	if got := reporters.DrawTrace(strings.Repeat("x", 5000), json.RawMessage(`[{"at":4999}]`)); got != "" {
		t.Error("a source of 5000 bytes is drawn")
	}
}

func FuzzDrawTrace(f *testing.F) {
	f.Add(tracedExpr, string(helloTrace(`"Hi"`)))
	_, texts := hostileTexts(f)
	for _, text := range texts {
		f.Add(text, string(helloTrace(text)))
	}
	f.Fuzz(func(t *testing.T, source, trace string) {
		drawing := reporters.DrawTrace(source, json.RawMessage(trace))
		checkSafe(t, drawing)
		for line := range strings.Lines(drawing) {
			if safetext.Width(line) > 200_000 {
				t.Fatalf("a line of %d cells", safetext.Width(line))
			}
		}
	})
}
