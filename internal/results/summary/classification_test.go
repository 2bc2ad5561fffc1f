package summary

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// labelled are cases with their answers' classes: "bug: bug praise" expects bug
// and has two samples. "-" is an answer without a class, "!" a sample without an
// answer.
func labelled(listed []string, cases ...string) []record.Line {
	lines := []record.Line{record.Run{}}
	for i, text := range cases {
		expected, answers, _ := strings.Cut(text, ": ")
		name, samples := fmt.Sprint("case ", i), strings.Fields(answers)
		lines = append(lines, record.Case{
			Suite: "s", Case: name, Times: len(samples), Need: 1,
			Metrics: map[string]record.Metric{"intent": {Better: "higher", Expr: "(text) == (vars.label)", Share: true, Expected: expected, Classes: listed}},
		})
		for j, answer := range samples {
			s := record.Sample{Suite: "s", Case: name, Sample: j + 1, Outcome: record.Pass}
			switch answer {
			case "!":
				s.Outcome = record.Errored
			case "-":
				s.Classes, s.Metrics = map[string]string{"intent": ""}, map[string]float64{"intent": 0}
			default:
				right := 0.0
				if answer == expected {
					right = 1
				}
				s.Classes, s.Metrics = map[string]string{"intent": answer}, map[string]float64{"intent": right}
			}
			lines = append(lines, s)
		}
	}
	return lines
}

func rateText(e *Estimate) string {
	if e == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", e.Value)
}

// classText is a classification in lines.
func classText(c *Classification) string {
	var b strings.Builder
	for i := range c.Classes {
		of := &c.Classes[i]
		fmt.Fprintf(&b, "%s %v unknown %d none %d missing %d: %s %s %s\n", of.Name, of.Predicted, of.Unknown, of.None, of.Missing,
			rateText(of.Precision), rateText(of.Recall), rateText(of.F1))
	}
	fmt.Fprintf(&b, "macro %s over %d, unknown %v", rateText(c.MacroF1), c.Scored, c.Unknown)
	return b.String()
}

// The first two are the examples of scikit-learn's documentation of
// classification_report and f1_score, whose numbers these are.
func TestClassification(t *testing.T) {
	for _, test := range []struct {
		name   string
		listed []string
		cases  []string
		want   string
	}{
		{"classification_report", nil, []string{"0: 0", "1: 0", "2: 2", "2: 2", "2: 1"},
			"0 [1 0 0] unknown 0 none 0 missing 0: 0.500 1.000 0.667\n" +
				"1 [1 0 0] unknown 0 none 0 missing 0: 0.000 0.000 0.000\n" +
				"2 [0 1 2] unknown 0 none 0 missing 0: 1.000 0.667 0.800\n" +
				"macro 0.489 over 3, unknown []"},
		{"f1_score", nil, []string{"0: 0", "1: 2", "2: 1", "0: 0", "1: 0", "2: 1"},
			"0 [2 0 0] unknown 0 none 0 missing 0: 0.667 1.000 0.800\n" +
				"1 [1 0 1] unknown 0 none 0 missing 0: 0.000 0.000 0.000\n" +
				"2 [0 2 0] unknown 0 none 0 missing 0: 0.000 0.000 0.000\n" +
				"macro 0.267 over 3, unknown []"},
		{"answers of no class are wrong, missing ones are left out", nil, []string{"bug: bug", "bug: other", "bug: other", "bug: odd", "bug: -", "bug: !", "praise: praise"},
			"bug [1 0] unknown 3 none 1 missing 1: 1.000 0.200 0.333\n" +
				"praise [0 1] unknown 0 none 0 missing 0: 1.000 1.000 1.000\n" +
				"macro 0.667 over 2, unknown [{other 2} {odd 1}]"},
		{"listed classes keep their order, and one that nobody needs has no rate", []string{"z", "a", "never"}, []string{"a: a", "z: a"},
			"z [0 1 0] unknown 0 none 0 missing 0: - 0.000 0.000\n" +
				"a [0 1 0] unknown 0 none 0 missing 0: 0.500 1.000 0.667\n" +
				"never [0 0 0] unknown 0 none 0 missing 0: - - -\n" +
				"macro 0.333 over 2, unknown []"},
		{"a case counts once, however often it was asked", nil, []string{"a: a a a b", "b: b"},
			"a [3 1] unknown 0 none 0 missing 0: 1.000 0.750 0.857\n" +
				"b [0 1] unknown 0 none 0 missing 0: 0.800 1.000 0.889\n" +
				"macro 0.873 over 2, unknown []"},
		{"nothing was answered", nil, []string{"a: !", "b: !"},
			"a [0 0] unknown 0 none 0 missing 1: - - -\n" +
				"b [0 0] unknown 0 none 0 missing 1: - - -\n" +
				"macro - over 0, unknown []"},
	} {
		metric := read(t, labelled(test.listed, test.cases...)...).Suites[0].Metrics[0]
		if got := classText(metric.Classification); got != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", test.name, got, test.want)
		}
	}
}

