package pace

// The steps of an adaptive limit.
const (
	// firstLimit is how many attempts are under way before anything is known.
	firstLimit = 20
	// cutTo is what an episode of 429s leaves of the limit: β of CUBIC, RFC
	// 9438, section 4.6.
	cutTo = 0.7
)

// limit is how many attempts of one model may be under way: it doubles each
// round of answers until the first 429 (slow start), then grows by one a
// round (additive increase), as TCP's window does (RFC 5681, section 3.1).
type limit struct {
	value, most float64
	fixed       bool
	started     bool // slow start is over
	cuts        int
}

// newLimit makes a limit up to most, or, if fixed, of most.
func newLimit(most int, fixed bool) limit {
	l := limit{value: firstLimit, most: float64(most), fixed: fixed}
	if fixed || l.value > l.most {
		l.value = l.most
	}
	return l
}

// grow is told of an answer that came while the limit held others back.
func (l *limit) grow() {
	if l.fixed {
		return
	}
	step := 1.0
	if l.started {
		step = 1 / l.value
	}
	l.value = min(l.value+step, l.most)
}

// cut is told of a 429 to an attempt that began after so many cuts: one that
// began before the last cut tells nothing new.
func (l *limit) cut(cutsBefore int) {
	if l.fixed || cutsBefore < l.cuts {
		return
	}
	l.started = true
	l.cuts++
	l.value = max(1, l.value*cutTo)
}
