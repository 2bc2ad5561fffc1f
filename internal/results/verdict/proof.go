package verdict

import (
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/prove"
)

// OfProof is the verdict of a proof: a pass where a setting is recommended. Ended are
// the reasons of a run that was cut short.
func OfProof(p *prove.Proof, opts Options, ended ...Reason) Verdict {
	v := Verdict{Options: opts, Found: compare.Worst(p.Comparisons())}
	if s := p.Setting(p.Recommended); s != nil {
		v.Found = s.Verdict
		return v.With(ended...)
	}
	code := ExitFailed
	if v.Found == compare.Incomparable {
		code = ExitErrors
	}
	return v.With(append(ended, Reason{Kind: Unproven, Exit: code, Text: "no setting is shown to be not worse"})...)
}
