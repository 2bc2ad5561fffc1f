package pace

import (
	"time"

	"github.com/evalrun/evalrun/internal/messages"
)

// unit is what a limit counts.
type unit int

const (
	requests unit = iota
	tokens
	inputTokens
	outputTokens
	units
)

// bucket is a token bucket: it refills at a steady rate up to its size. The
// zero value is no limit. Its level may fall below 0, which is then to be
// waited for.
type bucket struct {
	size  float64
	rate  float64 // per second
	level float64
	at    time.Time // when level was right
}

// perMinute is a bucket of a limit set by hand. It holds a second's worth, so
// that the requests are spread over the minute.
func perMinute(n int, now time.Time) bucket {
	rate := float64(n) / 60
	size := max(1, rate)
	return bucket{size: size, rate: rate, level: size, at: now}
}

// mirror sets the bucket to what the API reported of its own: it was so at a time
// since which at most so much more has been taken. Of several such reports of
// one time the one that leaves most is right. The API's limits are of a minute and refill
// steadily, so its reset adds nothing; another server's, if
// they are of a longer time, are found by its 429s.
func (b *bucket) mirror(reported *messages.RateLimit, at time.Time, takenSince float64, sameTime bool) {
	now := bucket{size: float64(reported.Limit), rate: float64(reported.Limit) / 60, at: at}
	now.level = float64(reported.Remaining) - takenSince
	if sameTime && b.size == now.size {
		now.refill(b.at)
		now.level = max(now.level, b.level)
	}
	*b = now
}

func (b *bucket) refill(now time.Time) {
	if past := now.Sub(b.at).Seconds(); past > 0 {
		b.level = min(b.size, b.level+b.rate*past)
		b.at = now
	}
}

// wait is how long to wait until so much may be taken. What is more than the
// bucket holds may be taken when it is full.
func (b *bucket) wait(cost float64, now time.Time) time.Duration {
	if b.size == 0 {
		return 0
	}
	b.refill(now)
	missing := min(cost, b.size) - b.level
	if missing <= 1e-9 {
		return 0
	}
	// A microsecond more, so that rounding cannot ask for another wait.
	return time.Duration(missing/b.rate*float64(time.Second)) + time.Microsecond
}

func (b *bucket) take(cost float64) { b.level -= cost }

// amounts is what an attempt takes of each unit, on the average of late.
type amounts [units]float64

// learn takes the usage of an answer into the average.
func (c *amounts) learn(used amounts) {
	const weight = 0.1
	for u := range c {
		if c[u] == 0 {
			c[u] = used[u]
		}
		c[u] += weight * (used[u] - c[u])
	}
}

// amountsOf is what an answer has taken. Input that was read from the cache does
// not count towards the API's limits.
func amountsOf(u *messages.Usage) amounts {
	count := func(ns ...*int64) (sum float64) {
		for _, n := range ns {
			if n != nil {
				sum += float64(*n)
			}
		}
		return sum
	}
	in, out := count(u.InputTokens, u.CacheCreationInputTokens), count(u.OutputTokens)
	return amounts{requests: 1, tokens: in + out, inputTokens: in, outputTokens: out}
}
