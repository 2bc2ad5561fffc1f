package compare

import "github.com/evalrun/evalrun/internal/results/stats"

// tested is a difference with its interval, and the level at which an end of
// that touches 0.
type tested interface {
	Interval(alpha float64) stats.Interval
	PValue() float64
	Centre() float64
}

// difference is what the answers that there are came to, and what they would
// have come to had those that are missing been as bad as can be for the new run,
// and as good. Its interval holds those of all three, so that no verdict goes by
// what is missing.
type difference struct {
	seen    tested
	missing []tested // nil where nothing is missing
	// unknown says that there is too little to say anything: the units are too
	// few, or one of them decides. limit then is all that may be.
	unknown          bool
	degrees, largest float64
	limit            Interval
}

// newDifference is that of a mean, which lies within limit.
func newDifference(m stats.Mean, seen tested, missing []tested, limit Interval) difference {
	return difference{
		seen: seen, missing: missing, limit: limit,
		unknown: !m.Enough(), degrees: m.Degrees, largest: m.Largest,
	}
}

// interval is the interval at level 1-alpha.
func (d *difference) interval(alpha float64) Interval {
	if d.unknown {
		return d.limit
	}
	iv := d.seen.Interval(alpha)
	for _, other := range d.missing {
		wider := other.Interval(alpha)
		iv = stats.Interval{Low: min(iv.Low, wider.Low), High: max(iv.High, wider.High)}
	}
	return Interval{iv.Low, iv.High}
}

// p is the level at which an end of the interval touches 0; 1 where 0 is inside
// at every level.
func (d *difference) p() float64 {
	if d.unknown {
		return 1
	}
	p := d.seen.PValue()
	for _, other := range d.missing {
		if d.seen.Centre()*other.Centre() <= 0 {
			return 1
		}
		p = max(p, other.PValue())
	}
	return min(1, p)
}

// withoutMissing is the difference as if nothing were missing.
func (d difference) withoutMissing() *difference {
	d.missing = nil
	return &d
}
