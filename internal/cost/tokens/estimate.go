package tokens

import "github.com/evalrun/evalrun/internal/messages/payload"

// Estimate is what a prompt is reckoned at, in tokens. Low and High are where
// the count should lie; nothing is promised of it.
type Estimate struct {
	Low, Likely, High float64
	// Unread counts the images and documents that are not in it, as nothing
	// tells their size.
	Unread int
}

// Plus is the estimate of both together.
func (e Estimate) Plus(o Estimate) Estimate {
	return Estimate{e.Low + o.Low, e.Likely + o.Likely, e.High + o.High, e.Unread + o.Unread}
}

// exactly is an estimate of what is known.
func exactly(n float64) Estimate { return Estimate{Low: n, Likely: n, High: n} }

// about is an estimate of what is known but for spread, a share of it.
func about(n, spread float64) Estimate {
	return Estimate{Low: n * (1 - spread), Likely: n, High: n * (1 + spread)}
}

// Request is what the body of a request tells of its cost.
type Request struct {
	Input Estimate
	// MaxTokens is what an answer has at most, 0 where the body says nothing.
	MaxTokens float64
	// Cached says that parts of the prompt are marked for the cache, and
	// CachedHour that some are for an hour and not for five minutes.
	Cached, CachedHour bool
	// Open says that more can be read or sampled than the body shows: by a
	// tool on the server, an MCP server, a fallback, edits of the context.
	Open bool
	// InferenceGeo and Speed are the body's, "" where it says nothing.
	InferenceGeo, Speed string
}

// Estimator reckons requests. It remembers what it has read of PDFs, which
// many requests can share. It is not safe for concurrent use.
type Estimator struct {
	pages pageCounts
}

// NewEstimator makes an Estimator.
func NewEstimator() *Estimator { return &Estimator{pages: newPageCounts()} }

// Request reckons the body of a request to a model. What is no JSON in it ends
// the reckoning; no body is an error.
func (e *Estimator) Request(model string, body payload.JSON) Request {
	w := newWalk(e, model, body)
	var out Request
	w.body(&out)
	out.Input = w.estimate().Plus(exactly(perRequest))
	return out
}

// Turns reckons turns that are added to a conversation with a model, each as a
// JSON object.
func (e *Estimator) Turns(model string, turns []payload.JSON) Estimate {
	var sum Estimate
	for _, turn := range turns {
		w := newWalk(e, model, turn)
		w.turn()
		sum = sum.Plus(w.estimate())
	}
	return sum
}
