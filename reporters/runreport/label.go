package runreport

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

func suiteTitle(s *summary.Suite) string {
	switch {
	case s.Path == "":
		return s.Name
	case recordtext.NamedByPath(s.Name, s.Path):
		return s.Path
	}
	return s.Name + " · " + s.Path
}

func caseTitle(c *summary.Case) string { return titleIn(c.Case.Case, c.Variant) }

// titleIn is a case in a variant, if any.
func titleIn(name, variant string) string {
	if variant == "" {
		return name
	}
	return name + " · " + variant
}

// shortOf gives the short names of all variants of a run, by their names.
func shortOf(run *summary.Run) map[string]string {
	var variants []summary.Variant
	short := map[string]string{}
	for _, s := range run.Suites {
		for _, v := range s.Variants {
			if _, seen := short[v.Name]; !seen {
				short[v.Name] = ""
				variants = append(variants, v)
			}
		}
	}
	for i, name := range shortNames(variants) {
		short[variants[i].Name] = name
	}
	return short
}

// shortNames are the variants' labels without their axes, where they say
// enough: each has a letter and no two variants are the same. Else they are
// the names as they are.
func shortNames(variants []summary.Variant) []string {
	full, short := make([]string, len(variants)), make([]string, len(variants))
	seen := map[string]bool{}
	enough := true
	for i, v := range variants {
		axes := slices.SortedFunc(maps.Keys(v.Axes), func(a, b string) int {
			return cmp.Or(cmp.Compare(strings.Index(v.Name, a+"="), strings.Index(v.Name, b+"=")), cmp.Compare(a, b))
		})
		var labels []string
		for _, axis := range axes {
			labels = append(labels, v.Axes[axis])
			enough = enough && strings.ContainsFunc(v.Axes[axis], unicode.IsLetter)
		}
		full[i], short[i] = v.Name, strings.Join(labels, " ")
		enough = enough && (short[i] != "" || v.Name == "") && !seen[short[i]]
		seen[short[i]] = true
	}
	if !enough {
		return full
	}
	return short
}

// caseLabel names a case in a run, behind its place: suite › case · variant,
// without the suite where the place says it.
func caseLabel(c *summary.Case) string {
	if c.Suite == "" || recordtext.NamedByPath(c.Suite, c.Path) {
		return caseTitle(c)
	}
	return c.Suite + " › " + caseTitle(c)
}

// casePlace is the position of the case in its file.
func casePlace(c *summary.Case) string {
	if c.Line == 0 {
		return c.Path
	}
	return c.Path + ":" + strconv.Itoa(c.Line)
}

// uncount takes one outcome from the counts; "" is none.
func uncount(o *summary.Outcomes, outcome string) {
	switch outcome {
	case record.Pass:
		o.Pass--
	case record.Fail:
		o.Fail--
	case record.Skip:
		o.Skip--
	case record.Errored:
		o.Error--
	}
}

// answerSources says who made the run's answers, safe to show; "" where that
// was the API alone.
func answerSources(run *summary.Run) string {
	counts := run.Sources
	if len(counts) == 0 && run.Header.Source != "" {
		counts = map[string]int{run.Header.Source: 0}
	}
	if _, ok := counts[record.SourceAPI]; ok && len(counts) == 1 {
		return ""
	}
	var parts []string
	for _, source := range slices.Sorted(maps.Keys(counts)) {
		part := safetext.Line(source)
		if n := counts[source]; n > 0 {
			part = numbers.Grouped(int64(n)) + " " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
