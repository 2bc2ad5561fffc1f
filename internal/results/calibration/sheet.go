package calibration

import (
	"github.com/evalrun/evalrun/record"
)

// Drawn are the answers of a run that a pick chose for people to label.
type Drawn struct {
	pick    Pick
	rubrics map[[2]string]drawnRubric // by suite and name
}

type drawnRubric struct {
	of     string
	all    int
	chance map[drawnAnswer]float64
}

type drawnAnswer struct {
	name, variant string
	sample        int
}

// Draw picks answers of each rubric of a run. Those that a label of this run is
// of already are left out.
func Draw(f *record.File, pick Pick, labels []Label) (*Drawn, error) {
	g, err := gather(f, labels)
	if err != nil {
		return nil, err
	}
	out := &Drawn{pick, map[[2]string]drawnRubric{}}
	for _, r := range g.rubrics {
		p := r.frame.pick(nil)
		of := drawnRubric{p.of, len(p.answers), map[drawnAnswer]float64{}}
		one := pick.from(p.answers)
		for i := range p.answers {
			if a := &p.answers[i]; one.in[i] && p.labels[i] < 0 {
				of.chance[drawnAnswer{a.name, a.variant, a.sample}] = one.chance[i]
			}
		}
		out.rubrics[[2]string{r.Suite, r.Name}] = of
	}
	return out, nil
}

// Row says how a verdict's answer was picked: what a sheet has in PickColumns. It
// reports false where it was not. The chance of an answer whose pick goes by the
// judge's verdict is 0, since it would show that.
func (d *Drawn) Row(v *Verdict) (chance float64, pick, of string, ok bool) {
	r := d.rubrics[[2]string{v.Case.Suite, RubricName(v.Rubric)}]
	chance, ok = r.chance[drawnAnswer{v.Case.Case, v.Case.Variant, v.Sample}]
	if d.pick.Even {
		chance = 0
	}
	return chance, d.pick.String(), r.of, ok
}

// Count counts the answers that were picked, Rubrics those that they are judged
// by, and All what they were picked from.
func (d *Drawn) Count() (answers, rubrics, all int) {
	for _, r := range d.rubrics {
		answers, all = answers+len(r.chance), all+r.all
	}
	return answers, len(d.rubrics), all
}
