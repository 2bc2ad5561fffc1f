package runreport

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/chart"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// Breakdown is the numbers of a run's cases by category, and in each by
// variant. A case may be in several categories, as by tags.
type Breakdown struct {
	By     string // what the categories are of, as the user wrote it
	groups []category
}

type category struct {
	Name string
	group
	draws summary.Draws
}

// maxCategories is how many categories are kept apart; the cases of others are
// counted together.
const maxCategories = 200

// otherCategories is where the cases of categories beyond that are counted.
const otherCategories = "(others)"

// NewBreakdown breaks the numbers of a run down by the categories of each
// case: none leaves it out.
func NewBreakdown(src Source, by string, categories func(*record.Case) []string) (*Breakdown, error) {
	b := &Breakdown{By: by}
	index, names := map[[2]string]int{}, map[string]bool{}
	for i := range src.Run.Suites {
		for c, err := range src.cases(&src.Run.Suites[i], nil) {
			if err == nil {
				err = src.sumUp(c)
			}
			if err != nil {
				return nil, err
			}
			for _, name := range categories(&c.Case) {
				if !names[name] && len(names) >= maxCategories {
					name = otherCategories
				}
				names[name] = true
				key := [2]string{name, c.Variant}
				at, ok := index[key]
				if !ok {
					at = len(b.groups)
					index[key] = at
					b.groups = append(b.groups, category{Name: name, group: group{Name: c.Variant}})
				}
				b.groups[at].Totals.Add(c.Totals)
				b.groups[at].draws.Add(c)
			}
		}
	}
	for i := range b.groups {
		b.groups[i].Totals.SetDraws(&b.groups[i].draws)
	}
	b.sort(src.Run)
	return b, nil
}

// sort orders the categories by name, and the variants of each as the run has
// them.
func (b *Breakdown) sort(run *summary.Run) {
	order := map[string]int{}
	for i, v := range run.Variants {
		order[v.Name] = i
	}
	slices.SortStableFunc(b.groups, func(x, y category) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(order[x.group.Name], order[y.group.Name]))
	})
}

// cells are a category's row: its cases, rate and cost.
func (c category) cells() []string {
	cases := c.Totals.Cases
	return []string{fmt.Sprintf("%d/%d", cases.Pass, cases.Total()-cases.Skip), passRate(c.Totals), c.cost().String()}
}

// label names a category and its variant, if there are several.
func (c category) label(variant string) string {
	name := c.Name
	if name == "" {
		name = "(empty)"
	}
	return titleIn(name, variant)
}

// breakdownGrid is the breakdown as a table; it has no rows where there is none.
func breakdownGrid(src Source, opts rowOptions) layout.Grid {
	if src.By == nil {
		return layout.Grid{}
	}
	g := layout.Grid{Header: []string{"by " + src.By.By, "passed", "rate (95 %)", "cost"}, Align: tw.AlignRight, Wide: opts.wide}
	short := shortOf(src.Run)
	for _, c := range src.By.groups {
		name := short[c.group.Name]
		if opts.wide {
			name = c.group.Name
		}
		if name == "" && len(src.Run.Variants) > 1 {
			name = chart.GroupName("", layout.MaxLine)
		}
		g.Rows = append(g.Rows, layout.Row{Name: c.label(name), Cells: c.cells(), Outcomes: make([]string, 3)})
	}
	return g
}

// writeBreakdown writes the breakdown as Markdown.
func (m *markdown) writeBreakdown() {
	if m.src.By == nil {
		return
	}
	m.writeln(fmt.Sprintf("| By %s | Passed | Rate (95 %%) | Cost |", inline(m.src.By.By)), "|:--|--:|:--|--:|")
	for i, c := range m.src.By.groups {
		row := "| " + strings.Join(append(inlined(c.label(c.group.Name)), c.cells()...), " | ") + " |\n"
		row = strings.ReplaceAll(row, "(<", "(&lt;")
		if i == maxMarkdownRows || !m.writeUpTo(maxMarkdownTables, row) {
			m.writeln(fmt.Sprintf("| … and %d more | | | |", len(m.src.By.groups)-i))
			break
		}
	}
	m.writeln("")
}

// jsonCategory is a category of the JSON report.
type jsonCategory struct {
	Category string     `json:"category"`
	Variant  string     `json:"variant"`
	Totals   jsonTotals `json:"totals"`
}

// jsonBreakdown is the breakdown of the JSON report.
type jsonBreakdown struct {
	By         string         `json:"by"`
	Categories []jsonCategory `json:"categories"`
}

func newJSONBreakdown(b *Breakdown) *jsonBreakdown {
	if b == nil {
		return nil
	}
	out := &jsonBreakdown{By: b.By, Categories: []jsonCategory{}}
	for _, c := range b.groups {
		out.Categories = append(out.Categories, jsonCategory{c.Name, c.group.Name, newJSONTotals(c.Totals)})
	}
	return out
}
