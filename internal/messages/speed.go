package messages

import "slices"

// TokensPerSecond is how fast a streamed answer came once it had begun: its
// output tokens but the first, over the time from the first token to the end,
//
//	(output_tokens - 1) / (latency - ttft)
//
// which is the inverse of the time per output token after the first, as
// OpenTelemetry's gen_ai.server.time_per_output_token has it. Where thinking
// was not shown (display: omitted, redacted_thinking) its tokens came before
// the first token that did, and are not counted.
//
// It is nil where there is no time to measure: without a stream, and for less
// than two tokens; and where the answer does not say how many there are.
func (ex *Exchange) TokensPerSecond() *float64 {
	if ex.Answer == nil || ex.TTFT == nil {
		return nil
	}
	n := ex.Answer.shownTokens()
	streaming := (ex.Latency - *ex.TTFT).Seconds()
	if n < 2 || streaming <= 0 {
		return nil
	}
	speed := float64(n-1) / streaming
	return &speed
}

// shownTokens are the output tokens of what the answer holds, 0 where that is
// not known.
func (a *Answer) shownTokens() int64 {
	if a.Usage.OutputTokens == nil {
		return 0
	}
	n := *a.Usage.OutputTokens
	if !a.thinksUnshown() {
		return n
	}
	thought := countOf(objectOf(objectOf(a.Usage.Raw).Get("output_tokens_details")).Get("thinking_tokens"))
	if thought == nil {
		return 0
	}
	return n - *thought
}

// thinksUnshown reports whether the answer was thought about, and nothing of
// that is in it.
func (a *Answer) thinksUnshown() bool {
	thinks := slices.ContainsFunc(a.Content, func(b Block) bool { return b.Type == "thinking" || b.Type == "redacted_thinking" })
	return thinks && !slices.ContainsFunc(a.Content, func(b Block) bool { return b.Thinking != "" })
}
