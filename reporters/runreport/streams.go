package runreport

import (
	"fmt"
	"math"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// streamed are the variants of a suite that have streamed answers.
func streamed(suite *summary.Suite) []summary.Variant {
	return variantsThat(suite, func(v *summary.Variant) bool { return v.TTFT.Answers > 0 })
}

// variantsThat are the variants of a suite of which has is so.
func variantsThat(suite *summary.Suite, has func(*summary.Variant) bool) []summary.Variant {
	var found []summary.Variant
	for i := range suite.Variants {
		if has(&suite.Variants[i]) {
			found = append(found, suite.Variants[i])
		}
	}
	return found
}

// streamNotes says how soon and how fast the streamed answers of a suite came,
// of each variant where there are several: streamed: ttft p50 420 ms, p95
// 610 ms; tokens/s p50 81.7, p5 62.
func streamNotes(suite *summary.Suite) []string {
	var notes []string
	for _, v := range streamed(suite) {
		text := "streamed"
		if len(suite.Variants) > 1 {
			text = safetext.Cut(v.Name, layout.MaxLine) + ": streamed"
		}
		if v.TTFT.Answers < v.Latency.Answers {
			text += fmt.Sprintf(" %d of %s", v.TTFT.Answers, numbers.Counted(v.Latency.Answers, "answer"))
		}
		text += fmt.Sprintf(": ttft p50 %s, p95 %s", numbers.Duration(v.TTFT.P50), numbers.Duration(v.TTFT.P95))
		if v.Speed.Answers > 0 {
			text += fmt.Sprintf("; tokens/s p50 %s, p5 %s", speed(v.Speed.P50), speed(v.Speed.P5))
		}
		notes = append(notes, text)
	}
	return notes
}

// speed writes tokens a second to three digits or the whole number.
func speed(perSecond float64) string {
	if perSecond < 999.5 {
		return fmt.Sprintf("%.3g", perSecond)
	}
	return numbers.Number(perSecond)
}

// The streamed answers of a suite in the JSON report.
type (
	jsonStreams struct {
		Variant string      `json:"variant"`
		Answers int         `json:"answers"`
		TTFTMS  jsonLatency `json:"ttft_ms"`
		// TokensPerSecond is nil where no answer has two tokens.
		TokensPerSecond *jsonSpeed `json:"tokens_per_second"`
	}
	jsonLatency struct {
		Mean float64 `json:"mean"`
		P50  float64 `json:"p50"`
		P95  float64 `json:"p95"`
		Max  float64 `json:"max"`
	}
	jsonSpeed struct {
		Mean float64 `json:"mean"`
		P50  float64 `json:"p50"`
		P5   float64 `json:"p5"`
		Min  float64 `json:"min"`
	}
)

func newJSONStreams(suite *summary.Suite) []jsonStreams {
	out := []jsonStreams{}
	for _, v := range streamed(suite) {
		of := jsonStreams{Variant: v.Name, Answers: v.TTFT.Answers, TTFTMS: jsonLatency{
			Mean: shortMS(v.TTFT.Mean), P50: shortMS(v.TTFT.P50), P95: shortMS(v.TTFT.P95), Max: shortMS(v.TTFT.Max),
		}}
		if s := v.Speed; s.Answers > 0 {
			of.TokensPerSecond = &jsonSpeed{hundredths(s.Mean), hundredths(s.P50), hundredths(s.P5), hundredths(s.Min)}
		}
		out = append(out, of)
	}
	return out
}

// shortMS is a duration in milliseconds, to the microsecond that a record
// keeps.
func shortMS(d time.Duration) float64 { return milliseconds(d.Round(time.Microsecond)) }

// hundredths rounds to the two decimals that a record keeps.
func hundredths(x float64) float64 { return math.Round(x*100) / 100 }
