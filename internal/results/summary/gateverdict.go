package summary

import (
	"sync"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/possible"
)

// GateVerdict says whether a gate can pass and whether it can fail, whatever
// comes of the run. The error is that of CheckGate.
func GateVerdict(expr string, scope GateScope) (possible.Verdict, error) {
	program, err := compileGate(expr, newGateEnv(scope))
	if err != nil {
		return possible.Verdict{}, err
	}
	return possible.Of(program, gateFacts()), nil
}

// gateFacts are what the types do not say of the numbers: a rate is a share,
// and none of the others but a metric is negative.
var gateFacts = sync.OnceValue(func() *possible.Facts {
	f := &possible.Facts{
		Terms:   map[string]possible.Range{"requests": possible.NotNegative},
		Members: map[possible.Member]possible.Range{},
	}
	for name, t := range gateNumbers {
		members, ok := t.(exprlang.Map)
		if !ok || name == "metrics" {
			continue
		}
		for member := range members {
			r := possible.NotNegative
			if member == "pass_rate" {
				r = possible.Range{Max: 1}
			}
			f.Members[possible.Member{Of: exprlang.Shape(t), Name: member}] = r
		}
	}
	return f
})
