package possible

import "math"

// span is an interval of numbers, without its ends where they are open.
type span struct {
	low, high         float64
	lowOpen, highOpen bool
}

var everything = span{low: math.Inf(-1), high: math.Inf(1)}

func (s span) empty() bool {
	return s.low > s.high || s.low == s.high && (s.lowOpen || s.highOpen)
}

// one tells whether it is a single number.
func (s span) one() bool { return s.low == s.high && !s.empty() }

func (s span) holds(n float64) bool {
	return (n > s.low || n == s.low && !s.lowOpen) && (n < s.high || n == s.high && !s.highOpen)
}

func (s span) meet(t span) span {
	if t.low > s.low || t.low == s.low && t.lowOpen {
		s.low, s.lowOpen = t.low, t.lowOpen
	}
	if t.high < s.high || t.high == s.high && t.highOpen {
		s.high, s.highOpen = t.high, t.highOpen
	}
	return s
}

// join is the least interval that holds both.
func (s span) join(t span) span {
	if t.low < s.low || t.low == s.low && !t.lowOpen {
		s.low, s.lowOpen = t.low, t.lowOpen
	}
	if t.high > s.high || t.high == s.high && !t.highOpen {
		s.high, s.highOpen = t.high, t.highOpen
	}
	return s
}

// without takes a number away that is an end.
func (s span) without(n float64) span {
	s.lowOpen = s.lowOpen || s.low == n
	s.highOpen = s.highOpen || s.high == n
	return s
}

// maxExact is up to where a float64 holds every whole number.
const maxExact = 1 << 53

// whole is the interval of its whole numbers, ends included.
func (s span) whole() span {
	if math.Abs(s.low) < maxExact {
		low := math.Ceil(s.low)
		if low == s.low && s.lowOpen {
			low++
		}
		s.low, s.lowOpen = low, false
	}
	if math.Abs(s.high) < maxExact {
		high := math.Floor(s.high)
		if high == s.high && s.highOpen {
			high--
		}
		s.high, s.highOpen = high, false
	}
	return s
}

// below and above are the numbers that are less, or more, than some number
// of the span; with equal, those that are as large too.
func (s span) below(equal bool) span {
	return span{low: math.Inf(-1), high: s.high, highOpen: s.highOpen || !equal}
}

func (s span) above(equal bool) span {
	return span{low: s.low, high: math.Inf(1), lowOpen: s.lowOpen || !equal}
}

func (s span) negate() span {
	return span{low: -s.high, high: -s.low, lowOpen: s.highOpen, highOpen: s.lowOpen}
}

// add is the sum of two numbers of these spans; anything where that could
// leave what is exact.
func (s span) add(t span) span {
	out := span{low: s.low + t.low, high: s.high + t.high, lowOpen: s.lowOpen || t.lowOpen, highOpen: s.highOpen || t.highOpen}
	return out.exact()
}

// exact gives up bounds that are rounded, or beyond the whole numbers of 64
// bits.
func (s span) exact() span {
	if math.IsNaN(s.low) || math.Abs(s.low) > maxExact && !math.IsInf(s.low, 0) {
		s.low, s.lowOpen = math.Inf(-1), false
	}
	if math.IsNaN(s.high) || math.Abs(s.high) > maxExact && !math.IsInf(s.high, 0) {
		s.high, s.highOpen = math.Inf(1), false
	}
	return s
}
