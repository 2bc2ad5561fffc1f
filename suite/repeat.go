package suite

import (
	"fmt"
	"strconv"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// MaxRepeat is how often one case is asked at most.
const MaxRepeat = 100_000

// repeat reads how often the case is asked and how many samples must pass:
// `repeat: 10` asks ten times and needs all, {times: 10, need: 9} needs nine.
// With --repeat the times change and the share that is needed stays, rounded
// up.
func (d *definition) repeat(diags *diagnostic.List) (times, need int) {
	times, need = 1, 1
	if v := d.inherited().setting("repeat"); v != nil {
		times, need = readRepeat(v, diags)
	}
	if n := d.suite.opts.Repeat; n > 0 {
		times, need = n, (n*need+times-1)/times
	}
	return times, need
}

func readRepeat(v *Value, diags *diagnostic.List) (times, need int) {
	if v.Kind != Map {
		times = readCount("repeat", v, diags)
		return times, times
	}
	for _, m := range v.Members {
		switch m.Key {
		case "times":
			times = readCount("times", m.Value, diags)
		case "need":
			need = readCount("need", m.Value, diags)
		default:
			diags.Add(m.Diagnostic("unknown key "+diagnostic.Quote(m.Key)+" in repeat, expected times and need", ""))
		}
	}
	switch {
	case v.Get("times") == nil:
		diags.Add(v.Diagnostic("repeat has no times", "write `repeat: {times: 10, need: 9}`"))
		return 1, 1
	case v.Get("need") == nil:
		need = times
	case need > times:
		diags.Add(v.Get("need").Diagnostic(fmt.Sprintf("need is %d, expected at most %d, which is times", need, times), ""))
		need = times
	}
	return times, need
}

// readCount reads a whole number from 1 on; 1 where it is none, which is
// reported.
func readCount(name string, v *Value, diags *diagnostic.List) int {
	n, err := strconv.Atoi(v.Text)
	if v.Kind != Number || err != nil || n < 1 || n > MaxRepeat {
		diags.Add(v.Diagnostic(fmt.Sprintf("%s is %s, expected a whole number from 1 to %d", name, v.Describe(), MaxRepeat), ""))
		return 1
	}
	return n
}
