package calibration

import (
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// Calibration is a judge held against people, rubric by rubric, in the order
// of the record.
type Calibration struct {
	Alpha   float64  `json:"alpha"`
	Rubrics []Rubric `json:"rubrics"`
	// Gates are those of the run over corrected rates.
	Gates []record.Gate `json:"gates"`

	picked map[[2]string]*picked // by suite and name
}

// TakeGates takes the gates over corrected rates of the run, which was read with
// Corrections.
func (c *Calibration) TakeGates(run *summary.Run) {
	c.Gates = []record.Gate{}
	for _, s := range run.Suites {
		for _, g := range s.Gates {
			if summary.NamesCorrection(g.Expr) {
				c.Gates = append(c.Gates, record.Gate{Suite: s.Name, Expr: g.Expr, Outcome: g.Outcome, Value: g.Value})
			}
		}
	}
}

// Corrections gives the rates that the labels correct, with intervals at the level
// of a run's other rates.
func (c *Calibration) Corrections() summary.Corrections {
	return func(suite, rubric string, variants []string) *summary.Correction {
		p, ok := c.picked[[2]string{suite, rubric}]
		if !ok {
			return nil
		}
		return p.correction(variants, summary.Alpha)
	}
}

// Rubric is how a judge and people agree about the answers that were judged
// by one rubric of a suite.
type Rubric struct {
	Suite string `json:"suite"`
	// Name is the rubric's, or its source position if it has none.
	Name   string   `json:"name"`
	Judges []string `json:"judges"` // models
	// Answers are those that have both a verdict and labels that decide, and
	// Cases how many cases they are of: answers to one case are one draw.
	Answers int `json:"answers"`
	Cases   int `json:"cases"`
	// Counts are the answers by both verdicts.
	Counts Counts `json:"counts"`
	// Agreement is the share of answers with the same verdict, and Kappa what
	// of it goes beyond chance; nil where that is undefined, since both gave
	// every answer the same verdict.
	Agreement Estimate  `json:"agreement"`
	Kappa     *Estimate `json:"kappa"`
	// PValue is of the test that the judge passes as many as people do.
	PValue float64 `json:"p_value"`
	// Corrected is the rate at which people would pass the run's answers.
	Corrected Corrected `json:"corrected"`
	// Split counts answers whose raters are split evenly, NoVerdict labelled
	// answers that the judge was not asked about or gave no verdict on,
	// Unlabelled verdicts without a label.
	Split      int `json:"split"`
	NoVerdict  int `json:"no_verdict"`
	Unlabelled int `json:"unlabelled"`
	// Raters is how often two people agreed about one answer; nil where none
	// has two labels.
	Raters *Share `json:"raters"`
	// Parted are the answers about which the judge and people disagree.
	Parted []Parted `json:"parted"`
}

// Counts are answers by the judge's verdict and the people's.
type Counts struct {
	BothPass   int `json:"both_pass"`
	JudgeAlone int `json:"judge_alone"` // the judge passes what people fail
	PeopleOnly int `json:"people_alone"`
	BothFail   int `json:"both_fail"`
}

// Total is the number of answers.
func (c Counts) Total() int { return c.BothPass + c.JudgeAlone + c.PeopleOnly + c.BothFail }

func (c *Counts) add(judge, people bool) {
	switch {
	case judge && people:
		c.BothPass++
	case judge:
		c.JudgeAlone++
	case people:
		c.PeopleOnly++
	default:
		c.BothFail++
	}
}

// Corrected is the rate at which people would pass what the judge judged, by the
// labels of a random pick of the run's answers.
type Corrected struct {
	// Rate is nil where it is not known, for the reason Why.
	Rate *Estimate `json:"rate"`
	Why  string    `json:"why,omitempty"`
	// Judge is the share that the judge passes. As in Rate, each case counts once.
	Judge float64 `json:"judge"`
	// Answers were judged, Picked are in the pick, Labelled have a label that
	// decides.
	Answers  int `json:"answers"`
	Picked   int `json:"picked"`
	Labelled int `json:"labelled"`
}

func newCorrected(c *summary.Correction) Corrected {
	out := Corrected{Why: c.Why, Judge: c.Judge, Answers: c.Answers, Picked: c.Picked, Labelled: c.Labelled}
	if c.Why == "" {
		out.Rate = &Estimate{c.Rate, c.Interval.Low, c.Interval.High}
	}
	return out
}

// Estimate is a number with its interval at level 1-alpha.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Share counts Of Total.
type Share struct {
	Count int `json:"count"`
	Total int `json:"total"`
}

// Parted is an answer about which the judge and people disagree.
type Parted struct {
	Case    string `json:"case"`
	Variant string `json:"variant"`
	Sample  int    `json:"sample"`
	Judge   bool   `json:"judge"`
	People  bool   `json:"people"`
	// Score and Reason are the judge's. Reason is untrusted text.
	Score  float64 `json:"score"`
	Reason string  `json:"reason"`
	// Label is the position of the first label of the answer.
	Label diagnostic.Position `json:"-"`
	At    string              `json:"label"`
}
