package pace

import "time"

// The steps of an adaptive limit.
const (
	// firstLimit is how many attempts are under way before anything is known.
	firstLimit = 20
	// cutTo is what an episode of 429s leaves of the limit: β of CUBIC, RFC
	// 9438, section 4.6.
	cutTo = 0.7
	// lower and higher are what is tried of a limit beyond which nothing gets
	// faster, to find the least that is as fast, and whether the server has
	// become faster.
	lower, higher = 0.7, 1.4
)

// What a change of the limit must do to the rate of answers. A server that
// takes more makes it grow with the limit, and one that queues not at all; the
// bounds lie between.
const (
	leastGain   = 0.4  // for each part by which the limit grew
	leastRise   = 0.2  // of the latency, likewise, for it to be queueing
	leastKept   = 0.92 // of lower
	leastHigher = 1.2  // of higher
)

// phase is how a limit goes on.
type phase int

const (
	doubling phase = iota // each round (slow start)
	adding                // one a round, after a 429
	trying                // a lower or a higher limit
	holding               // the limit that was found
)

// limit is how many attempts of one model may be under way. It doubles each
// round of answers until the first 429 (slow start), then grows by one a round
// (additive increase), as TCP's window does (RFC 5681, section 3.1).
//
// A server that queues gives no 429: there it is the rate of answers that
// stays the same while the limit grows, and the latency that rises. Then the
// limit goes down for as long as the rate does not, and stays there; now and
// then a higher one is tried.
type limit struct {
	value, most float64
	fixed       bool
	cuts        int
	phase       phase
	round       round
	before      pace    // of the round before, or at level
	level       float64 // the limit that is kept
	rest        int     // rounds until a higher limit is tried
	patience    int     // rounds between tries
}

// round is answers that came under one limit.
type round struct {
	limit         float64
	from          time.Time
	turned        bool // what began under another limit has ended
	answers       int
	work, latency float64
}

// pace is how fast a round was: its work a second, and its latency a unit of
// work.
type pace struct{ rate, latency float64 }

func (r *round) pace(now time.Time) pace {
	return pace{r.work / max(now.Sub(r.from).Seconds(), 1e-6), r.latency / r.work}
}

// newLimit makes a limit up to most, or, if fixed, of most.
func newLimit(most int, fixed bool) limit {
	l := limit{value: firstLimit, most: float64(most), fixed: fixed}
	if fixed || l.value > l.most {
		l.value = l.most
	}
	return l
}

// answer is an answer that a limit learns from.
type answer struct {
	began, now time.Time
	latency    float64 // in seconds
	// work is what the latency depends on but for the queue: the tokens of
	// the answer.
	work float64
}

// idle takes in an answer that came while the limit held nobody back: the
// rate of answers says nothing then.
func (l *limit) idle(now time.Time) { l.round = round{limit: l.value, from: now} }

// grow takes in an answer that came while the limit held others back.
func (l *limit) grow(a answer) {
	if l.fixed {
		return
	}
	if l.round.from.IsZero() {
		l.round = round{limit: l.value, from: a.began}
	}
	l.round.answers++
	l.round.work += a.work
	l.round.latency += a.latency
	switch l.phase {
	case doubling:
		l.double(a.now)
	case adding:
		l.value = min(l.value+1/l.value, l.most)
	default:
		l.measure(a)
	}
}

// double grows the limit until it is twice that of the round's beginning, and
// sees then what came of it.
func (l *limit) double(now time.Time) {
	l.value = min(l.value+1, l.most)
	grown := l.value/l.round.limit - 1
	whole := l.value == l.most && grown >= 0.4 && float64(l.round.answers) >= 2*l.most
	if grown < 1 && !whole {
		return
	}
	p := l.round.pace(now)
	queues := l.before.rate > 0 && p.rate < (1+leastGain*grown)*l.before.rate && p.latency > (1+leastRise*grown)*l.before.latency
	before := l.round.limit
	l.before = p
	l.idle(now)
	if queues {
		l.level, l.patience = before, 2
		l.try(lower, now)
	}
}

// try sets the limit to a share of the level, and looks at what comes of it.
func (l *limit) try(share float64, now time.Time) {
	l.phase = trying
	l.value = max(1, min(l.level*share, l.most))
	if share > 1 {
		l.value = min(max(l.value, l.level+1), l.most)
	}
	l.idle(now)
}

// hold keeps the level for some rounds.
func (l *limit) hold(rounds int, now time.Time) {
	l.phase, l.value, l.rest = holding, l.level, rounds
	l.idle(now)
}

// leastAnswers are those of a round that is measured.
const leastAnswers = 40

// measure ends a round under a limit that does not change.
func (l *limit) measure(a answer) {
	if !l.round.turned {
		if a.began.Before(l.round.from) {
			return
		}
		l.idle(a.now)
		l.round.turned = true
		return
	}
	if float64(l.round.answers) < max(leastAnswers, 2*l.value) {
		return
	}
	p := l.round.pace(a.now)
	switch {
	case l.phase == holding:
		l.before.rate += (p.rate - l.before.rate) / 2
		l.before.latency = p.latency
		if l.rest--; l.rest <= 0 {
			l.try(higher, a.now)
			return
		}
		l.idle(a.now)
		l.round.turned = true
	case l.value < l.level && p.rate >= leastKept*l.before.rate:
		l.level, l.before.latency = l.value, p.latency
		if l.level <= 1 {
			l.hold(l.patience, a.now)
			return
		}
		l.try(lower, a.now)
	case l.value > l.level && p.rate >= leastHigher*l.before.rate:
		l.phase, l.before = doubling, p
		l.idle(a.now)
	case l.value > l.level:
		l.patience = min(2*l.patience, 32)
		l.hold(l.patience, a.now)
	default:
		l.hold(l.patience, a.now)
	}
}

// atLeast reports whether one attempt after the other is all that is left.
func (l *limit) atLeast() bool { return !l.fixed && l.value < 2 && l.cuts > 0 }

// cut takes in a 429 to an attempt that began after so many cuts: one that
// began before the last cut adds nothing.
func (l *limit) cut(cutsBefore int) {
	if l.fixed || cutsBefore < l.cuts {
		return
	}
	l.phase = adding
	l.cuts++
	l.value = max(1, l.value*cutTo)
}
