package compare

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// maxBaseline bounds a baseline that is read, in bytes.
const maxBaseline = 256 << 20

// baselineStart is how a baseline begins, and no record.
var baselineStart = regexp.MustCompile(`^\{\s*"kind"\s*:\s*"baseline"`)

// readBaseline reads a baseline; name is what the side is called.
func readBaseline(name string, r io.Reader) (*Side, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var version struct {
		Format int `json:"format"`
	}
	if err := exactjson.Unmarshal(text, &version); err != nil {
		return nil, fmt.Errorf("it is not whole: %w", err)
	}
	if version.Format < 1 || version.Format > baselineFormat {
		return nil, fmt.Errorf("its format is %d, expected 1 to %d: make it again with `evalrun baseline`", version.Format, baselineFormat)
	}
	var b baseline
	if err := exactjson.Unmarshal(text, &b); err != nil {
		return nil, err
	}
	side := &Side{Name: name, Complete: b.Complete, header: b.header}
	reader := newReader("", &side.header)
	seen := map[record.ID]bool{}
	for i := range b.Groups {
		g := &b.Groups[i]
		for j := range g.Cases {
			u, err := reader.baselineUnit(g, &g.Cases[j])
			if err != nil {
				return nil, err
			}
			if seen[u.id()] {
				return nil, fmt.Errorf("it has the case %s twice", u.id())
			}
			seen[u.id()] = true
			side.cases = append(side.cases, u)
		}
	}
	return side, nil
}

// baselineUnit is the case of a group.
func (r *reader) baselineUnit(g *group, c *baselineCase) (*caseSamples, error) {
	u := &caseSamples{
		suiteVariant: r.suiteVariant(g.Suite, g.Variant, g.Path, g.Axes), name: c.Case, cluster: c.Cluster, questionID: g.questionOf(c),
		counts: counts{times: c.Times, need: c.Need, pass: c.Pass, fail: c.Fail, error: c.Error, sureError: min(c.Error, c.sure()), skipped: c.Skip},
	}
	const most = 1 << 16
	for _, n := range []int32{u.times - 1, u.pass, u.fail, u.error} {
		if n < 0 || n > most {
			return nil, errors.New("the counts of " + u.id().String() + " are not counts of samples")
		}
	}
	u.stopped = u.all() < int(u.times) && u.decided() != "" && !u.skipped
	u.request = r.baselineRequest(g, c)
	u.metrics = r.baselineMetrics(g, c, u.answered())
	if c.Took != nil {
		n := max(int32(u.answered()), 1)
		u.unpriced, u.uncounted = max(c.Took.Unpriced, 0), max(c.Took.Uncounted, 0)
		u.cost, u.judges, u.latency = totalTook(c.Took.Cost, n), totalTook(c.Took.Judges, n), totalTook(c.Took.Latency, n)
		u.input, u.output = totalTook(c.Took.Input, n), totalTook(c.Took.Output, n)
	}
	u.bill = summary.AddUSD(u.cost.sum, u.judges.sum)
	if u.cost.n == 0 {
		u.unpriced = max(u.unpriced, int32(u.answered()))
	}
	if u.input.n == 0 || u.output.n == 0 {
		u.uncounted = max(u.uncounted, int32(u.answered()))
	}
	return u, nil
}

// questionOf is the question of a case of the group.
func (g *group) questionOf(c *baselineCase) questionID {
	q := questionID{uint64(c.Digest), uint64(c.Row), uint64(g.Asserted), uint64(g.Reads)}
	if c.Asserted != nil {
		q.asserted = uint64(*c.Asserted)
	}
	if c.Reads != nil {
		q.reads = uint64(*c.Reads)
	}
	return q
}

// baselineMetrics are the metrics of a case with so many answers.
func (r *reader) baselineMetrics(g *group, c *baselineCase, answered int) []metricTotal {
	names := slices.AppendSeq(slices.Collect(maps.Keys(c.Metrics)), maps.Keys(c.Missing))
	slices.Sort(names)
	var out []metricTotal
	for _, name := range slices.Compact(names) {
		k, own := c.Kinds[name]
		if !own {
			k = g.Metrics[name]
		}
		m := metricTotal{metricKind: r.kind(metricKind{name, k.Better, uint64(k.Expr), k.Share || record.Metric{}.IsScore(name) && k.Expr == 0}), missing: min(max(c.Missing[name], 0), int32(answered))}
		if mean, measured := c.Metrics[name]; measured && isMetric(float64(mean)) {
			m.total = totalOf(float64(mean), max(int32(answered)-m.missing, 1))
			m.readValues(c, float64(mean))
		}
		out = append(out, m)
	}
	return out
}

// readValues reads the values that the baseline keeps; of one answer it is the
// mean. A baseline of old keeps none, and one whose values are no numbers of the
// metric's neither.
func (m *metricTotal) readValues(c *baselineCase, mean float64) {
	kept := c.Values[m.name]
	if m.n == 1 && len(kept) == 0 {
		m.values = []float64{mean}
	}
	if len(kept) == int(m.n) && !slices.ContainsFunc(kept, func(x rounded) bool { return !isMetric(float64(x)) }) {
		m.total = total{}
		for _, x := range kept {
			m.addValue(float64(x))
		}
	}
	m.sure = min(int32(len(m.values)), c.sure())
	if sure, ok := c.Sure[m.name]; ok {
		m.sure = min(max(sure, 0), m.sure)
	}
	m.sureMissing = min(m.missing, c.sure()-m.sure)
}

// baselineRequest puts a request's fields together; nothing is known where
// there are none.
func (r *reader) baselineRequest(g *group, c *baselineCase) request {
	r.fields = r.fields[:0]
	for _, fields := range []map[string]hash{g.Request, c.Request} {
		for name, h := range fields {
			r.fields = append(r.fields, field{r.intern([]byte(name)), uint64(h)})
		}
	}
	model := g.Model
	if c.Model != "" {
		model = c.Model
	}
	if len(r.fields) == 0 && model == "" {
		return request{}
	}
	return r.shapes.request(r.fields, model, 0)
}

// totalTook is the total of n samples with this mean.
func totalTook(mean *rounded, n int32) total {
	if mean == nil || !isAmount(float64(*mean)) {
		return total{}
	}
	return totalOf(float64(*mean), n)
}
