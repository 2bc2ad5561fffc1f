package prove

import (
	"cmp"
	"errors"
	"slices"

	"github.com/evalrun/evalrun/internal/results/compare"
)

// Proof says which of several settings of a model may take the place of the base:
// ways to ask, such as efforts, each compared with it.
type Proof struct {
	Base     string    `json:"base"`
	Alpha    float64   `json:"alpha"`
	Margin   float64   `json:"margin"`
	BaseCost *float64  `json:"base_cost_per_sample_usd"`
	BaseTime *float64  `json:"base_latency_ms"`
	Settings []Setting `json:"settings"`
	// Recommended is the name of the cheapest setting that is not worse; "" for none.
	Recommended string `json:"recommended"`
}

// Setting is one way to ask, compared with the base.
type Setting struct {
	Name string `json:"setting"`
	*compare.Comparison
	// CostUSD is the mean of a sample's answers, without their judges; nil where it is
	// not known. LatencyMS is the mean of an answer.
	CostUSD   *float64 `json:"cost_per_sample_usd"`
	LatencyMS *float64 `json:"latency_ms"`
	// Unfit says why the setting cannot be recommended, whatever its answers are; ""
	// where it can.
	Unfit string `json:"unfit,omitempty"`
}

// IsAsGood reports whether the setting may take the base's place.
func (s *Setting) IsAsGood() bool { return s.Unfit == "" && isAsGood(s.Comparison) }

func isAsGood(c *compare.Comparison) bool {
	return c.Verdict == compare.NotWorse || c.Verdict == compare.Improved
}

// Settings compares settings with their base and recommends the cheapest that is not
// worse. Half of alpha is the most by which one of them is said to be not worse that
// is worse by the margin: the settings are tried at alpha over how many of them are
// left, by Holm's procedure, and those that are never found as good keep their first
// comparison, so that the same holds of regressions.
func Settings(base *compare.Side, settings []*compare.Side, opts compare.Options) (*Proof, error) {
	found, err := settleSettings(base, settings, opts)
	if err != nil {
		return nil, err
	}
	p := &Proof{Base: base.Name, Alpha: opts.Alpha, Margin: opts.Margin, Settings: []Setting{}}
	for i, c := range found {
		s := Setting{Name: settings[i].Name, Comparison: c}
		p.BaseCost, p.BaseTime = perSample(c.Totals.Base), c.Totals.Base.LatencyMS
		s.CostUSD, s.LatencyMS = perSample(c.Totals.New), c.Totals.New.LatencyMS
		switch {
		case !isAsGood(c):
		case !base.Complete:
			s.Unfit = "the base was cut short"
		case !settings[i].Complete:
			s.Unfit = "it was cut short"
		case s.CostUSD == nil:
			s.Unfit = "what it costs is not known"
		}
		p.Settings = append(p.Settings, s)
	}
	p.recommend()
	return p, nil
}

// settleSettings compares all settings at the level of Holm's procedure.
func settleSettings(base *compare.Side, settings []*compare.Side, opts compare.Options) ([]*compare.Comparison, error) {
	out := make([]*compare.Comparison, len(settings))
	left := make([]int, len(settings))
	for i := range left {
		left[i] = i
	}
	for len(left) > 0 {
		level := opts
		level.Alpha = opts.Alpha / float64(len(left))
		var still []int
		for _, i := range left {
			c, err := compare.Compare(base, settings[i], level)
			if err != nil {
				return nil, err
			}
			if c.Sequential != nil {
				return nil, errors.New(settings[i].Name + " is of a run that ended once it was decided; settings are compared over all cases")
			}
			if out[i] == nil || isAsGood(c) {
				out[i] = c
			}
			if !isAsGood(c) {
				still = append(still, i)
			}
		}
		if len(still) == len(left) {
			break
		}
		left = still
	}
	return out, nil
}

// recommend takes the cheapest setting that is as good, of equal ones the first.
func (p *Proof) recommend() {
	var good []*Setting
	for i := range p.Settings {
		if p.Settings[i].IsAsGood() {
			good = append(good, &p.Settings[i])
		}
	}
	slices.SortStableFunc(good, func(a, b *Setting) int { return cmp.Compare(*a.CostUSD, *b.CostUSD) })
	if len(good) > 0 {
		p.Recommended = good[0].Name
	}
}

// Setting is that of the name; nil where there is none.
func (p *Proof) Setting(name string) *Setting {
	i := slices.IndexFunc(p.Settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Settings[i]
}

// Comparisons are those of the settings.
func (p *Proof) Comparisons() []*compare.Comparison {
	var all []*compare.Comparison
	for _, s := range p.Settings {
		all = append(all, s.Comparison)
	}
	return all
}

// Lost are the cases that passed in the base and fail.
func (s *Setting) Lost() []compare.CaseChange {
	return slices.DeleteFunc(slices.Clone(s.Regressed), func(c compare.CaseChange) bool { return !c.Flipped })
}

// perSample is what an answered sample cost, without their judges; nil where that
// of one is not known.
func perSample(t compare.Totals) *float64 {
	n := t.Samples.Pass + t.Samples.Fail
	if t.CostUSD == nil || t.JudgesUSD == nil || n == 0 {
		return nil
	}
	mean := (*t.CostUSD - *t.JudgesUSD) / float64(n)
	return &mean
}
