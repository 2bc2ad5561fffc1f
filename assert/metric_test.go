package assert

import (
	"errors"
	"strings"
	"testing"
)

func TestMetric(t *testing.T) {
	s := subject(t)
	for expr, want := range map[string]float64{
		`len(text)`:           6,
		`usage.output_tokens`: 6,
		`cost`:                0.0021,
		`latency.Seconds()`:   0.772,
		`response.usage.input_tokens / response.usage.output_tokens`: 2,
		`similarity(text, "Hello!")`:                                 1,
		`text contains "Hello" ? 1 : 0`:                              1,
	} {
		m, err := NewCompiler().CompileMetric(expr, scope())
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got, err := m.Value(s); err != nil || !near(got, want) {
			t.Errorf("%s = %v (%v), want %v", expr, got, err, want)
		}
	}
}

// TestMetricsBetweenZeroAndOne tells those metrics by their expressions.
func TestMetricsBetweenZeroAndOne(t *testing.T) {
	for expr, want := range map[string]bool{
		`similarity(text, "Hello!")`:                        true,
		`token_f1(text, vars.capital)`:                      true,
		`rouge_l(text, "a") * bleu(text, ["a"])`:            true,
		`1 - similarity(text, "a")`:                         true,
		`max(similarity(text, "a"), similarity(text, "b"))`: true,
		`text contains "Hello" ? 1 : 0`:                     true,
		`text == "a" ? 1 : (text == "b" ? 0.5 : 0)`:         true,
		`text == "a" ? 1 : 2`:                               false,
		`similarity(text, "a") * 100`:                       false,
		`similarity(text, "a") + 0.5`:                       false,
		`similarity(text, "a") - 1`:                         false,
		`2 - similarity(text, "a")`:                         false,
		`min(similarity(text, "a"), usage.output_tokens)`:   false,
		`latency.Seconds()`:                                 false,
		`len(text)`:                                         false,
	} {
		m, err := NewCompiler().CompileMetric(expr, scope())
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got := m.IsShare(); got != want {
			t.Errorf("%s is a share: %t, want %t", expr, got, want)
		}
	}
}

func TestMetricErrors(t *testing.T) {
	unpriced := subject(t)
	unpriced.Cost = nil
	for expr, want := range map[string]string{
		`cost`:                     "the cost is not known",
		`response.id`:              `expected a number, found "msg_1"`,
		`usage.output_tokens / 0`:  "division by zero",
		`2.0 ** 5000`:              "2 ** 5000 is too large a number",
		`float("NaN")`:             `float cannot make a number of "NaN"`,
		`get(turns[0], "latency")`: "expected a number, found the duration 772ms",
		`json.a`:                   "text is not JSON",
		`ttft.Seconds()`:           "ttft is nil: the answer was not streamed",
		`turns[0].ttft.Seconds()`:  "ttft is nil: the answer was not streamed",
		`tokens_per_second`:        "tokens_per_second is nil: the answer was not streamed",
	} {
		m, err := NewCompiler().CompileMetric(expr, scope())
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if v, err := m.Value(unpriced); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, %v; want %q", expr, v, err, want)
		}
	}
	for expr, want := range map[string]string{
		`text`:                   "a metric gives a number, this gives a string",
		`text == "x"`:            "this gives true or false",
		`latency`:                "this gives a duration",
		`usage`:                  "this gives a map",
		`usage.outputtokens + 1`: "did you mean",
	} {
		_, err := NewCompiler().CompileMetric(expr, scope())
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %v, want %q", expr, err, want)
		}
	}
}

// What is compiled once is compiled once, for all cases of one shape.
func TestCompilerKeepsPrograms(t *testing.T) {
	c := NewCompiler()
	compile := func(vars map[string]any) *Assertion {
		a, err := c.Compile(`vars.capital == text`, &Scope{Vars: vars})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := compile(map[string]any{"capital": "Paris", "n": 1})
	if compile(map[string]any{"n": 2, "capital": "Rome"}).program != first.program {
		t.Error("equal shapes do not share the program")
	}
	if compile(map[string]any{"capital": "Rome"}).program == first.program {
		t.Error("other variables share the program")
	}
	if _, err := c.Compile(`vars.capital == text`, &Scope{Vars: map[string]any{"capital": 5}}); err == nil {
		t.Error("a number is compared with a string")
	}
	if _, err := c.Compile(`variant.model == text`, &Scope{}); err == nil {
		t.Error("an axis of another scope is known")
	}
}
