package pace

import (
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// maxPause bounds what a server's retry-after can ask of a whole model.
const maxPause = time.Minute

// lane is all that is known of one model's limits, and those who wait.
type lane struct {
	status   Status
	limit    limit
	again    queue // attempts that are not their request's first go ahead
	fresh    queue
	paused   time.Time // nothing is sent before
	told     [units]bucket
	set      [units]bucket // by hand, spread over the minute
	minute   [units]window // by hand
	peak     costs         // the most that an attempt took, of late
	learned  learnedRate
	costs    costs
	known    bool // costs is of an answer
	begun    int  // attempts so far
	burst    burst
	newest   burst // whose answers told of the limits last
	wakeUp   *time.Timer
	wakeUpAt time.Time
}

// attempt is one that is under way.
type attempt struct {
	lane     *lane
	began    time.Time
	burst    burst
	cuts     int // of the limit, when it began
	taken    costs
	portions [units]*portion
}

// burst is attempts that began so close to each other that they may arrive in
// any order.
type burst struct {
	began  time.Time
	before int // attempts of the lane that began before it
}

const burstTime = 100 * time.Millisecond

// holdUp says what keeps the lane's next attempt from being sent: a full
// house (true), or a time to wait for.
func (l *lane) holdUp(now time.Time) (full bool, wait time.Duration) {
	most := max(1, float64(int(l.limit.value)))
	if !l.known && l.set[tokens].size > 0 {
		most = 1 // what many of them would take is anyone's guess
	}
	if float64(l.status.InFlight) >= most {
		return true, 0
	}
	return false, max(l.paused.Sub(now), l.limited(now))
}

// limited is how long the limits that are known have the next attempt wait.
func (l *lane) limited(now time.Time) (wait time.Duration) {
	for u := range units {
		wait = max(wait, l.told[u].wait(l.costs[u], now), l.set[u].wait(l.costs[u], now), l.minute[u].wait(l.peak[u], now))
	}
	return max(wait, l.learned.bucket.wait(1, now))
}

// start sends the next attempt on its way.
func (l *lane) start(now time.Time) *attempt {
	if now.Sub(l.burst.began) >= burstTime {
		l.burst = burst{now, l.begun}
	}
	l.begun++
	l.status.InFlight++
	a := &attempt{lane: l, began: now, burst: l.burst, cuts: l.limit.cuts, taken: l.costs}
	for u := range units {
		l.told[u].take(a.taken[u])
		l.set[u].take(a.taken[u])
		a.portions[u] = l.minute[u].take(l.peak[u], now)
	}
	l.learned.bucket.take(1)
	return a
}

// end takes in how an attempt went.
func (l *lane) end(a *attempt, e messages.AttemptEvent, now time.Time) {
	held := float64(l.status.InFlight+1) > l.limit.value && l.waiting() > 0
	l.status.InFlight--
	l.status.count(e)
	switch {
	case meant(e) == statusTooManyRequests:
		if known := l.learned.bucket.size > 0; (known || l.limit.atLeast()) && e.RetryAfter == 0 {
			l.learned.refused(a.began, now)
		}
		l.limit.cut(a.cuts)
	case e.Err == nil && e.Status != 0 && held:
		l.limit.grow(answer{a.began, now, now.Sub(a.began).Seconds(), workOf(e.Usage)})
	case e.Err == nil && e.Status != 0:
		l.limit.idle(now)
	}
	if e.Err == nil && e.Status != 0 {
		l.learned.answered(now)
	}
	if e.Number == 0 { // it was not sent
		for u := range units {
			l.minute[u].correct(a.portions[u], 0, now)
		}
	}
	if e.RetryAfter > 0 {
		if until := now.Add(min(e.RetryAfter, maxPause)); until.After(l.paused) {
			l.paused = until
		}
	}
	l.known = l.known || e.Err == nil && e.Status != 0
	if e.Usage != nil {
		if used := costOf(e.Usage); used[tokens] <= maxUsage {
			l.charge(a, used, now)
		}
	}
	l.mirror(a, e.Limits)
}

const statusTooManyRequests = 429

// maxUsage is more tokens than any model takes for one answer. A server that
// tells of more would have what comes next wait for years.
const maxUsage = 10_000_000

// workOf is what an answer's latency depends on: the tokens of its output, and
// what it takes without any.
func workOf(u *messages.Usage) float64 {
	const each = 20
	if u == nil || u.OutputTokens == nil || *u.OutputTokens > maxUsage {
		return each
	}
	return each + float64(*u.OutputTokens)
}

// charge puts right what was taken for an attempt, now that it is known.
func (l *lane) charge(a *attempt, used costs, now time.Time) {
	for u := range units {
		l.set[u].take(used[u] - a.taken[u])
		l.minute[u].correct(a.portions[u], used[u], now)
		l.peak[u] = max(0.99*l.peak[u], used[u])
	}
	l.costs.learn(used)
}

// mirror takes in what an answer's headers tell of the limits. They tell how
// things stood when the attempt arrived, before all that began later and
// perhaps before others of its burst.
func (l *lane) mirror(a *attempt, told messages.RateLimits) {
	if a.burst.before < l.newest.before {
		return
	}
	same := a.burst == l.newest
	since := float64(l.begun - a.burst.before - 1)
	for u, t := range [units]*messages.RateLimit{told.Requests, told.Tokens, told.InputTokens, told.OutputTokens} {
		if t != nil {
			l.newest = a.burst
			l.told[u].mirror(t, a.burst.began, since*l.costs[u], same)
		}
	}
}

func (l *lane) waiting() int { return l.again.len() + l.fresh.len() }

// next takes the next of those who wait out of the queues.
func (l *lane) next() *waiter {
	if w := l.again.pop(); w != nil {
		return w
	}
	return l.fresh.pop()
}
