package comparereport

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/prove"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/workflow"
)

// Proof is which of several settings may take the place of their base.
type Proof struct {
	*prove.Proof
	Verdict verdict.Verdict
	// Command writes the setting that is recommended, and Next is what else to do now;
	// "" for nothing.
	Command, Next string
}

// next is what to do now, with the command between these marks.
func (p Proof) next(open, end string) string {
	if p.Command == "" {
		return p.Next
	}
	return strings.TrimSpace("Write it: " + open + p.Command + end + " " + p.Next)
}

// comparisons are those of the settings, as other reports take them.
func (p Proof) comparisons() Comparisons {
	return Comparisons{All: p.Comparisons(), Verdict: p.Verdict}
}

// recommendation says which setting to take, or why none.
func (p Proof) recommendation() string {
	margin := numbers.Points(p.Margin)
	if s := p.Setting(p.Recommended); s != nil {
		text := fmt.Sprintf("Recommended: %s, the cheapest of %d settings that is not worse than %s by more than %s points.", withModel(s), len(p.Settings), p.Base, margin)
		if len(p.Settings) == 1 {
			text = fmt.Sprintf("Recommended: %s, which is not worse than %s by more than %s points.", withModel(s), p.Base, margin)
		}
		return text
	}
	var why []string
	for _, s := range p.Settings {
		text := withModel(&s) + " is " + string(s.Verdict)
		if s.Unfit != "" {
			text += ", and " + s.Unfit
		}
		why = append(why, text)
	}
	return fmt.Sprintf("Recommended: none. No setting is shown to be not worse than %s by more than %s points: %s.", p.Base, margin, strings.Join(why, "; "))
}

// withModel is the name of a setting with the model that it asks, where the name does
// not say it.
func withModel(s *prove.Setting) string {
	for _, change := range s.Change {
		if change.Field == "model" && change.New != "" && !strings.Contains(s.Name, change.New) {
			return change.New + " with " + s.Name
		}
	}
	return s.Name
}

// certainty says how often a recommendation is wrong.
func (p Proof) certainty() string {
	if len(p.Settings) == 1 {
		return fmt.Sprintf("One that is worse by the margin or more is recommended in %.3g %% of proofs at most.", 50*p.Alpha)
	}
	return fmt.Sprintf("A setting that is worse by the margin or more is recommended in %.3g %% of proofs at most (Holm over %s).", 50*p.Alpha, numbers.Counted(len(p.Settings), "setting"))
}

// settingTitles are the columns behind the name of a setting.
var settingTitles = []string{"verdict", "pass rate", "interval", "points", "interval", "cost per sample", "latency", "lost", "gained"}

// baseCells are the numbers of the base, in the columns of the settings.
func (p Proof) baseCells() []string {
	cells := slices.Repeat([]string{"-"}, len(settingTitles))
	for _, s := range p.Settings {
		if s.Overall.Pairs > 0 {
			cells[1], cells[2] = rateCells(s.Overall.BaseRate)
			break
		}
	}
	cells[0], cells[5], cells[6] = "", dollarsCell(p.BaseCost), latencyCell(p.BaseTime)
	return cells
}

func settingCells(s *prove.Setting) []string {
	e := s.Overall
	cells := slices.Repeat([]string{"-"}, len(settingTitles))
	cells[0], cells[5], cells[6] = string(s.Verdict), dollarsCell(s.CostUSD), latencyCell(s.LatencyMS)
	if e.Pairs == 0 {
		return cells
	}
	cells[1], cells[2] = rateCells(e.NewRate)
	cells[3], cells[4] = numbers.Signed(e.Difference), numbers.Points(e.Interval[0])+" to "+numbers.Points(e.Interval[1])
	cells[7], cells[8] = fmt.Sprint(e.NewlyFailing), fmt.Sprint(e.NewlyPassing)
	return cells
}

func rateCells(r compare.Rate) (rate, interval string) {
	return numbers.PercentTenths(r.Value), numbers.PercentRange(r.Low, r.High)
}

func dollarsCell(usd *float64) string {
	if usd == nil {
		return "-"
	}
	return meanDollars(*usd)
}

func latencyCell(ms *float64) string {
	if ms == nil {
		return "-"
	}
	return numbers.Duration(record.Duration(*ms))
}

// levels says how sure the intervals of the settings are, in the order of the table.
func (p Proof) levels() string {
	var levels []string
	for _, s := range p.Settings {
		if text := numbers.Level(s.Alpha); !slices.Contains(levels, text) {
			levels = append(levels, text)
		}
	}
	if len(p.Settings) == 1 {
		return "Intervals are at " + levels[0] + "."
	}
	return "Intervals are at " + strings.Join(levels, ", ") + ", so that all verdicts together hold at " + numbers.Level(p.Alpha) + "."
}

// warnings are those of the settings, each once.
func (p Proof) warnings() []string {
	var out []string
	for _, s := range p.Settings {
		for _, w := range s.Warnings {
			if !slices.Contains(out, w.Message) {
				out = append(out, w.Message)
			}
		}
		if line := leftOutLine(s.Comparison); line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// ProofJSON writes a proof for programs.
func ProofJSON(w io.Writer, p Proof) error { return JSON(w, p.Proof, p.Verdict) }

// ProofGitHub writes a proof for the log of a step, with an annotation of each
// setting and of each case that is lost.
func ProofGitHub(w io.Writer, p Proof) error {
	err := workflow.Fold(w, "evalrun: proof of "+numbers.Counted(len(p.Settings), "setting"), func(w io.Writer) error {
		return ProofTable(w, p, reporters.TableOptions{Width: workflow.Width, Whole: true})
	})
	if err != nil {
		return err
	}
	n := workflow.Note{Command: "notice", Title: "evalrun", Text: p.recommendation()}
	if p.Verdict.Exit() != verdict.ExitPassed {
		n.Command = "error"
	}
	_, err = fmt.Fprintln(w, n)
	return err
}