// With one answer a case the recall of a class is the mean of its cases' scores,
// and has the interval of one: the exact one for 2 of 3 (Clopper and Pearson 1934).
func TestClassInterval(t *testing.T) {
	c := read(t, labelled(nil, "a: a", "a: a", "a: b", "b: b")...).Suites[0].Metrics[0].Classification
	got := c.Classes[0].Recall.Interval
	if math.Abs(got.Low-.0943) > 1e-4 || math.Abs(got.High-.9916) > 1e-4 {
		t.Errorf("%+v, want .0943 to .9916", *got)
	}
	if recall := c.Classes[1].Recall; recall.Interval != nil {
		t.Errorf("the recall of one case has the interval %+v", *recall.Interval)
	}
}

// Whatever a record holds, no more than a hundred classes are kept apart.
func TestManyClasses(t *testing.T) {
	var cases []string
	for i := range 150 {
		cases = append(cases, fmt.Sprintf("c%03d: c%03d", i, i))
	}
	metric := read(t, labelled(nil, cases...)...).Suites[0].Metrics[0]
	if c := metric.Classification; len(c.Classes) != 100 || c.Joined != 50 || c.Scored != 100 || metric.Cases != 150 {
		t.Errorf("%d classes, %d more, %d scored, %d cases", len(c.Classes), c.Joined, c.Scored, metric.Cases)
	}
}

func TestGatesOfClasses(t *testing.T) {
	lines := labelled(nil, "bug: bug", "bug: bug", "praise: bug", "praise: praise", "new idea: praise")
	for expr, want := range map[string]Gate{
		"metrics.intent.accuracy == 0.6 && metrics.intent.mean == 0.6": {Outcome: record.Pass},
		"metrics.intent.macro_f1 > 0.9":                                {Outcome: record.Fail, Value: "metrics.intent.macro_f1 = 0.4333"},
		`metrics.intent.classes["new idea"].recall == 0`:               {Outcome: record.Pass},
		`metrics.intent.classes["new idea"].precision >= 0`:            {Outcome: record.Errored, Value: `there is no precision: no answer is of the class "new idea"`},
		"metrics.intent.classes.bug.f1_low > 0":                        {Outcome: record.Pass},
		"metrics.intent.classes.typo.f1 > 0":                           {Outcome: record.Errored, Value: `has no key "typo"`},
	} {
		run := lines[0].(record.Run)
		run.Suites = []record.Suite{{Name: "s", Gates: []string{expr}}}
		got := read(t, append([]record.Line{run}, lines[1:]...)...).Suites[0].Gates[0]
		if got.Outcome != want.Outcome || want.Value != "" && !strings.Contains(got.Value, want.Value) {
			t.Errorf("%s: %s (%s), want %s (%s)", expr, got.Outcome, got.Value, want.Outcome, want.Value)
		}
	}
}
