package checkreport

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// Estimated is what requests may cost, and what the numbers are based on.
type Estimated struct {
	Models []prices.Estimate
	// Prompts is how many prompts there are, and Counted how many of them the
	// API has counted.
	Prompts, Counted int
}

// EstimateTable writes what requests may cost before they are sent, a line a
// model, and what the numbers are based on.
func EstimateTable(w io.Writer, e Estimated, opts reporters.TableOptions) error {
	models := e.Models
	if len(models) == 0 {
		return nil
	}
	sentenceWidth := opts.SentenceWidth()
	if opts.Width <= 0 {
		opts.Width = layout.DefaultWidth
	}
	total := prices.Total(models)
	width := utf8.RuneCountInString(requestsCell(&total))
	g := layout.Grid{Header: []string{"model", requestsHeader, "tokens in", "tokens out", "cost", "at most"}, Align: tw.AlignRight}
	for i := range models {
		g.Rows = append(g.Rows, layout.Row{Name: askedText(models[i].Asked), Cells: estimateCells(&models[i], width), Outcomes: make([]string, 5)})
	}
	if len(models) > 1 {
		g.Footer = append([]string{"together"}, estimateCells(&total, width)...)
		g.Footer[4] = EstimateCost(models)
	}
	g.Notes = estimateNotes(e, &total)
	out := bufio.NewWriter(w)
	grids := []layout.Grid{g}
	layout.LayOut(grids, opts.Width)
	if err := grids[0].Write(out, layout.Style(opts.Colour), sentenceWidth); err != nil {
		return err
	}
	return out.Flush()
}

const requestsHeader = "requests"

// estimateCells are the cells behind the model's name. The first of them is
// filled up to width and the header's, as a grid sets that column to the left.
func estimateCells(e *prices.Estimate, width int) []string {
	requests := fmt.Sprintf("%*s", max(width, len(requestsHeader)), requestsCell(e))
	text := "~" + roughly(e.Input.Likely)
	if in := e.Input; in.Low == in.Likely && in.Likely == in.High && in.Unread == 0 {
		text = numbers.Grouped(int64(in.Likely))
	}
	return []string{requests, text, "≤ " + numbers.Grouped(int64(e.Output)), estimateCost(e), worstCost(e)}
}

// worstCost writes the most that one model's requests cost, rounded up so that
// it can be given to --max-cost.
func worstCost(e *prices.Estimate) string {
	switch {
	case e.Unknown != "":
		return "unknown"
	case e.Unbounded != nil:
		return "no bound"
	case e.MoreRequests:
		return "≥ " + dollarsUp(e.Worst)
	}
	return dollarsUp(e.Worst)
}

// dollarsUp writes an amount, rounded up to dollars, cents or, below ten of
// these, to two digits: $1,235, $12.35, $0.012, $0.00056.
func dollarsUp(usd float64) string {
	switch {
	case usd == 0:
		return "$0"
	case usd >= 100:
		return "$" + numbers.Grouped(int64(math.Ceil(usd)))
	}
	digits := 2
	for scaled := usd; scaled < 0.1 && digits < 12; scaled *= 10 {
		digits++
	}
	unit := math.Pow(10, float64(digits))
	return fmt.Sprintf("$%.*f", digits, math.Ceil(usd*unit*(1-1e-12))/unit)
}

// requestsCell is how many requests are sent. Those that may be fewer and may
// be more are as many as they are.
func requestsCell(e *prices.Estimate) string {
	switch requests := numbers.Grouped(int64(e.Requests)); {
	case e.MoreRequests && !e.Fewer:
		return "≥ " + requests
	case e.Fewer && !e.MoreRequests:
		return "≤ " + requests
	case e.Fewer:
		return "~" + requests
	default:
		return requests
	}
}

// askedText names who is asked.
func askedText(a prices.Asked) string {
	if a.Judge {
		return "judge " + a.Model
	}
	return a.Model
}

// roughly writes a number to two digits: 12, 450, 1,200.
func roughly(n float64) string {
	if n < 100 {
		return numbers.Grouped(int64(math.Round(n)))
	}
	unit := math.Pow(10, math.Floor(math.Log10(n))-1)
	return numbers.Grouped(int64(math.Round(n/unit) * unit))
}

// estimateCost writes what one model's requests may cost: $0.23–$3.30.
func estimateCost(e *prices.Estimate) string {
	if e.Unknown != "" {
		return "unknown"
	}
	text := costBetween(e)
	if e.Open || e.MoreRequests {
		text += " or more"
	}
	return text
}

func costBetween(e *prices.Estimate) string {
	low, high := cents(e.Cost.Low), cents(e.Cost.High)
	if low == high {
		return low
	}
	return low + "–" + high
}

// cents writes an amount that is an estimate: $1,200, $0.23, <$0.01.
func cents(usd float64) string {
	switch {
	case usd == 0:
		return "$0"
	case usd < 0.01:
		return "<$0.01"
	case usd < 100:
		return fmt.Sprintf("$%.2f", usd)
	}
	return "$" + roughly(usd)
}

// EstimateCost writes in a few words what requests may cost together:
// $0.23–$3.30, unknown, or that of the models whose prices are known and the
// rest.
func EstimateCost(models []prices.Estimate) string {
	var known []prices.Estimate
	for _, e := range models {
		if e.Unknown == "" {
			known = append(known, e)
		}
	}
	if len(known) == 0 {
		return "unknown"
	}
	sum := prices.Total(known)
	if len(known) < len(models) {
		return costBetween(&sum) + " and unknown"
	}
	return estimateCost(&sum)
}

// EstimateWorst writes the most that requests may cost together, as --max-cost
// takes it: $3.42, unknown, or no bound.
func EstimateWorst(models []prices.Estimate) string {
	sum := prices.Total(models)
	return worstCost(&sum)
}

// estimateNotes say what the numbers are based on, and what is not in them.
func estimateNotes(e Estimated, total *prices.Estimate) []string {
	basis := "prompts by their length, roughly"
	switch {
	case e.Counted > 0 && e.Counted == e.Prompts:
		basis = "prompts counted by the API"
	case e.Counted > 0:
		basis = fmt.Sprintf("%s of %s counted by the API", numbers.Grouped(int64(e.Counted)), numbers.Counted(e.Prompts, "prompt"))
	}
	notes := []string{"estimate: " + basis + "; cost from no output to every max_tokens; at most: what --max-cost reserves (docs/check.md)"}
	if total.Cached {
		notes = append(notes, "cost with cache_control: from all of a prompt read from the cache to all of it written")
	}
	if total.MoreRequests {
		notes = append(notes, "or more: a tool is used as often as the model likes, and its results are read")
	}
	if n := total.Input.Unread; n > 0 {
		is := "is"
		if n > 1 {
			is = "are"
		}
		notes = append(notes, fmt.Sprintf("or more: %s %s not counted, behind a URL, a file id or a form that hides the size", numbers.Counted(n, "file"), is))
	}
	if open := total.Unbounded; open != nil {
		notes = append(notes, fmt.Sprintf("no bound: %s: %s", open.Name, open.Why))
	}
	for _, e := range e.Models {
		if why := e.Unknown + " (--prices FILE gives it)"; e.Unknown != "" && !slices.Contains(notes, why) {
			notes = append(notes, why)
		}
	}
	for i := range notes {
		notes[i] = safetext.Line(notes[i])
	}
	return notes
}
