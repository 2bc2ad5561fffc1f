package exprlang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/expr-lang/expr/vm"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// hostile are expressions that try to do much work within the steps of a run.
// text is a text of 1 MB, list one of 20,000 elements.
var hostile = []string{
	// matches: pattern and text both count, and what is compiled does
	`any(1..500000, matching matches "(a?){600}a{600}b")`,
	`any(1..500000, text matches "(a|b|ab)*c")`,
	`any(1..500000, text matches "(?i)needle")`,
	`any(1..500000, matching matches "((a{20}){40})x" + string(#))`,
	`any(1..500000, "a" matches repeat("a?", 2000) + string(#))`,
	`any(1..500000, "a" matches repeat("\\pL", 50) + string(#))`,
	`any(1..500000, "a" matches repeat("(", 900) + repeat(")", 900) + string(#))`,
	// texts in loops
	`any(1..500000, text contains "needle")`,
	`any(1..500000, text contains part)`,
	`any(1..500000, text endsWith text + "x")`,
	`any(1..500000, json.text[#] == "b")`,
	`any(1..500000, get(json.text, #) == "b")`,
	`any(1..500000, json.text[#:# + 1] == "b")`,
	`any(1..500000, len(text) == #)`,
	`any(1..500000, indexOf(text, "b") == #)`,
	`any(1..500000, lastIndexOf(text, part) == #)`,
	`any(1..500000, trim(text, cut) == "x")`,
	`any(1..500000, len(trim(cut, cut)) == 5)`,
	`any(1..500000, lower(text) == "x")`,
	`any(1..500000, int(digits) == #)`,
	`any(1..500000, (json.number > json.number2))`,
	`any(1..500000, float(digits) == #)`,
	`any(1..500000, len(split(text, "b")) == #)`,
	`any(1..500000, replace(text, "ab", "") == "x")`,
	`any(1..500000, text == json.text)`,
	// lists in loops
	`any(1..500000, "x" in list)`,
	`any(1..500000, # in numbers)`,
	`any(1..500000, list == json.list)`,
	`any(1..500000, len(uniq(list)) == 5)`,
	`len(uniq(list)) == 5`,
	`len(uniq(map(1..2000, text))) == 5`,
	`len(sort(map(1..5000, text))) == 5`,
	`any(1..500000, len(sort(list)) == 5)`,
	`any(1..500000, len(sortBy(list, #)) == 5)`,
	`len(sortBy(map(1..5000, text), #)) == 5`,
	`len(groupBy(map(1..5000, text), #)) == 5`,
	`any(1..500000, len(flatten(deep)) == 5)`,
	`any(1..500000, median(deep) == 5)`,
	`any(1..500000, mean(deep) == 5)`,
	`any(1..500000, max(deep) == 5)`,
	`any(1..500000, sum(numbers) == 5)`,
	`any(1..500000, len(concat(list, list)) == 5)`,
	`any(1..500000, len(keys(map_)) == 5)`,
	`any(1..500000, string(list) == "x")`,
	`any(1..500000, toJSON(list) == "x")`,
	`any(1..500000, len(fromJSON(jsonText)) == 5)`,
	`any(1..500000, join(list, ",") == "x")`,
	// what is missing
	`any(1..500000, (map_.missing ?? 1) == 5)`,
	`any(1..500000, (list[99999999] ?? 1) == 5)`,
	`any(1..500000, get(map_, text) == 5)`,
	// small work, often
	`any(1..500000, date("2024-01-02T03:04:05Z") == nil)`,
	`any(1..500000, timezone("Europe/Paris") == nil)`,
	`any(1..500000, duration("1h") == duration("2h"))`,
	`any(1..999, any(1..999, # == 0.5 * 3))`,
	`any(1..500000, ` + strings.Repeat("false || ", 900) + `false)`,
	`any(1..500000, false && (` + strings.Repeat("n == 8 || ", 900) + `false))`,
	`any(1..500000, [` + strings.Repeat("1,", 6000) + `1] == [2])`,
}

func hostileEnv() (*Env, map[string]any) {
	list, numbers, m := make([]any, 20_000), make([]any, 20_000), map[string]any{}
	for i := range list {
		list[i], numbers[i] = fmt.Sprintf("element number %d", i), i
		m[fmt.Sprintf("key number %d", i)] = i
	}
	deep := []any{numbers[0]}
	for range 400 {
		deep = []any{deep}
	}
	innermost := deep
	for range 400 {
		innermost = innermost[0].([]any)
	}
	innermost[0] = numbers
	text := strings.Repeat("ab", 500_000)
	number := strings.Repeat("7", 300)
	values := map[string]any{
		"text": text, "matching": strings.Repeat("a", 250), "part": strings.Repeat("ab", 2_000) + "c", "cut": strings.Repeat("aéb", 50_000),
		"digits": strings.Repeat("7", 100_000), "list": list, "numbers": numbers, "map_": m, "deep": deep, "n": 7,
		"jsonText": "[" + strings.Repeat("1,", 50_000) + "1]",
		"json": map[string]any{
			"text": strings.Repeat("é", 400_000), "list": append([]any{}, list...),
			"number": NewNumber(number + "1"), "number2": NewNumber(number + "2"),
		},
	}
	env := NewEnv()
	for name := range values {
		env.Var(name, Any)
	}
	env.Var("text", String)
	env.Var("n", Int)
	return env, values
}

// The steps of a run bound its work, whatever it does with them; so they do
// where a run is explained. By default only the last of the steps are done.
// BenchmarkSteps has the time of a step.
func TestStepsBoundTheWork(t *testing.T) {
	env, values := hostileEnv()
	left := slowtest.Size(maxSteps/100, maxSteps)
	for _, source := range hostile {
		p, err := Compile(source, env)
		if err != nil {
			t.Errorf("%.80s: %v", source, err)
			continue
		}
		explained := p.traced()
		for _, program := range []*vm.Program{p.program, explained.program} {
			f := frame{values: values, steps: maxSteps - left, record: newRecord(explained.probes.next())}
			slowtest.Within(t, fmt.Sprintf("%.80s", source), func() { _, _ = p.run(new(machine), program, f) })
		}
	}
}

// BenchmarkSteps measures what a step costs in each of the hostile expressions.
func BenchmarkSteps(b *testing.B) {
	env, values := hostileEnv()
	const left = maxSteps / 40
	for _, source := range hostile {
		p, err := Compile(source, env)
		if err != nil {
			b.Fatalf("%.80s: %v", source, err)
		}
		b.Run(fmt.Sprintf("%.60s", source), func(b *testing.B) {
			for b.Loop() {
				_, _ = p.run(new(machine), p.program, frame{values: values, steps: maxSteps - left})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/left, "ns/step")
		})
	}
}
