package reporters_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// sideBySide is n cases in two prompts: curt passes all, nice every other one
// where it is worse and else all but one.
func sideBySide(t testing.TB, n int, worse bool) runreport.Source {
	var cases []testCase
	for i := range n {
		name := fmt.Sprintf("case %02d", i)
		nice := newCase(name, passed())
		if worse && i%2 == 0 || i == 0 {
			nice = asserting(newCase(name, tracedSample("", []byte(fmt.Sprintf(`[{"at":5,"len":2,"from":0,"to":18,"value":"false"},{"at":0,"len":4,"from":0,"to":4,"value":"\"no %d\""},{"at":13,"len":5,"from":8,"to":18,"value":"\"yes\""}]`, i)))), "text == vars.label")
		}
		for prompt, c := range []testCase{newCase(name, passed()), nice} {
			label := []string{"curt", "nice"}[prompt]
			c = variant(c, "prompt="+label)
			c.Axes = map[string]string{"prompt": label}
			c.Vars = []byte(fmt.Sprintf(`{"label":"yes","lang":%q}`, []string{"de", "en", "fr"}[i%3]))
			cases = append(cases, c)
		}
	}
	return newRun(t, newSuite("ants", cases...))
}

// Which prompt is better, and whether that may be noise, is said in a line by
// the reports for people, also in a narrow terminal.
func TestReportsNameTheWinnerOfAMatrix(t *testing.T) {
	for worse, want := range map[bool]string{
		true:  "by prompt: curt wins: 100.0 % passed, 50.0 % of nice (+50.0 points,",
		false: "by prompt: no winner: that curt passed 100.0 % and nice 97.5 % may be noise (",
	} {
		src := sideBySide(t, 40, worse)
		var html strings.Builder
		if err := runreport.HTML(&html, src, runreport.HTMLOptions{}); err != nil {
			t.Fatal(err)
		}
		markdown := strings.NewReplacer("&#58;", ":", "&#40;", "(").Replace(report(t, runreport.Markdown, src))
		for name, out := range map[string]string{
			"table": table(t, src, reporters.TableOptions{}), "github": report(t, runreport.GitHub, src),
			"markdown": markdown, "html": strings.ReplaceAll(html.String(), "&#43;", "+"),
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q:\n%s", name, want, out)
			}
		}
		narrow := table(t, src, reporters.TableOptions{Width: 40})
		for _, want := range []string{"variant      passed       rate (95 %)     p50   cost", "curt          40/40   100 % (91–100 %)  772 ms"} {
			if !strings.Contains(strings.Join(strings.Fields(narrow), " "), strings.Join(strings.Fields(want), " ")) {
				t.Errorf("the narrow table lacks %q:\n%s", want, narrow)
			}
		}
	}
}

func TestTableFoldsFailuresOfOneAssertion(t *testing.T) {
	out := table(t, sideBySide(t, 40, true), reporters.TableOptions{})
	if want := `: assertion failed: text == vars.label: "no 0" is not "yes"` + "\n    ×20 like this: "; !strings.Contains(out, want) {
		t.Errorf("%q is missing:\n%s", want, out)
	}
	if got := strings.Count(out, "assertion failed"); got != 1 {
		t.Errorf("%d failures are written, want 1:\n%s", got, out)
	}
	all := table(t, sideBySide(t, 40, true), reporters.TableOptions{All: true})
	if got := strings.Count(all, "assertion failed"); got != 20 {
		t.Errorf("with All %d failures are written, want 20", got)
	}
}

func TestTableKeepsToTheScreen(t *testing.T) {
	var cases []testCase
	for i := range 200 {
		name := fmt.Sprintf("case %03d", i)
		cases = append(cases, asserting(newCase(name, failed("0: why")), fmt.Sprintf("text == %q", name)))
	}
	src := newRun(t, newSuite("ants", cases...))
	for _, height := range []int{24, 50} {
		out := table(t, src, reporters.TableOptions{Width: 100, Height: height})
		if lines := strings.Count(out, "\n"); lines > height {
			t.Errorf("%d lines on a screen of %d:\n%s", lines, height, out)
		}
		if !strings.Contains(out, "more findings (--wide shows all)") || !strings.HasSuffix(out, "FAILED: 200 of 200 cases failed (exit code 1)\n") {
			t.Errorf("what is left out, or the verdict, is missing:\n%s", out)
		}
	}
	out := table(t, sideBySide(t, 40, true), reporters.TableOptions{Width: 100, Height: 24})
	if lines := strings.Count(out, "\n"); lines > 24 || !strings.Contains(out, "by prompt: curt wins") {
		t.Errorf("a matrix has %d lines on a screen of 24:\n%s", lines, out)
	}
}
