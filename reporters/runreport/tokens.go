package runreport

import (
	"fmt"
	"strconv"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// tokens are what answers took in or gave out.
type tokens summary.Tokens

// String writes the sum for a cell: 1,234, at least 1,234 where some answers
// do not say theirs, and - where none does.
func (t tokens) String() string {
	switch {
	case t.Known == 0:
		return "-"
	case t.Unknown > 0:
		return "at least " + numbers.Grouped(t.Sum)
	}
	return numbers.Grouped(t.Sum)
}

// amount is the sum, nil where an answer does not say its part.
func (t tokens) amount() *int64 {
	if t.Unknown > 0 {
		return nil
	}
	return &t.Sum
}

// allTokens are both of a group's, input and output.
func allTokens(t summary.Totals) tokens { return tokens(t.Input.Plus(t.Output)) }

// tokensText writes what answers used, "" where there is none: 12 input + 6
// output tokens, and what of it is not known, which is never written as 0.
func tokensText(t summary.Totals) string {
	unknown := max(t.Input.Unknown, t.Output.Unknown)
	switch {
	case t.Input.Known+t.Output.Known+unknown == 0:
		return ""
	case t.Input.Known+t.Output.Known == 0:
		return "tokens unknown"
	}
	sum := func(of tokens) string {
		if of.Known == 0 {
			return "unknown"
		}
		return of.String()
	}
	text := fmt.Sprintf("%s input + %s output tokens", sum(tokens(t.Input)), sum(tokens(t.Output)))
	if unknown > 0 {
		text += " (those of " + numbers.Counted(unknown, "answer") + " unknown)"
	}
	return text
}

// tokenProperties are the sums that are known.
func tokenProperties(t summary.Totals) []junitProperty {
	var properties []junitProperty
	if n := tokens(t.Input).amount(); n != nil {
		properties = append(properties, junitProperty{"input_tokens", strconv.FormatInt(*n, 10)})
	}
	if n := tokens(t.Output).amount(); n != nil {
		properties = append(properties, junitProperty{"output_tokens", strconv.FormatInt(*n, 10)})
	}
	return properties
}
