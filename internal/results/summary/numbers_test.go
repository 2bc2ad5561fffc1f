package summary

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/evalrun/evalrun/record"
)

// measuredCase is a case of a variant with a sample for each value of length;
// a value that is NaN is an error of the metric.
func measuredCase(name, variant, cluster string, values ...float64) []record.Line {
	c := record.Case{
		Suite: "ants", Case: name, Variant: variant, Grouping: record.Grouping{Cluster: cluster}, Times: len(values), Need: 1,
		Metrics: map[string]record.Metric{"length": {Better: "lower"}},
	}
	if variant != "" {
		c.Axes = map[string]string{"prompt": variant[len("prompt="):]}
	}
	lines := []record.Line{c}
	for i, v := range values {
		s := record.Sample{Suite: "ants", Case: name, Variant: variant, Sample: i + 1, Outcome: record.Pass}
		if math.IsNaN(v) {
			s.MetricErrors = map[string]string{"length": fmt.Sprintf("division by zero in sample %d", i+1)}
		} else {
			s.Metrics = map[string]float64{"length": v}
		}
		lines = append(lines, s)
	}
	return lines
}

func join(parts ...[]record.Line) []record.Line {
	lines := []record.Line{record.Run{}}
	for _, p := range parts {
		lines = append(lines, p...)
	}
	return lines
}

var nearly = cmpopts.EquateApprox(0, 1e-3)

// six are cases of the values 2 to 7, whose mean 4.5 has the standard error
// 0.7638: the interval is that of Student's t with five degrees of freedom, whose
// quantile is 2.5706 in any table.
func six(cluster bool) []record.Line {
	var lines []record.Line
	for i := range 6 {
		name, of := fmt.Sprint(i), ""
		if cluster {
			of = "cluster " + name
			lines = append(lines, measuredCase("copy of "+name, "", of, float64(i+2))...)
		}
		lines = append(lines, measuredCase(name, "", of, float64(i+2))...)
	}
	return lines
}

