package judgereport

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// maxParted is how many answers about which a judge and people part are shown
// of each rubric.
const maxParted = 50

// Table writes how a judge and people agree.
func Table(w io.Writer, c *calibration.Calibration, opts reporters.TableOptions) error {
	out := bufio.NewWriter(w)
	t := calibrationTable{Sentences: layout.Sentences{Out: out, LineWidth: opts.SentenceWidth()}, st: layout.Style(opts.Colour), alpha: c.Alpha}
	for i := range c.Rubrics {
		if i > 0 {
			t.Write("")
		}
		if err := t.write(&c.Rubrics[i]); err != nil {
			return err
		}
	}
	if len(c.Gates) > 0 {
		t.Write("")
	}
	for _, g := range c.Gates {
		t.Writef("gate %s of %s: %s (%s)", safetext.Cut(g.Expr, layout.MaxLine), safetext.Cut(g.Suite, layout.MaxName), t.st.Outcome(g.Outcome, g.Outcome), safetext.Cut(g.Value, layout.MaxLine))
	}
	return out.Flush()
}

// calibrationTable is one CalibrationTable under way.
type calibrationTable struct {
	layout.Sentences
	st    layout.Style
	alpha float64
}

func (t *calibrationTable) write(r *calibration.Rubric) error {
	t.Writef("%s, judged by %s: %s of %s", t.st.Bold(safetext.Cut(r.Suite+" › "+r.Name, layout.MaxLine)),
		safetext.Cut(strings.Join(r.Judges, ", "), layout.MaxLine), numbers.Counted(r.Answers, "labelled answer"), numbers.Counted(r.Cases, "case"))
	if r.Answers > 0 {
		if err := t.counts(r.Counts); err != nil {
			return err
		}
		t.numbers(r)
		t.corrected(&r.Corrected)
	}
	for _, note := range calibrationNotes(r) {
		t.Writef("%s", note)
	}
	t.parted(r)
	return nil
}

// counts draws the square of both verdicts.
func (t *calibrationTable) counts(c calibration.Counts) error {
	cells := func(a, b int) []string { return []string{numbers.Grouped(int64(a)), numbers.Grouped(int64(b))} }
	grids := []layout.Grid{{
		Header: []string{"", "people pass", "people fail"},
		Rows: []layout.Row{
			{Name: "judge passes", Cells: cells(c.BothPass, c.JudgeAlone), Outcomes: make([]string, 2)},
			{Name: "judge fails", Cells: cells(c.PeopleOnly, c.BothFail), Outcomes: make([]string, 2)},
		},
		Align: tw.AlignRight,
	}}
	layout.LayOut(grids, 0)
	return grids[0].Write(t.Out, t.st, t.LineWidth)
}

// numbers writes the agreement, kappa and the judge's leaning.
func (t *calibrationTable) numbers(r *calibration.Rubric) {
	t.Writef("agreement %s, %s interval %.1f–%.1f %%", numbers.PercentTenths(r.Agreement.Value), numbers.Level(t.alpha), 100*r.Agreement.Low, 100*r.Agreement.High)
	if r.Kappa == nil {
		t.Writef("Cohen's kappa cannot be computed: all verdicts are the same; label answers that pass and answers that fail")
	} else {
		t.Writef("Cohen's kappa %.2f, %.2f to %.2f", r.Kappa.Value, r.Kappa.Low, r.Kappa.High)
	}
	judge, people := r.Counts.BothPass+r.Counts.JudgeAlone, r.Counts.BothPass+r.Counts.PeopleOnly
	if r.Counts.JudgeAlone+r.Counts.PeopleOnly == 0 {
		return
	}
	leaning := "as many as people"
	switch {
	case judge > people:
		leaning = "more than people"
	case judge < people:
		leaning = "fewer than people"
	}
	mark := ""
	if r.PValue >= t.alpha && judge != people {
		mark = " ~"
	}
	t.Writef("the judge passes %s do: %s against %s (%s)%s", leaning, numbers.Grouped(int64(judge)), numbers.Grouped(int64(people)), numbers.Equation("p", r.PValue), mark)
}

// corrected writes the rate at which people would pass the answers.
func (t *calibrationTable) corrected(c *calibration.Corrected) {
	if c.Rate == nil {
		t.Writef("corrected rate not known: %s", c.Why)
		return
	}
	t.Writef("people would pass %s of the answers, %s interval %.1f–%.1f %%; the judge passes %s",
		numbers.PercentTenths(c.Rate.Value), numbers.Level(t.alpha), 100*c.Rate.Low, 100*c.Rate.High, numbers.PercentTenths(c.Judge))
	text := fmt.Sprintf("  by %s of a random pick of %s", numbers.Counted(c.Labelled, "label"), numbers.Grouped(int64(c.Picked)))
	if c.Labelled < c.Picked {
		text += fmt.Sprintf("; the interval holds whatever the %s without a label would be", numbers.Grouped(int64(c.Picked-c.Labelled)))
	}
	t.Writef("%s, from %s", text, numbers.Counted(c.Answers, "judged answer"))
}

// calibrationNotes say what took no part.
func calibrationNotes(r *calibration.Rubric) []string {
	var notes []string
	if r.Raters != nil {
		notes = append(notes, fmt.Sprintf("people agree with each other in %s of %s",
			numbers.PercentTenths(float64(r.Raters.Count)/float64(r.Raters.Total)), numbers.Counted(r.Raters.Total, "pair")))
	}
	if r.Split > 0 {
		notes = append(notes, numbers.Counted(r.Split, "answer")+" left out: people are split evenly")
	}
	if r.NoVerdict > 0 {
		notes = append(notes, numbers.Counted(r.NoVerdict, "labelled answer")+" left out: the judge gave no verdict")
	}
	if r.Unlabelled > 0 {
		notes = append(notes, numbers.Counted(r.Unlabelled, "verdict")+" without a label")
	}
	return notes
}

// parted lists the answers about which the judge and people disagree.
func (t *calibrationTable) parted(r *calibration.Rubric) {
	if len(r.Parted) == 0 {
		return
	}
	t.Write("")
	t.Writef("%s:", t.st.Bold(numbers.Counted(len(r.Parted), "answer")+" where they part"))
	for i, p := range r.Parted {
		if i == maxParted {
			t.Writef("  … and %s; -o json has all", numbers.Counted(len(r.Parted)-maxParted, "more answer"))
			return
		}
		title := p.Case
		if p.Variant != "" {
			title += " · " + p.Variant
		}
		t.Writef("  %s: %s #%d: judge %s (%.2f), people %s", safetext.Cut(p.At, layout.MaxLine), safetext.Cut(title, layout.MaxLine),
			p.Sample, passed(p.Judge), p.Score, passed(p.People))
		if p.Reason != "" {
			t.Writef("      %s", t.st.Faint(safetext.Cut(p.Reason, layout.MaxLine)))
		}
	}
}

func passed(pass bool) string {
	if pass {
		return "pass"
	}
	return "fail"
}
