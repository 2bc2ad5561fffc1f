package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// newCompare is `evalrun compare`: what changed between two runs, or between
// the variants of one.
func newCompare(s streams) *cobra.Command {
	flags, fails := &compareFlags{}, &verdictFlags{}
	var named comparedNames
	var outputs []string
	var wide bool
	var confirm int
	cmd := &cobra.Command{
		Use:   "compare [BASE NEW…]",
		Short: "Compare two runs, or the variants of one, and say what the evidence shows",
		Long: `compare pairs the cases of two runs and says REGRESSED, IMPROVED, NOT WORSE,
INCONCLUSIVE or NOT COMPARABLE by a test over the pairs. BASE and NEW are records or baselines;
without them the previous run and the last one are compared. Of several NEW, the
settings of a newer model, the cheapest that is not worse is recommended. With --by the
variants of one record are compared along an axis of its matrix; of two records
--by adds the differences for each value of an expression, such as vars.lang,
which change nothing of the verdict.

Exit codes: 0 no regression, 1 regressed (or what --fail-on, --max-newly-failing
and --require name), 2 a file or a flag is wrong, 3 there is nothing to compare,
4 inconclusive, with --fail-on inconclusive.`,
		Example: `  evalrun compare
  evalrun compare baseline.json .evalrun/last.jsonl -o markdown=comment.md
  evalrun compare --by model run.jsonl --base model-a
  evalrun compare --by vars.lang base.jsonl new.jsonl
  evalrun compare old.jsonl low.jsonl medium.jsonl high.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("confirm") {
				return confirmedByRun(args, confirm)
			}
			to, outErr := parseOutputsOf(outputs, slices.Sorted(maps.Keys(comparisonFormats)), "table")
			if err := diagnostic.Join(flags.check(), fails.checkCompared(flags), outErr); err != nil {
				return err
			}
			if len(args) > 2 {
				return compareSettings(s, args, &named, flags, fails, cmd.Flags(), to, wide)
			}
			named.byGiven = cmd.Flags().Changed("by")
			found, err := named.compare(s, args, flags.options())
			if err != nil {
				return err
			}
			defer found.close()
			s.wide = wide
			v := verdict.OfComparisons(found.all, flags.verdictOptions(fails.options()))
			v.Filter = named.where.source
			return reportComparison(s, found, v, to)
		},
	}
	flags.bind(cmd.Flags())
	fails.bindCompared(cmd.Flags())
	cmd.Flags().StringVar(&named.by, "by", "", "compare the variants of one record along the axis `WHAT`; of two records, give the differences for each value of it too, such as vars.lang or tags")
	cmd.Flags().StringVar(&named.base, "base", "", "with --by and one record: the `LABEL` that all others are compared with (default: every two)")
	cmd.Flags().StringVar(&named.where.source, "where", "", whereFlag)
	cmd.Flags().IntVar(&confirm, "confirm", 0, "")
	_ = cmd.Flags().MarkHidden("confirm") // which a run has
	cmd.Flags().BoolVar(&wide, "wide", false, wideFlag)
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, outputFlag+diagnostic.Or(slices.Sorted(maps.Keys(comparisonFormats))))
	s.completeOutputs(cmd, slices.Sorted(maps.Keys(comparisonFormats)))
	s.complete(cmd, "fail-on", comparedFailOn)
	s.complete(cmd, "allow", comparedAllow)
	return cmd
}

// confirmedByRun refuses --confirm, which takes suites and their requests, and names
// the run that confirms what two records show.
func confirmedByRun(args []string, times int) error {
	if len(args) == 0 {
		args = []string{filepath.Join(defaultDir, previousRecord), filepath.Join(defaultDir, lastRecord)}
	}
	base, new := args[0], args[len(args)-1]
	return usage("compare asks nothing, and --confirm asks dropped cases anew on both sides", fmt.Sprintf(
		"`evalrun %s --reuse %s --baseline %s --confirm %d` compares them and does; what failed in %[2]s fails it too without `--allow failures`",
		suitesOf(new), safetext.Line(new), safetext.Line(base), times))
}

// suitesOf names the suites of a record for a command line.
func suitesOf(path string) string {
	const most = 3
	side, err := openSide("", path)
	if err != nil {
		return "SUITES"
	}
	defer side.Close()
	file := side.Record()
	if file == nil || len(file.Run.Suites) == 0 || len(file.Run.Suites) > most {
		return "SUITES"
	}
	var names []string
	for _, s := range file.Run.Suites {
		names = append(names, safetext.Line(s.Path))
	}
	return strings.Join(names, " ")
}

// comparison is what a comparison found: all of it, and as JSON shows it. Its
// sides stay open for the reports that show answers.
type comparison struct {
	all   []*compare.Comparison
	json  any
	sides []*compare.Side
}

func (c *comparison) close() {
	closeSides(c.sides)
}

// comparedNames are the flags that choose what is compared.
type comparedNames struct {
	by, base string
	byGiven  bool
	where    filter
}

// compare compares what the arguments name.
func (n *comparedNames) compare(s streams, args []string, opts compare.Options) (*comparison, error) {
	switch {
	case n.base != "" && (!n.byGiven || len(args) > 1):
		return nil, usage("--base is of the variants of one record, with --by", "`evalrun compare BASE NEW` compares two records")
	case n.byGiven && len(args) < 2:
		return n.variants(s, append(args, filepath.Join(defaultDir, lastRecord))[0], opts)
	case len(args) == 0:
		args = []string{filepath.Join(defaultDir, previousRecord), filepath.Join(defaultDir, lastRecord)}
	case len(args) != 2:
		return nil, usage(fmt.Sprintf("compare takes two records, found %d", len(args)), "`evalrun compare BASE NEW`, or none for the previous and the last run")
	}
	return n.files(s, args[0], args[1], opts)
}

// files compares two records or baselines.
func (n *comparedNames) files(s streams, base, new string, opts compare.Options) (*comparison, error) {
	collectBeforeComparing(base, new)
	as := compare.Reading{Only: n.where.only(s.err)}
	by := newCaseExpr("--by", n.by)
	cases := 0
	if n.byGiven {
		as.Categories = func(c *record.Case) []string { cases++; return by.categories(c) }
	}
	old, now, err := compare.OpenBoth(base, new, as)
	if err != nil {
		return nil, recordError("", err)
	}
	found := &comparison{sides: []*compare.Side{old, now}}
	if err := by.missing(s.err, cases); err != nil {
		found.close()
		return nil, err
	}
	if file := old.Record(); file == nil || file.Run.Side == nil || file.Run.Side.Of != record.SideBase { // else it is the other side of the same run
		if err := refuseUndecided("compare", old); err != nil {
			found.close()
			return nil, err
		}
	}
	c, err := compare.Compare(old, now, opts)
	if err != nil {
		found.close()
		return nil, usage(err.Error(), "")
	}
	if n.byGiven && c.Sequential != nil {
		found.close()
		return nil, usage("compare: --by breaks a comparison down, and "+c.New+" is of a run with --until-decided, of which all cases together are compared", "leave --by out")
	}
	if n.byGiven {
		c.BreakDown(n.by, opts)
	}
	found.all, found.json = []*compare.Comparison{c}, c
	return found, nil
}

// variants compares the variants of a record.
func (n *comparedNames) variants(s streams, path string, opts compare.Options) (*comparison, error) {
	side, err := compare.OpenAs(path, compare.Reading{Only: n.where.only(s.err)})
	if err != nil {
		return nil, recordError("", err)
	}
	set, err := compare.By(side, n.by, n.base, opts)
	if err != nil {
		side.Close()
		hint := ""
		if n.by == "tags" || strings.HasPrefix(n.by, "vars.") {
			hint = fmt.Sprintf("`evalrun report --by %[1]s` gives the rates for each value, and `evalrun compare --by %[1]s BASE NEW` the differences of two runs", n.by)
		}
		return nil, usage(err.Error(), hint)
	}
	return &comparison{set.Comparisons, set, []*compare.Side{side}}, nil
}

// openSide opens a record or a baseline, which the flag names; "" for an
// argument.
func openSide(flag, path string) (*compare.Side, error) {
	collectBeforeComparing(path)
	side, err := compare.Open(path)
	if err != nil {
		return nil, recordError(flag, err)
	}
	return side, nil
}

func closeSides(sides []*compare.Side) {
	for _, side := range sides {
		side.Close()
	}
}

// comparisonFormats are the reports of a comparison by name.
var comparisonFormats = map[string]func(w io.Writer, s streams, found *comparison, of comparereport.Comparisons) error{
	"github": func(w io.Writer, s streams, _ *comparison, of comparereport.Comparisons) error {
		return s.writeComparison(w, of, of.Verdict)
	},
	"html": func(w io.Writer, _ streams, _ *comparison, of comparereport.Comparisons) error {
		return comparereport.HTML(w, of)
	},
	"json": func(w io.Writer, _ streams, found *comparison, of comparereport.Comparisons) error {
		return comparereport.JSON(w, found.json, of.Verdict)
	},
	"markdown": func(w io.Writer, _ streams, _ *comparison, of comparereport.Comparisons) error {
		return comparereport.Markdown(w, of)
	},
	"table": func(w io.Writer, s streams, _ *comparison, of comparereport.Comparisons) error {
		return comparereport.Table(w, of, s.table(w))
	},
}

// writeComparison writes the log of a step, which ends with a verdict,
// and the Markdown report as its summary.
func (s streams) writeComparison(w io.Writer, of comparereport.Comparisons, last verdict.Verdict) error {
	return s.writeWorkflow(w,
		func(w io.Writer) error {
			return comparereport.GitHub(w, comparereport.Comparisons{All: of.All, Verdict: last})
		},
		func(w io.Writer) error { return comparereport.Markdown(w, of) })
}

// reportComparison writes the reports and gives the exit code.
func reportComparison(s streams, found *comparison, v verdict.Verdict, outputs []output) error {
	of := comparereport.Comparisons{All: found.all, Verdict: v}
	err := deliverAll(s, outputs, func(o output, w io.Writer) error {
		return comparisonFormats[o.format](w, s, found, of)
	})
	return worst(decided(v, outputs), err)
}