func TestMetrics(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		name  string
		lines []record.Line
		want  Metric
	}{
		{"the case is the unit", join(measuredCase("a", "", "", 1, 3, 5), measuredCase("b", "", "", 5)),
			Metric{Cases: 2, Mean: 4, P50: 4, P95: 4.9, Min: 3, Max: 5}},
		{"three cases", join(measuredCase("a", "", "", 2), measuredCase("b", "", "", 3), measuredCase("c", "", "", 4)),
			Metric{Cases: 3, Mean: 3, P50: 3, P95: 3.9, Min: 2, Max: 4}},
		{"six cases", join(six(false)), Metric{Cases: 6, Mean: 4.5, P50: 4.5, P95: 6.75, Min: 2, Max: 7, Interval: &Interval{2.5367, 6.4633}}},
		{"six cases in clusters with copies", join(six(true)), Metric{Cases: 12, Mean: 4.5, P50: 4.5, P95: 7, Min: 2, Max: 7, Interval: &Interval{2.5367, 6.4633}}},
		{"one case has no interval", join(measuredCase("a", "", "", 1, 3)),
			Metric{Cases: 1, Mean: 2, P50: 2, P95: 2, Min: 2, Max: 2}},
		{"a cluster is one draw", join(measuredCase("a", "", "x", 3), measuredCase("b", "", "x", 5)),
			Metric{Cases: 2, Mean: 4, P50: 4, P95: 4.9, Min: 3, Max: 5}},
		{"two clusters", join(measuredCase("a", "", "x", 3), measuredCase("b", "", "x", 3), measuredCase("c", "", "y", 5), measuredCase("d", "", "y", 5)),
			Metric{Cases: 4, Mean: 4, P50: 4, P95: 5, Min: 3, Max: 5}},
		{"the variants of a case are one draw", join(measuredCase("a", "prompt=x", "", 3), measuredCase("a", "prompt=y", "", 5)),
			Metric{Cases: 2, Mean: 4, P50: 4, P95: 4.9, Min: 3, Max: 5}},
		{"samples without a value are counted and named", join(measuredCase("a", "", "", nan, 2, nan), measuredCase("b", "", "", nan)),
			Metric{Cases: 1, Mean: 2, P50: 2, P95: 2, Min: 2, Max: 2, Coverage: Coverage{Samples: 4, Missing: 3,
				Without: []SampleName{{"a", "", 1}, {"a", "", 3}, {"b", "", 0}}, Reason: "division by zero in sample 1"}}},
		{"no value at all", join(measuredCase("a", "", "", nan)),
			Metric{Coverage: Coverage{Samples: 1, Missing: 1, Without: []SampleName{{"a", "", 0}}, Reason: "division by zero in sample 1"}}},
		{"a number out of range", join(measuredCase("a", "", "", 1e300, 2)),
			Metric{Cases: 1, Mean: 2, P50: 2, P95: 2, Min: 2, Max: 2, Coverage: Coverage{Samples: 2, Missing: 1,
				Without: []SampleName{{"a", "", 1}}, Reason: "the value is out of range"}}},
		{"variants", join(measuredCase("b", "prompt=y", "", nan, nan), measuredCase("a", "prompt=x", "", nan, nan), measuredCase("c", "prompt=y", "", 1, 2)),
			Metric{Cases: 1, Mean: 1.5, P50: 1.5, P95: 1.5, Min: 1.5, Max: 1.5, Coverage: Coverage{Samples: 6, Missing: 4,
				Without: []SampleName{{"b", "prompt=y", 1}, {"b", "prompt=y", 2}, {"a", "prompt=x", 1}}, Reason: "division by zero in sample 1"}}},
	} {
		test.want.Name, test.want.Better = "length", "lower"
		if test.want.Samples == 0 { // all have a value
			for _, line := range test.lines {
				if _, ok := line.(record.Sample); ok {
					test.want.Samples++
				}
			}
		}
		run := read(t, test.lines...)
		if diff := cmp.Diff([]Metric{test.want}, run.Suites[0].Metrics, nearly); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// An answer that did not come, one that broke off and one of which a rubric
// failed unasked lack every value; what was skipped or left out by its
// condition is not missing.
func TestWhatIsMissing(t *testing.T) {
	const name = "kind.score"
	rubric := record.Assertion{Name: "kind", Rubric: "Is kind.", Level: "fail"}
	for _, test := range []struct {
		what    string
		of      record.Case
		sample  record.Sample
		missing bool
		reason  string
	}{
		{"no answer", record.Case{}, record.Sample{Outcome: record.Errored}, true, "no answer came"},
		{"a score of an errored sample", record.Case{}, record.Sample{Outcome: record.Errored, Metrics: map[string]float64{name: 1}}, true, "no answer came"},
		{"skipped", record.Case{}, record.Sample{Outcome: record.Skip}, false, ""},
		{"broken off", record.Case{}, record.Sample{Outcome: record.Fail, Ended: "turn 2: it paused"}, true, "the conversation was cut short: turn 2: it paused"},
		{"left out", record.Case{}, record.Sample{Outcome: record.Pass, Assertions: []record.Check{{Outcome: record.Skip}}}, false, ""},
		{"left out in a conversation", record.Case{Question: record.Question{Conversation: "sha256:1"}}, record.Sample{Outcome: record.Pass, Assertions: []record.Check{{Outcome: record.Skip, Turn: 2}}}, false, ""},
		{"not come to", record.Case{Question: record.Question{Conversation: "sha256:1"}}, record.Sample{Outcome: record.Fail, Assertions: []record.Check{{Outcome: record.Skip}}}, true, "the sample has no score"},
		{"left out by the answer", record.Case{}, record.Sample{Outcome: record.Pass, Assertions: []record.Check{{Outcome: record.Skip}}, MetricErrors: map[string]string{name: "not asked"}}, true, "not asked"},
		{"no condition", record.Case{}, record.Sample{Outcome: record.Fail, Assertions: []record.Check{{Outcome: record.Fail, Why: "when: json has no key"}}}, true, "when: json has no key"},
		{"nothing said", record.Case{}, record.Sample{Outcome: record.Pass}, true, "the sample has no score"},
	} {
		test.of.Suite, test.of.Case, test.of.Metrics, test.of.Assertions = "ants", "a", map[string]record.Metric{name: {}}, []record.Assertion{rubric}
		test.sample.Suite, test.sample.Case, test.sample.Sample = "ants", "a", 1
		m := read(t, record.Run{}, test.of, test.sample).Suites[0].Metrics
		if !test.missing {
			if len(m) > 0 && m[0].Samples > 0 {
				t.Errorf("%s: %+v", test.what, m)
			}
			continue
		}
		want := Coverage{Samples: 1, Missing: 1, Without: []SampleName{{"a", "", 0}}, Reason: test.reason}
		if diff := cmp.Diff(want, m[0].Coverage); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.what, diff)
		}
	}
}

// A rubric's score has an interval within 0 to 1, and so has a metric whose
// expression says that it lies there. For six of the mean 0.8 it is Wilson's for
// p(1-p)/SE² = 10 draws, with a table's quantile 2.5706 of Student's t for five
// degrees of freedom; for three times 1 the exact one of 3 in 3.
func TestScores(t *testing.T) {
	for _, test := range []struct {
		name   string
		scores []float64
		want   *Interval
	}{
		{"near the end", []float64{1, .2, 1, 1, .8, .8}, &Interval{.4015, .9598}},
		{"three", []float64{1, .2, 1}, nil},
		{"all the same", []float64{1, 1, 1}, &Interval{.2924, 1}},
		{"one", []float64{.5}, nil},
		{"called a score, and is none", []float64{2, 3, 4, 5, 6, 7}, &Interval{2.5367, 6.4633}},
	} {
		lines := []record.Line{record.Run{}}
		for i, score := range test.scores {
			of := measuredCase(fmt.Sprint(i), "", "", score)
			c, s := of[0].(record.Case), of[1].(record.Sample)
			c.Metrics = map[string]record.Metric{"kind.score": {Better: "higher"}, "alike": {Expr: "similarity(text, vars.a)", Share: true}}
			s.Metrics = map[string]float64{"kind.score": score, "alike": score}
			lines = append(lines, c, s)
		}
		for _, m := range read(t, lines...).Suites[0].Metrics {
			if diff := cmp.Diff(test.want, m.Interval, nearly); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", test.name, m.Name, diff)
			}
		}
	}
}

