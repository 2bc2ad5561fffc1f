package reporters_test

import (
	"bytes"
	"errors"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/evalrun/evalrun/reporters/comparereport"
	"github.com/evalrun/evalrun/reporters/judgereport"
)

// comparisonFormats are the reports of a comparison.
var comparisonFormats = map[string]func(io.Writer, comparereport.Comparisons) error{
	"table": func(w io.Writer, of comparereport.Comparisons) error {
		return comparereport.Table(w, of, reporters.TableOptions{Wide: true})
	},
	"narrow": func(w io.Writer, of comparereport.Comparisons) error {
		return comparereport.Table(w, of, reporters.TableOptions{Width: 40})
	},
	"markdown": comparereport.Markdown,
	"github":   comparereport.GitHub,
	"html":     comparereport.HTML,
	"json": func(w io.Writer, of comparereport.Comparisons) error {
		return comparereport.JSON(w, of.All[0], of.Verdict)
	},
}

// TestEveryReportOfEveryComparison compares two kinds of records, and each
// record with its own kind and with its baseline.
func TestEveryReportOfEveryComparison(t *testing.T) {
	bases, news := map[string]*compare.Side{}, map[string]*compare.Side{}
	for _, k := range recordKinds {
		bases[k.name], news[k.name] = sidesOf(t, k.record(t, 0), k.record(t, 1))
	}
	for i, base := range recordKinds {
		t.Run(base.name, func(t *testing.T) {
			check := func(new string, old, now *compare.Side) {
				c, err := compare.Compare(old, now, compare.Options{})
				if err != nil {
					t.Fatal(err)
				}
				checkComparisonReports(t, old.Name+" with "+new, []*compare.Comparison{c})
			}
			for j, new := range recordKinds {
				if !slowtest.Full() && i != j && (i+j)%4 != 0 {
					continue
				}
				check(new.name, bases[base.name], news[new.name])
			}
			check(base.name, asBaseline(t, bases[base.name]), news[base.name])
		})
	}
}

