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
	reported [units]bucket
	set      [units]bucket // by hand, spread over the minute
	byHand
	peak    float64 // the most tokens that an attempt took, of late
	learned learnedRate
	average amounts
	begun   int // attempts so far
	burst   burst
	newest  burst // whose answers reported the limits last
	wakeUp
}

// byHand is what was sent in the last minute, where limits are set by hand.
type byHand struct {
	// requestsByHand counts an attempt when it begins. tokensByHand counts what it
	// can take from there on, and what it took for a minute after its end: no
	// matter when the server counts it, no minute has more.
	requestsByHand, tokensByHand window
}

// wakeUp is when those who wait are looked at next.
type wakeUp struct {
	timer *time.Timer
	at    time.Time
}

// attempt is one that is under way.
type attempt struct {
	lane     *lane
	began    time.Time
	burst    burst
	cuts     int // of the limit, when it began
	taken    amounts
	reserved float64 // of tokensByHand
	assumed  float64 // what it counts as there if no answer says what it took
}

// mostTokens is how many tokens a request can take, as far as that is certain.
type mostTokens struct {
	n       float64
	certain bool
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
	if float64(l.status.InFlight) >= max(1, float64(int(l.limit.value))) {
		return true, 0
	}
	full, wait = l.limited(now)
	return full, max(wait, l.paused.Sub(now))
}

// limited is how long the limits that are known have the next attempt wait;
// full says until another one has ended.
func (l *lane) limited(now time.Time) (full bool, wait time.Duration) {
	for u := range units {
		wait = max(wait, l.reported[u].wait(l.average[u], now), l.set[u].wait(l.average[u], now))
	}
	_, requests := l.requestsByHand.wait(1, now)
	full, tokens := l.tokensByHand.wait(l.reserves(l.first().most), now)
	return full, max(wait, requests, tokens, l.learned.bucket.wait(1, now))
}

// reserves is what the limit of tokens by hand keeps for an attempt. Of one that
// can take more than is known, that is the most that one took of late; before
// any did, all of the limit.
func (l *lane) reserves(most mostTokens) float64 {
	switch limit := l.tokensByHand.limit; {
	case most.certain:
		return min(most.n, limit)
	case l.peak == 0:
		return limit
	default:
		return min(max(most.n, l.peak), limit)
	}
}

// start sends the next attempt on its way.
func (l *lane) start(most mostTokens, now time.Time) *attempt {
	if now.Sub(l.burst.began) >= burstTime {
		l.burst = burst{now, l.begun}
	}
	l.begun++
	l.status.InFlight++
	a := &attempt{lane: l, began: now, burst: l.burst, cuts: l.limit.cuts, taken: l.average, reserved: l.reserves(most)}
	if a.assumed = a.reserved; !most.certain {
		a.assumed = min(a.reserved, max(most.n, l.peak))
	}
	for u := range units {
		l.reported[u].take(a.taken[u])
		l.set[u].take(a.taken[u])
	}
	l.requestsByHand.take(1, now)
	l.tokensByHand.reserved += a.reserved
	l.learned.bucket.take(1)
	return a
}

// end takes in how an attempt went.
func (l *lane) end(a *attempt, e messages.AttemptEvent, now time.Time) {
	held := float64(l.status.InFlight+1) > l.limit.value && l.waiting() > 0
	l.status.InFlight--
	l.status.count(e)
	switch {
	case finalStatus(e) == statusTooManyRequests:
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
	l.tokensByHand.reserved -= a.reserved
	l.tokensByHand.take(a.tokens(e), now)
	if e.RetryAfter > 0 {
		if until := now.Add(min(e.RetryAfter, maxPause)); until.After(l.paused) {
			l.paused = until
		}
	}
	if e.Usage != nil {
		if used := amountsOf(e.Usage); used[tokens] <= maxUsage {
			l.charge(a, used)
		}
	}
	l.mirror(a, e.Limits)
}

const statusTooManyRequests = 429

// maxUsage is more tokens than any model takes for one answer. A server that
// reports more would have what comes next wait for years.
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

// tokens is what an attempt counts as under a limit by hand: nothing where it
// was refused or not sent, and as much as it can have taken where no answer says.
func (a *attempt) tokens(e messages.AttemptEvent) float64 {
	if !e.Lost() && (e.Err != nil || e.Number == 0) {
		return 0
	}
	if u := e.Usage; u != nil && u.InputTokens != nil && u.OutputTokens != nil {
		if used := amountsOf(u)[tokens]; used <= maxUsage {
			return used
		}
	}
	return a.assumed
}

// charge puts right what was taken for an attempt, now that it is known.
func (l *lane) charge(a *attempt, used amounts) {
	for u := range units {
		l.set[u].take(used[u] - a.taken[u])
	}
	l.peak = max(0.99*l.peak, used[tokens])
	l.average.learn(used)
}

// mirror takes in the limits in an answer's headers. They are as of
// the time when the attempt arrived, before all that began later and
// perhaps before others of its burst.
func (l *lane) mirror(a *attempt, reported messages.RateLimits) {
	if a.burst.before < l.newest.before {
		return
	}
	same := a.burst == l.newest
	since := float64(l.begun - a.burst.before - 1)
	for u, t := range [units]*messages.RateLimit{reported.Requests, reported.Tokens, reported.InputTokens, reported.OutputTokens} {
		if t != nil {
			l.newest = a.burst
			l.reported[u].mirror(t, a.burst.began, since*l.average[u], same)
		}
	}
}

func (l *lane) waiting() int { return l.again.len() + l.fresh.len() }

// first is the next of those who wait; nil if nobody does.
func (l *lane) first() *waiter {
	if w := l.again.first(); w != nil {
		return w
	}
	return l.fresh.first()
}

// next takes the next of those who wait out of the queues.
func (l *lane) next() *waiter {
	w, q := l.again.first(), &l.again
	if w == nil {
		w, q = l.fresh.first(), &l.fresh
	}
	q.drop()
	return w
}
