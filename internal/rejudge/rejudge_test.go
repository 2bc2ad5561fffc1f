package rejudge

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// recorded is a record of one case with one sample and its answer's text, or
// with an error of the API in its place.
func recorded(t *testing.T, c record.Case, s record.Sample, text string, failed *record.Error) (*record.File, record.CaseResult) {
	t.Helper()
	c.Suite, c.Case, c.Path, c.Times = "ants", "a", "suites/ants.yaml", 1
	s.Suite, s.Case, s.Sample = "ants", "a", 1
	e := record.Exchange{
		Identity: record.Identity{ID: c.ID(), Sample: 1, Turn: 1, Role: record.RoleAnswer}, Key: "sha256:1", Error: failed,
		Request: json.RawMessage(`{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"He"}]}`),
	}
	if failed == nil {
		e.Response = json.RawMessage(fmt.Sprintf(`{"type":"message","role":"assistant","content":[{"type":"text","text":%q}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":1}}`, text))
	}
	f := recordtest.Open(t, record.Run{}, c, e, s)
	result, found, err := f.Case(c.ID())
	if err != nil || !found {
		t.Fatal(found, err)
	}
	return f, result
}

func expr(source string) record.Assertion {
	return record.Assertion{At: "suites/ants.yaml:3:5", Expr: source, Level: record.LevelFail, Weight: 1}
}

func TestSamples(t *testing.T) {
	half := .5
	refused := &record.Error{Status: 400, Type: "invalid_request_error", Message: "no"}
	rubric := record.Assertion{Rubric: "It is polite.", Level: record.LevelFail, Weight: 1, Votes: 1, Judge: "j"}
	passed := record.Sample{Outcome: record.Pass, Assertions: []record.Check{{I: 0, Outcome: record.Pass}}}
	failedRubric := record.Sample{Outcome: record.Fail, Assertions: []record.Check{{I: 0, Outcome: record.Fail, Why: "rude"}}}
	errored := record.Sample{Outcome: record.Errored, Error: refused}
	for _, test := range []struct {
		name   string
		old    []record.Assertion
		sample record.Sample
		failed *record.Error
		new    record.Case
		want   string
	}{
		{"stricter", []record.Assertion{expr("true")}, passed, nil, record.Case{Assertions: []record.Assertion{expr(`text == "ho"`)}}, "fail"},
		{"as before", []record.Assertion{expr("true")}, passed, nil, record.Case{Assertions: []record.Assertion{expr(`text == "Ho" && sample == 1 && case == "a"`)}}, "pass"},
		{"the request and the prefill", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Assertions: []record.Assertion{expr(`prefilled_text == "HeHo" && request.model == "m" && usage.output_tokens == 1`)}}, "pass"},
		{"variables", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Question: record.Question{Vars: json.RawMessage(`{"n":2,"word":"Ho"}`)}, Assertions: []record.Assertion{expr(`text == vars.word && vars.n == 2`)}}, "pass"},
		{"a condition", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Assertions: []record.Assertion{{Expr: "false", When: `text == "Hu"`, Level: record.LevelFail, Weight: 1}}}, "pass"},
		{"a warning", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Assertions: []record.Assertion{{Expr: "false", Level: record.LevelWarn, Weight: 1}}}, "pass"},
		{"a least score", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Question: record.Question{MinScore: &half}, Assertions: []record.Assertion{expr("true"), expr("false")}}, "pass"},
		{"the same rubric beside another expression", []record.Assertion{rubric}, failedRubric, nil,
			record.Case{Assertions: []record.Assertion{expr("true"), rubric}}, "fail"},
		{"an error that is expected now", []record.Assertion{expr("true")}, errored, refused, record.Case{Assertions: []record.Assertion{expr("error.status == 400")}}, "pass"},
		{"an error that is no longer expected", []record.Assertion{expr("error != nil")}, passed, refused, record.Case{Assertions: []record.Assertion{expr("true")}}, "error"},

		{"another rubric", []record.Assertion{rubric}, passed, nil,
			record.Case{Assertions: []record.Assertion{{Rubric: "It is short.", Level: record.LevelFail, Weight: 1}}}, "its judge would have to be asked again"},
		{"another judge", []record.Assertion{rubric}, passed, nil,
			record.Case{Question: record.Question{Rubrics: "sha256:other"}, Assertions: []record.Assertion{rubric}}, "its judge would have to be asked again"},
		{"a turn", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Assertions: []record.Assertion{{Expr: "true", Turn: 1, Level: record.LevelFail}}}, "assertions of single turns are not judged anew"},
		{"a large variable", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Question: record.Question{Vars: json.RawMessage(`{"big":{"sha256":"1","bytes":20000}}`)}, Assertions: []record.Assertion{expr("true")}}, "the record lacks the variable big"},
		{"a file that the record lacks", []record.Assertion{expr("true")}, passed, nil,
			record.Case{Assertions: []record.Assertion{expr(`matches_schema(json, "schema.json")`)}}, "the record lacks the file schema.json"},
		{"no expression", []record.Assertion{expr("true")}, passed, nil, record.Case{Assertions: []record.Assertion{expr("text ==")}}, "suites/ants.yaml:3:5: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, of := recorded(t, record.Case{Assertions: test.old}, test.sample, "Ho", test.failed)
			by, as := recorded(t, test.new, passed, "Hu", nil)
			samples, err := New().Samples(file, &of, by, &as.Case)
			got := fmt.Sprint(err)
			if err == nil {
				got = samples[0].Outcome
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("%s, want %s", got, test.want)
			}
			if of.Samples[0].Outcome != test.sample.Outcome {
				t.Error("what was recorded changed")
			}
		})
	}
}

// A schema is read from the record that has the assertion.
func TestSchemaOfTheRecord(t *testing.T) {
	file, of := recorded(t, record.Case{}, record.Sample{Outcome: record.Pass}, `{"n":1}`, nil)
	for schema, want := range map[string]string{`{"required":["n"]}`: record.Pass, `{"required":["m"]}`: record.Fail} {
		c := record.Case{Assertions: []record.Assertion{expr(`matches_schema(json, "schema.json")`)}}
		hash := fmt.Sprintf("%x", sha256.Sum256([]byte(schema)))
		c.Files = []record.AssertionFile{{Path: "suites/schema.json", SHA256: hash}}
		c.Blobs = []record.Blob{{SHA256: hash, MediaType: "text/plain", Text: schema}}
		by, as := recorded(t, c, record.Sample{Outcome: record.Pass}, "", nil)
		samples, err := New().Samples(file, &of, by, &as.Case)
		if err != nil || samples[0].Outcome != want {
			t.Errorf("%s: %v, %v, want %s", schema, samples, err, want)
		}
	}
}
