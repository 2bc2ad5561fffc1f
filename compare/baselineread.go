package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// maxBaseline bounds a baseline that is read, in bytes.
const maxBaseline = 256 << 20

// baselineStart is how a baseline begins, and no record.
var baselineStart = regexp.MustCompile(`^\{\s*"kind"\s*:\s*"baseline"`)

// openBaseline reads the baseline at path.
func openBaseline(path string) (*Side, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	side, err := readBaseline(path, io.LimitReader(file, maxBaseline))
	if err != nil {
		return nil, fmt.Errorf("baseline %s: %w", path, err)
	}
	return side, nil
}

func readBaseline(name string, r io.Reader) (*Side, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var version struct{ Format int }
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, fmt.Errorf("it is not whole: %w", err)
	}
	if version.Format != baselineFormat {
		return nil, fmt.Errorf("its format is %d, expected %d: make it again with `evalrun baseline`", version.Format, baselineFormat)
	}
	var b baseline
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, err
	}
	side := &Side{Name: name, Complete: b.Complete, header: b.header}
	seen := map[record.ID]bool{}
	for i := range b.Groups {
		for j := range b.Groups[i].Cases {
			u, err := b.Groups[i].unit(&b.Groups[i].Cases[j])
			if err != nil {
				return nil, err
			}
			if seen[u.id] {
				return nil, fmt.Errorf("it has the case %s twice", u.id)
			}
			seen[u.id] = true
			side.cases = append(side.cases, u)
		}
	}
	return side, nil
}

// unit is the case of a group.
func (g *group) unit(c *baselineCase) (*unit, error) {
	u := &unit{
		id:   record.ID{Suite: g.Suite, Case: c.Case, Variant: g.Variant},
		axes: g.Axes, path: g.Path, cluster: c.Cluster, digest: c.Digest, model: g.Model,
		counts: counts{times: c.Times, need: c.Need, pass: c.Pass, fail: c.Fail, error: c.Error, skipped: c.Skip},
	}
	const most = 1 << 16
	for _, n := range []int{u.times - 1, u.pass, u.fail, u.error} {
		if n < 0 || n > most {
			return nil, errors.New("the counts of " + u.id.String() + " are not counts of samples")
		}
	}
	if c.Model != "" {
		u.model = c.Model
	}
	u.stopped = u.answered()+u.error < u.times && u.outcome() != record.Errored && !u.skipped
	u.request = requestOf(g.Request, c.Request)
	for _, name := range sortedKeys(c.Metrics) {
		u.metrics = append(u.metrics, metricTotal{name: name, better: g.Better[name]})
		u.addMetric(name, float64(c.Metrics[name]))
	}
	if c.Took != nil {
		n := max(u.answered(), 1)
		u.cost, u.latency = totalOf(c.Took.Cost, n), totalOf(c.Took.Latency, n)
		u.input, u.output = totalOf(c.Took.Input, n), totalOf(c.Took.Output, n)
	}
	return u, nil
}

// requestOf puts a request's fields together; nil where none is known.
func requestOf(shared, own map[string]hash) []field {
	var fields []field
	for name, h := range shared {
		fields = append(fields, field{name, uint64(h)})
	}
	for name, h := range own {
		fields = append(fields, field{name, uint64(h)})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return fields
}

// totalOf is the total of n samples with this mean.
func totalOf(mean *rounded, n int) total {
	if mean == nil || *mean < 0 || *mean > largest {
		return total{}
	}
	return total{float64(*mean) * float64(n), n}
}