func TestNumbersOfVariants(t *testing.T) {
	run := read(t, join(
		measuredCase("a", "prompt=x", "", 1, 2), measuredCase("a", "prompt=y", "", 7),
		measuredCase("b", "prompt=x", "", 4, 5), measuredCase("b", "prompt=y", "", 9),
	)...)
	var got []string
	for _, v := range run.Suites[0].Variants {
		got = append(got, fmt.Sprintf("%s %v: %d cases, %.1f, %d samples, repeats %t",
			v.Name, v.Axes, v.Totals.Cases.Total(), v.Metrics[0].Mean, v.Totals.Samples.Total(), v.Repeats != nil))
	}
	want := []string{"prompt=x map[prompt:x]: 2 cases, 3.0, 4 samples, repeats true", "prompt=y map[prompt:y]: 2 cases, 8.0, 2 samples, repeats false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// pass@k and pass^k are those of Chen et al. 2021 and Yao et al. 2024: of 4
// samples with 2 passes a pair holds a pass 5 times in 6, and is all passes
// once in 6.
func TestRepeats(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []record.Line
		want  *Repeats
	}{
		{"not repeated", samples("ants", "a", 1, 1, "p"), nil},
		{"all samples", samples("ants", "a", 4, 1, "ppff"), &Repeats{K: 4, Cases: 1, PassAt1: .5, PassAtK: 1}},
		{"all passed", samples("ants", "a", 2, 2, "pp"), &Repeats{K: 2, Cases: 1, PassAt1: 1, PassAtK: 1, PassHatK: 1}},
		{"the least of times", append(samples("ants", "a", 4, 1, "ppff"), samples("ants", "b", 2, 1, "ff")...),
			&Repeats{K: 2, Cases: 2, PassAt1: .25, PassAtK: 5. / 12, PassHatK: 1. / 12}},
		{"cases asked once are none of it", append(samples("ants", "a", 2, 1, "pf"), samples("ants", "b", 1, 1, "p")...),
			&Repeats{K: 2, Cases: 1, PassAt1: .5, PassAtK: 1}},
		{"an error leaves a case out", append(samples("ants", "a", 2, 1, "pe"), samples("ants", "b", 2, 1, "pp")...),
			&Repeats{K: 2, Cases: 1, Left: 1, PassAt1: 1, PassAtK: 1, PassHatK: 1}},
		{"a case that was decided early is left out", samples("ants", "a", 10, 9, "ff"), &Repeats{K: 10, Left: 1}},
	} {
		run := read(t, append([]record.Line{record.Run{}}, test.lines...)...)
		if diff := cmp.Diff(test.want, run.Suites[0].Repeats, nearly); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestLatency(t *testing.T) {
	lines := join(samples("ants", "a", 1, 1, "p"))
	for i, ms := range []float64{100, 200, 300, 400, 1000} {
		e := exchange("ants", "a", 1, i+1)
		e.LatencyMS = ms
		lines = append(lines, e)
	}
	want := Latency{Answers: 5, Mean: 400 * time.Millisecond, P50: 300 * time.Millisecond, P95: 880 * time.Millisecond, Max: time.Second}
	if diff := cmp.Diff(want, read(t, lines...).Suites[0].Latency); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Only what was streamed has a time to its first token; judges' answers and
// values that no record of ours holds are left out.
func TestStreams(t *testing.T) {
	lines := join(samples("ants", "a", 6, 1, "pppppp"))
	for i, speed := range []float64{10, 20, 30, -1, 1e300} {
		e := exchange("ants", "a", i+1, 1)
		e.TTFTMS, e.TokensPerSecond = new(100*float64(i+1)), new(speed)
		lines = append(lines, e)
	}
	judge := exchange("ants", "a", 1, 1)
	judge.Role, judge.Vote, judge.TTFTMS, judge.TokensPerSecond = "judge", 1, new(9e9), new(9e9)
	suite := read(t, append(lines, exchange("ants", "a", 6, 1), judge)...).Suites[0]
	if suite.Latency.Answers != 6 {
		t.Errorf("%d answers have a latency, want 6", suite.Latency.Answers)
	}
	ms := time.Millisecond
	if diff := cmp.Diff(Latency{Answers: 5, Mean: 300 * ms, P50: 300 * ms, P95: 480 * ms, Max: 500 * ms}, suite.TTFT); diff != "" {
		t.Errorf("ttft (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Speed{Answers: 3, Mean: 20, Min: 10, P5: 11, P50: 20}, suite.Speed, nearly); diff != "" {
		t.Errorf("speed (-want +got):\n%s", diff)
	}
}
