package runreport

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// htmlClasses is a classification: its matrix, with the rates of each class.
type htmlClasses struct {
	Title   string
	Rates   string
	Outside string // "" where all answers are of a class
	Columns []string
	Rows    []htmlClass
	More    string // which classes are left out, "" where none is
}

type htmlClass struct {
	Name                           string
	Counts                         []htmlCount
	Precision, Recall, F1, Answers string
}

// htmlCount is a field of a matrix.
type htmlCount struct {
	Column, Text string
	// Class colours it: right or wrong, with how much of the row it is, from 1 to
	// 4; "" for none.
	Class string
}

const (
	// maxHTMLClasses is how many classes a page shows of a classification, and
	// maxHTMLClassifications how many classifications.
	maxHTMLClasses         = 40
	maxHTMLClassifications = 50
)

// newHTMLClasses are the classifications of all suites.
func newHTMLClasses(run *summary.Run) (out []htmlClasses) {
	for i := range run.Suites {
		for _, c := range classesOf(&run.Suites[i]) {
			if len(out) == maxHTMLClassifications {
				return out
			}
			title := titleIn(c.metric.Name, c.variant)
			if len(run.Suites) > 1 {
				title += " · " + run.Suites[i].Name
			}
			out = append(out, newHTMLClassification(&c, safetext.Cut(title, layout.MaxLine)))
		}
	}
	return out
}

func newHTMLClassification(c *classes, title string) htmlClasses {
	out := htmlClasses{Title: title, Rates: c.rates(), Outside: safetext.Cut(c.outside(), layout.MaxLine)}
	shown := min(len(c.Classes), maxHTMLClasses)
	if more := len(c.Classes) - shown; more > 0 {
		out.More = fmt.Sprintf("… and %s more, which the JSON report has", countedClasses(more))
	}
	columns := c.columns()
	of := func(i int) bool { return i < shown || i >= len(c.Classes) } // a class that is shown, or no class
	for i, name := range columns {
		if of(i) {
			out.Columns = append(out.Columns, name)
		}
	}
	for i := range shown {
		class := &c.Classes[i]
		row := htmlClass{
			Name: safetext.Cut(class.Name, layout.MaxName), Answers: fmt.Sprint(class.Answered()),
			Precision: estimateText(class.Precision), Recall: estimateText(class.Recall), F1: estimateText(class.F1),
		}
		for j, n := range c.counts(class) {
			if of(j) {
				row.Counts = append(row.Counts, htmlCount{columns[j], countCell(n), heat(n, class.Answered()+class.Missing, i == j)})
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// heat is the class of a field's colour.
func heat(n, all int, right bool) string {
	if n == 0 || all == 0 {
		return ""
	}
	what := "wrong"
	if right {
		what = "right"
	}
	return strings.Join([]string{what, fmt.Sprintf("h%d", min(1+4*n/all, 4))}, " ")
}
