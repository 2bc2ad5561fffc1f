package calibration

import (
	"errors"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// seed is that of the test's draws, fixed so that one record and one file of
// labels always give the same.
const seed = 1

// Calibrate holds the verdicts of a run against labels, with intervals at
// level 1-alpha. The error is a diagnostic.List where labels do not fit the
// run, and ErrNoJudge where the run has no verdicts.
func Calibrate(f *record.File, labels []Label, alpha float64) (*Calibration, error) {
	g, err := gather(f, labels)
	if err != nil {
		return nil, err
	}
	return g.calibration(alpha), nil
}

// ErrNoJudge says that a run has nothing to label.
var ErrNoJudge = errors.New("no answer of this run was judged")

// gather reads the verdicts of a run with their labels.
func gather(f *record.File, labels []Label) (*gatherer, error) {
	m := newMatcher(labels)
	g := &gatherer{index: map[[2]string]int{}}
	for v, err := range f.Walk() {
		if err == nil {
			err = g.visit(&f.Run, v, m)
		}
		if err != nil {
			return nil, fmt.Errorf("the record cannot be read: %w", err)
		}
	}
	if len(g.rubrics) == 0 {
		return nil, ErrNoJudge
	}
	return g, m.problems()
}

// gatherer sorts pairs of verdicts and labels by rubric.
type gatherer struct {
	index   map[[2]string]int // by suite and name
	rubrics []*gathered
	draws   summary.Draws // of the cases that have a rubric
	cases   int           // how many these are
}

// gathered are the pairs of one rubric.
type gathered struct {
	Rubric
	judge, people []int
	cluster       []int
	clusters      map[string]int
	frame         frame
}

// rubric gives what is gathered of a verdict's rubric.
func (g *gatherer) rubric(v *Verdict) *gathered {
	key := [2]string{v.Case.Suite, RubricName(v.Rubric)}
	i, ok := g.index[key]
	if !ok {
		i = len(g.rubrics)
		g.index[key] = i
		g.rubrics = append(g.rubrics, &gathered{Rubric: Rubric{Suite: key[0], Name: key[1]}, clusters: map[string]int{}})
	}
	r := g.rubrics[i]
	if !slices.Contains(r.Judges, v.Rubric.Judge) {
		r.Judges = append(r.Judges, v.Rubric.Judge)
	}
	return r
}

// visit takes a case.
func (g *gatherer) visit(run *record.Run, visit *record.Visit, m *matcher) error {
	verdicts := verdictsOf(&visit.CaseResult)
	if len(verdicts) == 0 {
		return nil
	}
	c, said := &summary.Case{Case: visit.Case}, newSaid(run)
	for e, err := range visit.Exchanges() {
		if err != nil {
			return err
		}
		c.AddAnswer(e)
		said.add(e)
	}
	g.draws.Add(c)
	g.add(verdicts, m, said)
	g.cases++
	return nil
}

// add takes the verdicts of one case with the labels that they have.
func (g *gatherer) add(verdicts []Verdict, m *matcher, said *said) {
	m.match(verdicts)
	for i := range verdicts {
		v := &verdicts[i]
		r := g.rubric(v)
		labels := slices.Clone(m.of(v))
		r.add(v, labels)
		if v.Given {
			r.frame.add(v, g.cases, said, labels)
		}
	}
	m.forget()
}

// add takes one verdict with its labels.
func (r *gathered) add(v *Verdict, labels []*Label) {
	r.countRaters(labels)
	people, decided := majority(labels)
	switch {
	case len(labels) == 0:
		if v.Given {
			r.Unlabelled++
		}
		return
	case !v.Given:
		r.NoVerdict++
		return
	case !decided:
		r.Split++
		return
	}
	r.Counts.add(v.Pass, people)
	r.judge, r.people = append(r.judge, number(v.Pass)), append(r.people, number(people))
	r.cluster = append(r.cluster, r.draw(v.Case))
	if v.Pass != people {
		r.Parted = append(r.Parted, Parted{
			Case: v.Case.Case, Variant: v.Case.Variant, Sample: v.Sample, Judge: v.Pass, People: people,
			Score: v.Score, Reason: v.Reason, Label: labels[0].At, At: labels[0].At.String(),
		})
	}
}

// draw numbers the independent draw that a case is of: a case in several
// variants and cases of one cluster are asked the same.
func (r *gathered) draw(c *record.Case) int {
	name := "case\x00" + c.Case
	if c.Cluster != "" {
		name = "cluster\x00" + c.Cluster
	}
	n, ok := r.clusters[name]
	if !ok {
		n = len(r.clusters)
		r.clusters[name] = n
	}
	return n
}

// countRaters compares every two labels of one answer.
func (r *gathered) countRaters(labels []*Label) {
	for i, a := range labels {
		for _, b := range labels[:i] {
			if r.Raters == nil {
				r.Raters = new(Share)
			}
			r.Raters.Total++
			if a.Pass == b.Pass {
				r.Raters.Count++
			}
		}
	}
}

// majority is what most labels say; false where they are split evenly.
func majority(labels []*Label) (pass, decided bool) {
	passes := 0
	for _, l := range labels {
		if l.Pass {
			passes++
		}
	}
	return 2*passes > len(labels), 2*passes != len(labels)
}

func number(pass bool) int {
	if pass {
		return 1
	}
	return 0
}

// calibration sums up all rubrics.
func (g *gatherer) calibration(alpha float64) *Calibration {
	c := &Calibration{Alpha: alpha, picked: map[[2]string]*picked{}}
	units := g.draws.Units()
	for _, r := range g.rubrics {
		r.sumUp(alpha)
		p := r.frame.pick(units)
		c.picked[[2]string{r.Suite, r.Name}] = p
		r.Corrected = newCorrected(p.correction(nil, alpha))
		c.Rubrics = append(c.Rubrics, r.Rubric)
	}
	return c
}

// sumUp makes the numbers that need all pairs.
func (r *gathered) sumUp(alpha float64) {
	r.Answers, r.Cases = len(r.judge), len(r.clusters)
	cluster := r.cluster
	if r.Cases == r.Answers {
		cluster = nil
	}
	same, lean := make([]float64, r.Answers), make([]float64, r.Answers)
	for i := range r.judge {
		lean[i] = float64(r.judge[i] - r.people[i])
		if r.judge[i] == r.people[i] {
			same[i] = 1
		}
	}
	agreed := stats.NewMean(same, cluster)
	r.Agreement = estimate(agreed.Value, stats.ShareInterval(agreed, alpha))
	r.PValue = stats.SignFlip(lean, cluster, seed)
	if kappa, ok := stats.CohenKappa(r.judge, r.people, cluster, alpha); ok {
		e := estimate(kappa.Kappa, kappa.Interval)
		r.Kappa = &e
	}
}

func estimate(value float64, iv stats.Interval) Estimate {
	return Estimate{Value: value, Low: iv.Low, High: iv.High}
}
