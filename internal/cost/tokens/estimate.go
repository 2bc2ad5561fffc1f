package tokens

import (
	"slices"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Estimate is how many tokens a prompt is expected to have. Low and High are where
// the count should lie; nothing is promised of it.
type Estimate struct {
	Low, Likely, High float64
	// Unread counts the images and documents that are not in it, as nothing
	// says their size.
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

// Request is what the body of a request reports its cost.
type Request struct {
	Input Estimate
	// Most is how many tokens the prompt has at most, but for what Opens
	// names: parts that nothing bounds the cost of.
	Most  float64
	Opens []Open
	// Model is the body's. Broken says that the body is no JSON object, or
	// has a member twice.
	Model  string
	Broken bool
	// MaxTokens is what an answer has at most, where the body says so.
	MaxTokens    float64
	HasMaxTokens bool
	// Cached says that parts of the prompt are marked for the cache, and
	// CachedHour that some are for an hour and not for five minutes.
	Cached, CachedHour bool
	// InferenceGeo and Speed are the body's, "" where it says nothing.
	InferenceGeo, Speed string
	// Batch says that the request is part of a Message Batch.
	Batch bool
}

// Estimator estimates requests. It may be used by many goroutines at once.
type Estimator struct{ free []string }

// NewEstimator makes an Estimator that assumes parts to be free that nothing
// bounds the cost of, by their names as in Open.
func NewEstimator(free ...string) *Estimator {
	return &Estimator{free}
}

// assumes reports whether a part is assumed to be free.
func (e *Estimator) assumes(name string) bool { return slices.Contains(e.free, name) }

// Request estimates the tokens of the body of a request to a model. What is no JSON in it ends
// the estimate.
func (e *Estimator) Request(model string, body payload.JSON) Request {
	w := newWalk(e, model, body)
	out := Request{Model: model, Most: mostPerRequest}
	w.body(&out)
	out.Input = w.estimate().Plus(exactly(perRequest))
	out.Broken = out.Broken || w.failed || w.peek() != 0
	w.bound(&out)
	return out
}

// Turns estimates the tokens of turns that are added to a conversation with a model, each as a
// JSON object: what they add to its Input, Most and Opens.
func (e *Estimator) Turns(model string, turns []payload.JSON) Request {
	var sum Request
	for _, turn := range turns {
		w := newWalk(e, model, turn)
		w.turn()
		w.instruct()
		sum.Input = sum.Input.Plus(w.estimate())
		sum.Most += mostOf(turn.Text())
		sum.Broken = sum.Broken || w.failed
		w.bound(&sum)
	}
	return sum
}

// AtMost is how many tokens the request takes at most, in and out, but for what
// Opens names.
func (r *Request) AtMost() float64 { return r.Most + r.MaxTokens }

// More reports whether more can be read or sampled than Input has.
func (r *Request) More() bool { return len(r.Opens) > 0 }

// Add counts in what is added to the prompt.
func (r *Request) Add(o *Request) {
	r.Input = r.Input.Plus(o.Input)
	r.Most += o.Most
	r.Broken = r.Broken || o.Broken
	r.Opens = append(slices.Clip(r.Opens), o.Opens...)
}
