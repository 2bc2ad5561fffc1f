package runreport

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/csvrow"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// csvColumns are the columns of the CSV report, one row a sample. Text may
// be in any of them but the numbers.
var csvColumns = []string{
	"suite", "file", "line", "case", "variant", "tags", "case_outcome", "sample", "outcome", "score",
	"model", "stop_reason", "latency_ms", "ttft_ms", "tokens_per_second", "input_tokens", "output_tokens", "cost_usd",
	"failed", "error", "answer",
}

// CSV writes a row for each sample, after a row of column names, as RFC 4180
// has it: lines end with CR LF, a cell with a comma, a quote or a line feed
// is in quotes. A case without samples has one row, its sample empty. Each
// variable has a column, vars.NAME, and each classification two, expected.NAME
// and class.NAME, as far as there are no more than 100 of either.
//
// Text is made safe, and text that a spreadsheet would compute gets an
// apostrophe in front, as safetext.Cell says. A longer answer is cut in the
// middle. What several turns used is summed; how a stream came is the last
// one's.
func CSV(w io.Writer, src Source) error {
	names, err := readCSVNames(src)
	if err != nil {
		return err
	}
	if err := csvrow.Write(w, slices.Concat(csvColumns, names.columns())); err != nil {
		return err
	}
	for i := range src.Run.Suites {
		for c, err := range src.cases(&src.Run.Suites[i], nil) {
			if err != nil {
				return err
			}
			if err := writeCSVCase(w, src, c, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxCSVNames is how many variables, and how many classifications, have columns.
const maxCSVNames = 100

// csvNames are the names of the variables and classifications of all cases that
// have columns, in the order in which they occur.
type csvNames struct{ vars, classes []string }

func readCSVNames(src Source) (csvNames, error) {
	var names csvNames
	seen := map[string]bool{}
	add := func(to *[]string, prefix, name string) {
		if !seen[prefix+name] && len(*to) < maxCSVNames {
			seen[prefix+name] = true
			*to = append(*to, name)
		}
	}
	for i := range src.Run.Suites {
		for c, err := range src.cases(&src.Run.Suites[i], nil) {
			if err != nil {
				return names, err
			}
			for _, v := range recordtext.Vars(c.Vars) {
				add(&names.vars, "vars.", v.Name)
			}
			for _, name := range recordtext.Classifications(&c.Case) {
				add(&names.classes, "class.", name)
			}
		}
	}
	return names, nil
}

// columns are the names of the columns.
func (n csvNames) columns() []string {
	var out []string
	for _, name := range n.vars {
		out = append(out, "vars."+name)
	}
	for _, name := range n.classes {
		out = append(out, "expected."+name, "class."+name)
	}
	return csvrow.Text(out...)
}

// cells are what a case has in the columns, empty where it lacks one; sample is
// nil where there is none.
func (n csvNames) cells(c *summary.Case, sample *record.Sample) []string {
	values := map[string]string{}
	for _, v := range recordtext.Vars(c.Vars) {
		values[v.Name] = v.Value
	}
	var cells []string
	for _, name := range n.vars {
		cells = append(cells, values[name])
	}
	for _, name := range n.classes {
		class := ""
		if sample != nil {
			class = sample.Classes[name]
		}
		cells = append(cells, c.Metrics[name].Expected, class)
	}
	return csvrow.Text(cells...)
}

func writeCSVCase(w io.Writer, src Source, c *summary.Case, names csvNames) error {
	answers := map[int]*sampleAnswer{}
	for e, err := range src.exchanges(c) {
		if err != nil {
			return err
		}
		if e.IsAnswer() {
			if answers[e.Sample] == nil {
				answers[e.Sample] = &sampleAnswer{}
			}
			answers[e.Sample].add(e)
		}
	}
	head := csvrow.Text(c.Suite, c.Path, "", c.Case.Case, c.Variant, strings.Join(c.Tags, " "), c.Outcome)
	if c.Line > 0 {
		head[2] = strconv.Itoa(c.Line)
	}
	if len(c.Samples) == 0 {
		return csvrow.Write(w, slices.Concat(head, make([]string, len(csvColumns)-len(head)), names.cells(c, nil)))
	}
	for i := range c.Samples {
		s := &c.Samples[i]
		row := append(head[:len(head):len(head)], strconv.Itoa(s.Sample), safetext.Cell(s.Outcome), csvFloat(s.Score))
		row = slices.Concat(row, answers[s.Sample].cells(c, s), names.cells(c, s))
		if err := csvrow.Write(w, row); err != nil {
			return err
		}
	}
	return nil
}

// sampleAnswer is what a sample's turns answered: the last one's text, and
// what all of them took.
type sampleAnswer struct {
	recordtext.Answer
	latency     float64
	ttft, speed *float64 // of the last answer
	used        summary.Totals
}

func (a *sampleAnswer) add(e *record.Exchange) {
	a.latency += e.LatencyMS
	if e.Error == nil {
		a.used.AddAnswer(e)
		a.Answer = recordtext.ReadAnswer(e)
		a.ttft, a.speed = e.TTFTMS, e.TokensPerSecond
	}
}

// cells are the columns from model on. A nil answer is none.
func (a *sampleAnswer) cells(c *summary.Case, s *record.Sample) []string {
	var failed []string
	for _, check := range s.Assertions {
		if check.Outcome == record.Fail || check.Outcome == record.Errored {
			failed = append(failed, strings.TrimSuffix(fmt.Sprintf("%d%s: %s", check.I+1, atTurn(check.Turn), recordtext.CheckWhy(c.Assertions, check)), ": "))
		}
	}
	failed = append(failed, layout.NonEmpty(s.Ended)...)
	why := ""
	if s.Error != nil {
		why = recordtext.ErrorText(s.Error)
	}
	cells := []string{"", "", "", "", "", "", "", csvFloat(s.CostUSD)}
	text := ""
	if a != nil {
		text = a.Whole()
		cells = append(csvrow.Text(a.Model, a.StopReason), strconv.FormatFloat(math.Round(a.latency*1000)/1000, 'f', -1, 64),
			csvFloat(a.ttft), csvFloat(a.speed), csvTokens(a.used.Input), csvTokens(a.used.Output), csvFloat(s.CostUSD))
	}
	return append(cells, csvrow.Text(strings.Join(failed, "\n"), why, text)...)
}

func csvFloat(f *float64) string {
	if f == nil {
		return ""
	}
	return exact(*f)
}

// csvTokens is empty where an answer does not say its part, and where there is
// no answer.
func csvTokens(t summary.Tokens) string {
	if n := tokens(t).amount(); n != nil && t.Known > 0 {
		return strconv.FormatInt(*n, 10)
	}
	return ""
}

// exact writes a number for programs, to a billionth: the last bits of a sum
// say nothing.
func exact(x float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 9, 64), "0"), ".")
}
