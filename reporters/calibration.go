package reporters

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/internal/safetext"
)

// maxParted is how many answers about which a judge and people part are shown
// of each rubric.
const maxParted = 50

// CalibrationTable writes how a judge and people agree.
func CalibrationTable(w io.Writer, c *calibration.Calibration, opts TableOptions) error {
	out := bufio.NewWriter(w)
	t := calibrationTable{sentences: sentences{out, opts.sentenceWidth()}, st: style(opts.Colour), alpha: c.Alpha}
	for i := range c.Rubrics {
		if i > 0 {
			t.sentence("")
		}
		if err := t.write(&c.Rubrics[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}

// calibrationTable is one CalibrationTable under way.
type calibrationTable struct {
	sentences
	st    style
	alpha float64
}

func (t *calibrationTable) write(r *calibration.Rubric) error {
	t.sentencef("%s, judged by %s: %s of %s", t.st.bold(safetext.Cut(r.Suite+" › "+r.Name, maxLine)),
		safetext.Cut(strings.Join(r.Judges, ", "), maxLine), counted(r.Answers, "labelled answer"), counted(r.Cases, "case"))
	if r.Answers > 0 {
		if err := t.counts(r.Counts); err != nil {
			return err
		}
		t.numbers(r)
	}
	for _, note := range calibrationNotes(r) {
		t.sentencef("%s", note)
	}
	t.parted(r)
	return nil
}

// counts draws the square of both verdicts.
func (t *calibrationTable) counts(c calibration.Counts) error {
	cells := func(a, b int) []string { return []string{grouped(int64(a)), grouped(int64(b))} }
	grids := []grid{{
		header: []string{"", "people pass", "people fail"},
		rows: []gridRow{
			{"judge passes", cells(c.BothPass, c.JudgeAlone), make([]string, 2)},
			{"judge fails", cells(c.PeopleOnly, c.BothFail), make([]string, 2)},
		},
		align: tw.AlignRight,
	}}
	layOut(grids, 0)
	return grids[0].write(t.out, t.st, t.sentenceWidth)
}

// numbers writes the agreement, kappa and the judge's leaning.
func (t *calibrationTable) numbers(r *calibration.Rubric) {
	t.sentencef("agreement %s, %s interval %.1f–%.1f %%", percentOf(r.Agreement.Value), level(t.alpha), 100*r.Agreement.Low, 100*r.Agreement.High)
	if r.Kappa == nil {
		t.sentencef("Cohen's kappa cannot be computed: all verdicts are the same; label answers that pass and answers that fail")
	} else {
		t.sentencef("Cohen's kappa %.2f, %.2f to %.2f", r.Kappa.Value, r.Kappa.Low, r.Kappa.High)
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
	t.sentencef("the judge passes %s do: %s against %s (%s)%s", leaning, grouped(int64(judge)), grouped(int64(people)), equation("p", r.PValue), mark)
}

// calibrationNotes say what took no part.
func calibrationNotes(r *calibration.Rubric) []string {
	var notes []string
	if r.Raters != nil {
		notes = append(notes, fmt.Sprintf("people agree with each other in %s of %s",
			percentOf(float64(r.Raters.Count)/float64(r.Raters.Total)), counted(r.Raters.Total, "pair")))
	}
	if r.Split > 0 {
		notes = append(notes, counted(r.Split, "answer")+" left out: people are split evenly")
	}
	if r.NoVerdict > 0 {
		notes = append(notes, counted(r.NoVerdict, "labelled answer")+" left out: the judge gave no verdict")
	}
	if r.Unlabelled > 0 {
		notes = append(notes, counted(r.Unlabelled, "verdict")+" without a label")
	}
	return notes
}

// parted lists the answers about which the judge and people disagree.
func (t *calibrationTable) parted(r *calibration.Rubric) {
	if len(r.Parted) == 0 {
		return
	}
	t.sentence("")
	t.sentencef("%s:", t.st.bold(counted(len(r.Parted), "answer")+" where they part"))
	for i, p := range r.Parted {
		if i == maxParted {
			t.sentencef("  … and %s; -o json has all", counted(len(r.Parted)-maxParted, "more answer"))
			return
		}
		title := p.Case
		if p.Variant != "" {
			title += " · " + p.Variant
		}
		t.sentencef("  %s: %s #%d: judge %s (%.2f), people %s", safetext.Cut(p.At, maxLine), safetext.Cut(title, maxLine),
			p.Sample, passed(p.Judge), p.Score, passed(p.People))
		if p.Reason != "" {
			t.sentencef("      %s", t.st.faint(safetext.Cut(p.Reason, maxLine)))
		}
	}
}

func passed(pass bool) string {
	if pass {
		return "pass"
	}
	return "fail"
}
