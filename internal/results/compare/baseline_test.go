package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// baselineOf writes a side as a baseline and gives its text.
func baselineOf(t testing.TB, side *Side) string {
	t.Helper()
	var out bytes.Buffer
	if err := side.WriteBaseline(&out); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) {
		t.Fatalf("it is not JSON:\n%s", out.String())
	}
	return out.String()
}

// fromText opens a file of that text.
func fromText(t testing.TB, text string) (*Side, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "baseline.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	side, err := Open(path)
	if side != nil {
		t.Cleanup(func() { side.Close() })
	}
	return side, err
}

// varied are cases of all kinds, twice.
func varied() (old, new []question) {
	for i := range 12 {
		q := question{
			name: fmt.Sprintf("case %02d", i), samples: []string{"pppf", "ppff", "pppp", "epfp"}[i%4], need: 2, times: 4,
			metrics: map[string]float64{"length": float64(100 + i)}, better: []string{"lower", "higher"}[i/11], expr: "len(text)", cost: .01, latency: 700, output: 40,
			request: fmt.Sprintf(`{"model":"m","system":"long","messages":[%d]}`, i), cluster: []string{"", "a", "b"}[i%3],
		}
		old = append(old, q)
		q.samples = []string{"ppff", "ffff", "fppp", "eeee"}[i%4]
		q.request = strings.ReplaceAll(q.request, "long", "short")
		q.metrics = map[string]float64{"length": float64(90 + 3*i)}
		q.latency = 690
		new = append(new, q)
	}
	old = append(old, question{name: "left out", skip: "later"}, inVariant("in a variant", "prompt=x"))
	new = append(new, question{name: "left out", skip: "later"}, inVariant("in a variant", "prompt=x"))
	return old, new
}

// A comparison with a baseline says the same as one with its record.
func TestBaselineStandsForItsRecord(t *testing.T) {
	old, new := varied()
	side, now := sideOf(t, old...), sideOf(t, new...)
	text := baselineOf(t, side)
	back, err := fromText(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if again := baselineOf(t, back); again != text {
		t.Errorf("it changes when it is read and written:\n%s", cmp.Diff(text, again))
	}
	want, err := Compare(side, now, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Compare(back, now, Options{})
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Options{
		cmpopts.IgnoreFields(Comparison{}, "Base"), cmpopts.IgnoreFields(CaseChange{}, "Evidence"), cmpopts.IgnoreUnexported(Comparison{}, CaseChange{}, Metric{}, Estimate{}),
		cmpopts.IgnoreFields(Change{}, "Old", "New", "Example"), cmpopts.IgnoreFields(Amounts{}, "Latency"), cmpopts.IgnoreFields(Totals{}, "LatencyMS"),
		cmpopts.EquateApprox(1e-5, 0),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Removed" }, cmp.Ignore()), // without lines
	}
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Errorf("-record +baseline:\n%s", diff)
	}
	for _, secret := range []string{"long", "right", "wrong", `text ==`} {
		if strings.Contains(text, secret) {
			t.Errorf("it holds the text %q", secret)
		}
	}
}

// Four hundred cases in two variants stay under 240 kB, a line each.
func TestBaselineIsSmall(t *testing.T) {
	var questions []question
	for i := range 400 {
		for _, prompt := range []string{"prompt=terse", "prompt=polite"} {
			q := inVariant(fmt.Sprintf("returns: question %d of the set", i), prompt)
			q.samples, q.need, q.cost, q.latency, q.output = "ppppf", 4, .00123456, 812.345+float64(i), 40+i%7
			q.metrics = map[string]float64{"length": float64(200+i) / 3}
			questions = append(questions, q)
		}
	}
	text := baselineOf(t, sideOf(t, questions...))
	if len(text) > 240_000 {
		t.Errorf("it is %d bytes", len(text))
	}
	if lines := strings.Count(text, "\n"); lines < 800 || lines > 810 {
		t.Errorf("%d lines for 800 cases", lines)
	}
}

func TestBadBaselines(t *testing.T) {
	good := baselineOf(t, sideOf(t, question{name: "a", samples: "p"}))
	for name, test := range map[string]struct{ text, want string }{
		"cut":           {good[:len(good)-5], "it is not whole"},
		"other format":  {strings.Replace(good, `"format":2`, `"format":3`, 1), "its format is 3, expected 1 to 2"},
		"no samples":    {strings.Replace(good, `"times":1`, `"times":0`, 1), "are not counts of samples"},
		"negative":      {strings.Replace(good, `"pass":1`, `"pass":-1`, 1), "are not counts of samples"},
		"huge":          {strings.Replace(good, `"pass":1`, `"pass":99999999`, 1), "are not counts of samples"},
		"wrong type":    {strings.Replace(good, `"pass":1`, `"pass":"1"`, 1), "found a string at /groups/0/cases/0/pass, expected a whole number"},
		"twice a case":  {strings.Replace(good, "\n]}\n]}", ",\n"+caseLineOf(good)+"\n]}\n]}", 1), "twice"},
		"no baseline":   {`{"kind":"line"}`, "it is not a record"},
		"a later field": {strings.Replace(good, `"format":2`, `"format":2,"later":{}`, 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fromText(t, test.text)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("a field of a later version is refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v, want %q in it", err, test.want)
			}
		})
	}
}

// caseLineOf is the line of the first case.
func caseLineOf(text string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, `{"case"`) {
			return strings.TrimRight(line, ",\n")
		}
	}
	return ""
}

// FuzzBaseline holds that no baseline makes a comparison panic, or leaves one
// that JSON cannot write.
func FuzzBaseline(f *testing.F) {
	old, _ := varied()
	f.Add(baselineOf(f, sideOf(f, old...)))
	f.Add(`{"kind":"baseline","format":1,"groups":[{"better":{"a":"x"},"cases":[{"times":1,"metrics":{"a":1e308}}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		side, err := readBaseline("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		c, err := Compare(side, side, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
		if (c.Verdict == Regressed || c.Verdict == Improved) && len(c.Metrics) == 0 {
			t.Errorf("compared with itself it is %s", c.Verdict)
		}
	})
}
