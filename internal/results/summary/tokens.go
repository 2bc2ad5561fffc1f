package summary

// Tokens is a sum of tokens over answers. Where Unknown is not 0 it is a lower
// bound: a count that is not known is never counted as 0.
type Tokens struct {
	Sum int64
	// Known and Unknown count the answers by whether their usage says it.
	Known, Unknown int
}

// addCount counts an answer in; nil is a count that is not known.
func (t *Tokens) addCount(n *int64) {
	if n == nil {
		t.Unknown++
		return
	}
	t.Known++
	t.Sum += *n
}

// Plus is the sum of both, such as of input and output: how many of the counts
// are known, and how many are not.
func (t Tokens) Plus(other Tokens) Tokens {
	return Tokens{t.Sum + other.Sum, t.Known + other.Known, t.Unknown + other.Unknown}
}
