package pace

import "time"

// window is a limit a minute that is set by hand: no minute, wherever it begins,
// has more. The zero value is no limit.
type window struct {
	limit    float64
	reserved float64   // by attempts under way
	taken    []portion // of late, in order
	sum      float64   // of taken
}

// portion is what was taken at a time.
type portion struct {
	at   time.Time
	cost float64
}

// windowTime is how long a portion counts: a minute, and a second by which a
// request can be longer on its way to the server than a later one.
const windowTime = time.Minute + time.Second

// wait is how long to wait until so much may be taken; full says until an
// attempt has ended. What is more than the limit may be taken when nothing else
// is.
func (w *window) wait(cost float64, now time.Time) (full bool, wait time.Duration) {
	if w.limit == 0 {
		return false, 0
	}
	w.forget(now)
	const rounding = 1e-6 // of sums
	free := w.limit - w.reserved - min(cost, w.limit) + rounding
	if free < 0 {
		return true, 0
	}
	left := w.sum
	for _, p := range w.taken {
		if left <= free {
			break
		}
		left -= p.cost
		wait = p.at.Add(windowTime).Sub(now)
	}
	return false, wait
}

// forget leaves out what counts no more.
func (w *window) forget(now time.Time) {
	for len(w.taken) > 0 && now.Sub(w.taken[0].at) >= windowTime {
		w.sum -= w.taken[0].cost
		w.taken = w.taken[1:]
	}
	if len(w.taken) == 0 {
		w.sum = 0 // without the errors of sums
	}
}

// take takes so much now.
func (w *window) take(cost float64, now time.Time) {
	if w.limit > 0 && cost > 0 {
		w.taken = append(w.taken, portion{now, cost})
		w.sum += cost
	}
}

// learnedRate is the rate of a server that refuses even one request after the
// other: what it let through of late. The zero value is none.
type learnedRate struct {
	bucket  bucket
	answers []time.Time // the last of them
	changed time.Time
	since   int // answers since the rate was cut
}

// The steps of a learned rate: a refusal makes it slower, an answer faster, and
// much so once there were many without a refusal.
const (
	slower     = 0.85
	faster     = 1.005
	muchFaster = 1.05
	many       = 50
	remembered = 20
)

// answered takes in an answer.
func (r *learnedRate) answered(now time.Time) {
	if r.answers = append(r.answers, now); len(r.answers) > remembered {
		r.answers = r.answers[1:]
	}
	r.since++
	r.bucket.refill(now)
	if r.since > many {
		r.bucket.rate *= muchFaster
		return
	}
	r.bucket.rate *= faster
}

// refused takes in a 429 to an attempt where no more than one was under way.
// One that began before the last change adds nothing.
func (r *learnedRate) refused(began, now time.Time) {
	if began.Before(r.changed) {
		return
	}
	r.changed, r.since = now, 0
	if r.bucket.size > 0 {
		r.bucket.refill(now)
		r.bucket.rate *= slower
		r.bucket.level = min(r.bucket.level, 0)
		return
	}
	rate := 1.0 // a second, where nothing is known
	if n := len(r.answers); n > 1 {
		rate = float64(n) / max(now.Sub(r.answers[0]).Seconds(), 1e-3)
	}
	r.bucket = bucket{size: 1, rate: slower * rate, at: now}
}
