package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/pace"
)

// paceFlags say how fast requests are sent, and for how much money.
type paceFlags struct {
	concurrency    string
	maxConcurrency int
	rpm, tpm       int
	retryFor       time.Duration
	maxCost        float64 // US dollars; +Inf is no bound
}

// autoConcurrency has the number of requests under way adapted.
const autoConcurrency = "auto"

func (f *paceFlags) bind(flags *pflag.FlagSet) {
	flags.StringVarP(&f.concurrency, "concurrency", "j", autoConcurrency, "have `N` requests under way at once; auto finds out what each model takes")
	flags.IntVar(&f.maxConcurrency, "max-concurrency", pace.DefaultMaxConcurrency, "auto goes up to `N` at most")
	flags.IntVar(&f.rpm, "rpm", 0, "send each model `N` requests a minute at most")
	flags.IntVar(&f.tpm, "tpm", 0, "ask each model for `N` tokens a minute at most, in and out")
	flags.Float64Var(&f.maxCost, "max-cost", math.Inf(1), "the run may cost so many `DOLLARS`, with what it cost before --resume: no request is sent that could pass them")
	flags.Lookup("max-cost").DefValue = "0" // so that help shows none
	flags.DurationVar(&f.retryFor, "retry-for", 10*time.Minute, "try a request that failed again for a `DURATION`")
}

// check reports values that the flags cannot have.
func (f *paceFlags) check() error {
	var all diagnostic.List
	if f.concurrency != autoConcurrency && f.fixed() < 1 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--concurrency is %s, expected auto or a whole number from 1", f.concurrency)})
	}
	if f.maxConcurrency < 1 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--max-concurrency is %d, expected at least 1", f.maxConcurrency)})
	}
	if f.rpm < 0 || f.tpm < 0 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--rpm is %d and --tpm %d, expected at least 1, or 0 for no limit", f.rpm, f.tpm)})
	}
	if f.maxCost <= 0 || math.IsNaN(f.maxCost) {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--max-cost is %g, expected US dollars above 0", f.maxCost)})
	}
	if f.retryFor <= 0 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--retry-for is %s, expected a positive duration", f.retryFor)})
	}
	return all.Err()
}

// bounds reports whether there is a bound of money.
func (f *paceFlags) bounds() bool { return !math.IsInf(f.maxCost, 1) }

// fixed is the concurrency that was given as a number, 0 if none was.
func (f *paceFlags) fixed() int {
	n, err := strconv.Atoi(f.concurrency)
	if err != nil {
		return 0
	}
	return n
}

// pool paces as the flags say.
func (f *paceFlags) pool() *pace.Pool {
	return pace.New(pace.Options{
		Concurrency:       f.fixed(),
		MaxConcurrency:    f.maxConcurrency,
		RequestsPerMinute: f.rpm,
		TokensPerMinute:   f.tpm,
		MostTokens:        mostTokens,
	})
}

// mostTokens is how many tokens a request can take.
func mostTokens(req *messages.Request) (n float64, certain bool) {
	r := tokens.NewEstimator().Request(req.Model, req.Body)
	return r.AtMost(), r.HasMaxTokens && !r.Broken && !r.More()
}

// fewAtOnce is how many requests --tpm lets be under way at once for which it is
// said at the start that there are no more.
const fewAtOnce = 10

// tightTokens names the models of which --tpm lets few requests be under way at once,
// as what they can take is kept for each.
func (f *paceFlags) tightTokens(models []prices.Estimate) (lines []string) {
	for _, m := range models {
		n := math.Floor(float64(f.tpm) / m.Largest)
		if f.tpm == 0 || m.Requests < 2 || n >= fewAtOnce || f.fixed() > 0 && n >= float64(f.fixed()) {
			continue
		}
		few := fmt.Sprintf("no more than %.0f are under way at once", n)
		if n < 1 {
			few = "only one a minute is sent"
		}
		lines = append(lines, fmt.Sprintf("--tpm %d: a request to %s can take %.0f tokens, max_tokens included: %s; lower max_tokens or raise --tpm",
			f.tpm, m.Model, m.Largest, few))
	}
	return lines
}

// samples is how many samples of a plan are in hand at once. Where several
// models are asked, or auto looks for what they take, it is more than may be
// under way, so that a model whose limit is reached does not hold up another
// one. -j 1 asks one sample after the other.
func (f *paceFlags) samples(planned, models int) int {
	inHand := f.fixed()
	if inHand == 0 || inHand > 1 && models > 1 {
		inHand = 2 * max(inHand, f.maxConcurrency)
	}
	return max(1, min(planned, inHand))
}
