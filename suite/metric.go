package suite

import (
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// Metric is a named number that is measured of every sample.
type Metric struct {
	Name string
	// Expr gives the number; of a classification, the class of the answer.
	Expr Expression
	// Better is lower or higher where a change of the metric is better or
	// worse, "" where it is neither.
	Better string
	// Classification is nil for a metric whose expression gives a number.
	Classification *Classification
}

// metricKeys are the keys of a metric that is a map.
var metricKeys = slices.Concat([]string{"expr", "better"}, classificationKeys)

// readMetrics merges the metrics of the layers by name, in the order in
// which they are first named; null takes an inherited one away. names are
// those of all that are written, out holds those that could be read.
func (ls layers) readMetrics(diags *diagnostic.List) (out []Metric, names []string) {
	var merged []Member
	for _, v := range ls.all("metrics") {
		for _, m := range v.Members {
			if !isMetricName(m.Key) {
				diags.Add(m.Diagnostic(diagnostic.Quote(m.Key)+" is not a metric name", "use letters, digits and _, so that gates can use metrics.name"))
			}
		}
		merged = overlay(merged, v.Members)
	}
	for _, m := range merged {
		if m.Value.Kind == Null {
			continue
		}
		names = append(names, m.Key)
		if metric, ok := readMetric(m, diags); ok {
			out = append(out, metric)
		}
	}
	return out, names
}

// isMetricName reports whether an expression can use the name.
func isMetricName(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// readMetric reads an expression, or a map of one with what is better. ok is
// false where it has no expression, which is reported.
func readMetric(m Member, diags *diagnostic.List) (out Metric, ok bool) {
	out.Name = m.Key
	if m.Value.Kind != Map {
		out.Expr, ok = readExpr(m.Key, m.Value, diags)
		return out, ok
	}
	if isClassification(m.Value) {
		return readClassification(m, diags)
	}
	meant := false // the expression has a misspelt key
	for _, k := range m.Value.Members {
		switch k.Key {
		case "expr":
			out.Expr, ok = readExpr(k.Key, k.Value, diags)
		case "better":
			out.Better = k.Value.Text
			if k.Value.Kind != String || k.Value.Text != "lower" && k.Value.Text != "higher" {
				diags.Add(k.Value.Diagnostic("better is "+k.Value.Describe()+", expected lower or higher", ""))
			}
		default:
			near := diagnostic.Nearest(k.Key, metricKeys)
			meant = meant || near == "expr"
			diags.Add(k.Misspelt("unknown key "+diagnostic.Quote(k.Key)+" in a metric"+diagnostic.MeantOrExpected(k.Key, metricKeys), "", near))
		}
	}
	if m.Value.Get("expr") == nil && !meant {
		diags.Add(m.Value.Diagnostic("the metric "+diagnostic.Quote(m.Key)+" has no `expr`", ""))
	}
	return out, ok
}

// readMinScore reads the weighted share of assertions that must pass; nil
// where all must.
func (ls layers) readMinScore(diags *diagnostic.List) *float64 {
	if v := ls.setting("min_score"); v != nil {
		return readShare("min_score", v, diags)
	}
	return nil
}

// readShare reads a number above 0 and up to 1; nil where it is none, which is
// reported.
func readShare(key string, v *Value, diags *diagnostic.List) *float64 {
	share, err := strconv.ParseFloat(v.Text, 64)
	if v.Kind != Number || err != nil || share <= 0 || share > 1 {
		diags.Add(v.Diagnostic(key+" is "+v.Describe()+", expected a share above 0 and up to 1", ""))
		return nil
	}
	return &share
}

// readGates reads the gates of a suite: expressions over its numbers.
func (ls layers) readGates(diags *diagnostic.List) []Expression {
	v := ls.setting("gates")
	if v == nil {
		return nil
	}
	var out []Expression
	for _, item := range v.Items {
		if e, ok := readExpr("a gate", item, diags); ok {
			out = append(out, e)
		}
	}
	if len(v.Items) == 0 {
		diags.Add(v.Diagnostic("gates is empty, expected at least one expression", ""))
	}
	return slices.Clip(out)
}

// MetricNames are the names of the metrics of the suite's cases, chosen or
// not, in no order.
func (s *Suite) MetricNames() []string {
	seen := map[string]bool{}
	var out []string
	for _, d := range s.definitions {
		for _, name := range d.metricNames {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}