// TestEveryReportOfVariants compares the variants of the kinds that have some.
func TestEveryReportOfVariants(t *testing.T) {
	for _, k := range recordKinds {
		for _, base := range k.labels {
			side, err := compare.Read("run.jsonl", k.record(t, 0).File)
			if err != nil {
				t.Fatal(err)
			}
			set, err := compare.By(side, "prompt", base, compare.Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkComparisonReports(t, k.name+" by prompt", set.Comparisons)
		}
	}
}

// asBaseline is the side as its baseline says it.
func asBaseline(t *testing.T, side *compare.Side) *compare.Side {
	t.Helper()
	path := filepath.Join(t.TempDir(), "baseline.json")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(side.WriteBaseline(file), file.Close()); err != nil {
		t.Fatal(err)
	}
	base, err := compare.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// checkComparisonReports writes every report of the comparisons and holds the
// amounts that each shows to the comparison's own.
func checkComparisonReports(t *testing.T, what string, all []*compare.Comparison) {
	t.Helper()
	for name, write := range comparisonFormats {
		var b bytes.Buffer
		if err := write(&b, compared(all...)); err != nil {
			t.Errorf("%s: %s: %v", what, name, err)
			continue
		}
		out := b.String()
		checkNumbers(t, what+": "+name, out)
		for i, c := range all {
			if !strings.Contains(out, string(c.Verdict)) && (name != "json" || i == 0) {
				t.Errorf("%s: %s lacks the verdict %s", what, name, c.Verdict)
			}
		}
		switch name {
		case "html":
			checkPictures(t, what, out, all)
		case "table", "markdown":
			checkAmounts(t, what+": "+name, out, all)
		}
	}
}

// amount is an amount of a comparison as reports name it.
type amount struct {
	name      string
	direction float64 // below 0 where there is less of it
	clear     bool    // the interval is on one side
	bad       bool    // the change is a regression
}

func amountsOf(c *compare.Comparison) []amount {
	var list []amount
	for _, of := range []struct {
		name  string
		ratio *compare.Ratio
	}{
		{"cost per sample", c.Cost}, {"cost of judges", c.JudgeCost}, {"latency", c.Latency}, {"input tokens", c.Tokens.Input}, {"output tokens", c.Tokens.Output},
	} {
		if r := of.ratio; r != nil {
			list = append(list, amount{of.name, r.Ratio - 1, r.Significant(), r.Significant() && r.Ratio > 1})
		}
	}
	for name, m := range c.Metrics {
		if m.Better != "" {
			name += " (" + m.Better + ")"
		}
		list = append(list, amount{name, m.Difference, m.Verdict == compare.Regressed || m.Verdict == compare.Improved, m.Verdict == compare.Regressed})
	}
	return list
}

func checkAmounts(t *testing.T, what, out string, all []*compare.Comparison) {
	t.Helper()
	for _, c := range all {
		for _, a := range amountsOf(c) {
			if !strings.Contains(strings.NewReplacer("<code>", "", "</code>", "").Replace(shownMarkdown(out)), a.name) {
				t.Errorf("%s lacks %s", what, a.name)
			}
		}
	}
}

// pictureRow is a row of the page's table of amounts: its name, the class of
// its interval and where its value is drawn, of which 100 is no change.
var pictureRow = regexp.MustCompile(`<tr><th scope="row">([^<]*)</th><td class="n" data-label="Base">[^\n]*?<rect class="span ([a-z]*)"[^\n]*?<path class="value" d="M([\d.]+) 1V15"`)

// checkPictures holds the picture of each amount to its own change.
func checkPictures(t *testing.T, what, page string, all []*compare.Comparison) {
	t.Helper()
	var want []amount
	for _, c := range all {
		list := amountsOf(c)
		slices.SortStableFunc(list, func(a, b amount) int {
			rank := func(a amount) int {
				return slices.Index([]string{"cost per sample", "cost of judges", "latency", "input tokens", "output tokens"}, a.name)
			}
			if rank(a) >= 0 || rank(b) >= 0 {
				return 0
			}
			return strings.Compare(a.name, b.name)
		})
		want = append(want, list...)
	}
	rows := pictureRow.FindAllStringSubmatch(page, -1)
	if len(rows) != len(want) {
		t.Fatalf("%s: the page draws %d amounts, want %d", what, len(rows), len(want))
	}
	for i, a := range want {
		name, class := html.UnescapeString(rows[i][1]), rows[i][2]
		at, err := strconv.ParseFloat(rows[i][3], 64)
		if err != nil {
			t.Fatal(err)
		}
		if name != a.name || (at-100)*a.direction < 0 || a.direction != 0 && a.clear && at == 100 || (class == "bad") != a.bad || (class == "") == a.clear {
			t.Errorf("%s: the page draws %s, %q, at %g for %+v", what, name, class, at, a)
		}
	}
}

// TestEveryReportOfEveryCheck writes what checks find.
func TestEveryReportOfEveryCheck(t *testing.T) {
	at := diagnostic.Diagnostic{Position: diagnostic.Position{File: "a.yaml", Line: 3, Column: 5}, Width: 4, Message: "unknown key", Hint: "leave it out", Source: "    key: 1", Rule: "unused"}
	list := diagnostic.List{at, {Message: "no place"}, {Position: diagnostic.Position{File: "b.yaml"}, Message: "no line"}}
	warned := make([]checkreport.Warning, len(list))
	for i := range list {
		warned[i] = checkreport.Warning{Diagnostic: list[i], Cases: i, First: "one"}
	}
	for name, found := range map[string]checkreport.Result{
		"nothing": {}, "errors": {Errors: list}, "warnings": {Warnings: warned}, "both": {Errors: list, Warnings: warned, Plan: map[string]int{"cases": 1}},
	} {
		for format, write := range map[string]func(io.Writer, checkreport.Result) error{"json": checkreport.JSON, "github": checkreport.GitHub} {
			var b bytes.Buffer
			if err := write(&b, found); err != nil {
				t.Errorf("%s of %s: %v", format, name, err)
			}
			if strings.Contains(b.String(), "unknown key") != (name != "nothing") {
				t.Errorf("%s of %s: %s", format, name, b.String())
			}
			checkNumbers(t, format+" of "+name, b.String())
		}
	}
	for _, e := range []checkreport.Estimated{{}, {Models: []prices.Estimate{{}}}, {Models: []prices.Estimate{{}, {Requests: 3, Open: true}, {Requests: 3, Fewer: true}}, Prompts: 3, Counted: 1}} {
		for _, width := range []int{0, 1, 200} {
			var b bytes.Buffer
			if err := checkreport.EstimateTable(&b, e, reporters.TableOptions{Width: width}); err != nil {
				t.Error(err)
			}
			checkNumbers(t, "the estimate", b.String())
		}
	}
}

// TestEveryReportOfEveryCalibration holds the judges of all kinds of records
// against labels.
func TestEveryReportOfEveryCalibration(t *testing.T) {
	for _, k := range recordKinds {
		src := k.record(t, 0)
		var sheet bytes.Buffer
		rows, err := judgereport.LabelSheet(&sheet, src.File, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]int{"judged": 6, "preferred": 6}[k.name]; rows != want {
			t.Errorf("%s: %d verdicts to label, want %d", k.name, rows, want)
		}
		if rows == 0 {
			continue
		}
		for _, label := range []string{"pass", "fail"} {
			labels, err := calibration.ReadLabels(strings.NewReader(strings.ReplaceAll(sheet.String(), "\r\n,s,", "\r\n"+label+",s,")), "labels.csv")
			if err != nil {
				t.Fatal(err)
			}
			found, err := calibration.Calibrate(src.File, labels, .05)
			if err != nil {
				t.Fatal(err)
			}
			for _, opts := range []reporters.TableOptions{{}, {Width: 1}, {Width: 200, Colour: true, Wide: true}} {
				var b bytes.Buffer
				if err := judgereport.Table(&b, found, opts); err != nil {
					t.Fatal(err)
				}
				checkNumbers(t, k.name, b.String())
			}
			var b bytes.Buffer
			if err := judgereport.Table(&b, found, reporters.TableOptions{}); err != nil || !strings.Contains(b.String(), "6 labelled answers of 3 cases") {
				t.Errorf("%s: %v\n%s", k.name, err, b.String())
			}
			if err := comparereport.ResultJSON(&b, found); err != nil {
				t.Error(err)
			}
		}
	}
}
