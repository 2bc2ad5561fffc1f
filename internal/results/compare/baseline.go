package compare

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// baselineFormat is the version of the baselines that this package writes. It
// also reads the one before.
const baselineFormat = 2

// baseline is the file: a run's numbers without its texts.
type baseline struct {
	Kind     string `json:"kind"` // "baseline"
	Format   int    `json:"format"`
	Complete bool   `json:"complete"`
	header
	Groups []group `json:"groups"`
}

// group is a suite in a variant.
type group struct {
	Suite   string            `json:"suite"`
	Path    string            `json:"path"`
	Variant string            `json:"variant"`
	Axes    map[string]string `json:"axes,omitempty"`
	Model   string            `json:"model,omitempty"`
	Metrics map[string]kind   `json:"metrics,omitempty"`
	// Asserted and Reads are those of the first case.
	Asserted hash `json:"asserted,omitempty"`
	Reads    hash `json:"reads,omitempty"`
	// Request holds the hashes of the fields that all requests share.
	Request map[string]hash `json:"request"`
	Cases   []baselineCase  `json:"cases"`
}

// baselineCase is one case, on one line of the file. Amounts are means.
type baselineCase struct {
	Case string `json:"case"`
	baselineQuestion
	Cluster string          `json:"cluster,omitempty"`
	Skip    bool            `json:"skip,omitempty"`
	Times   int32           `json:"times"`
	Need    int32           `json:"need"`
	Pass    int32           `json:"pass"`
	Fail    int32           `json:"fail,omitempty"`
	Error   int32           `json:"error,omitempty"`
	Model   string          `json:"model,omitempty"` // where it is not the group's
	Request map[string]hash `json:"request,omitempty"`
	baselineMetrics
	Took *took `json:"took,omitempty"`
}

// baselineQuestion are the hashes of what a case asks.
type baselineQuestion struct {
	// Digest is that of the whole question, where its parts are not known.
	Digest   hash  `json:"digest,omitempty"`
	Row      hash  `json:"row,omitempty"`
	Asserted *hash `json:"asserted,omitempty"` // where it is not the group's, and so for Reads
	Reads    *hash `json:"reads,omitempty"`
}

// baselineMetrics are the metrics of a case by name, with their means.
type baselineMetrics struct {
	Metrics map[string]rounded `json:"metrics,omitempty"`
	// Values are those of the metrics that more than one answer has, answer by
	// answer, and Sure how many of them are of samples that were sure to be
	// asked, where that is not as many as there can be.
	Values map[string][]rounded `json:"values,omitempty"`
	Sure   map[string]int32     `json:"sure,omitempty"`
	Kinds  map[string]kind      `json:"kinds,omitempty"` // of metrics, where they are not the group's
	// Missing counts the answers without a value, by metric; it may be 0 for
	// one that no answer has.
	Missing map[string]int32 `json:"missing,omitempty"`
}

// kind is what a metric is.
type kind struct {
	Better string `json:"better,omitempty"`
	Expr   hash   `json:"expr,omitempty"`
	Share  bool   `json:"share,omitempty"` // every value lies between 0 and 1
}

// took are the amounts of a case, a sample.
type took struct {
	Cost    *rounded `json:"usd,omitempty"`
	Judges  *rounded `json:"judges_usd,omitempty"`
	Latency *rounded `json:"ms,omitempty"` // only in format 1: it differs from run to run
	Input   *rounded `json:"in,omitempty"`
	Output  *rounded `json:"out,omitempty"`
	// Unpriced and Uncounted are the answers whose cost and tokens are not
	// known.
	Unpriced  int32 `json:"unpriced,omitempty"`
	Uncounted int32 `json:"uncounted,omitempty"`
}

// rounded is a number that is written with six digits.
type rounded float64

func (r rounded) MarshalJSON() ([]byte, error) {
	short, err := strconv.ParseFloat(strconv.FormatFloat(float64(r), 'g', 6, 64), 64)
	if err != nil {
		return nil, err
	}
	return json.Marshal(short)
}

// hash is written in hex.
type hash uint64

func (h hash) MarshalText() ([]byte, error) {
	return []byte(strconv.FormatUint(uint64(h), 16)), nil
}

func (h *hash) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 16, 64)
	*h = hash(n)
	return err
}

// WriteBaseline writes the side as a baseline for version control: sorted,
// one case a line, without the texts of requests and answers.
func (s *Side) WriteBaseline(w io.Writer) error {
	b := baseline{Kind: "baseline", Format: baselineFormat, Complete: s.Complete, header: s.header, Groups: groupsOf(s.cases)}
	groups := b.Groups
	b.Groups = nil
	head, err := json.Marshal(b)
	if err != nil {
		return err
	}
	head, _ = bytes.CutSuffix(head, []byte("null}")) // of the groups, the last member
	out := bytes.NewBuffer(head)
	out.WriteString("[")
	for i := range groups {
		out.WriteString(separator(i))
		if err := groups[i].write(out); err != nil {
			return err
		}
	}
	out.WriteString("\n]}\n")
	_, err = out.WriteTo(w)
	return err
}

func separator(i int) string {
	if i == 0 {
		return "\n"
	}
	return ",\n"
}

// write writes the group with a line for each case.
func (g group) write(out *bytes.Buffer) error {
	cases := g.Cases
	g.Cases = nil
	head, err := json.Marshal(g)
	if err != nil {
		return err
	}
	head, _ = bytes.CutSuffix(head, []byte("null}"))
	out.Write(head)
	out.WriteString("[")
	for i := range cases {
		line, err := json.Marshal(&cases[i])
		if err != nil {
			return err
		}
		out.WriteString(separator(i))
		out.Write(line)
	}
	out.WriteString("\n]}")
	return nil
}

// groupsOf sorts the cases into suites and variants.
func groupsOf(units []*caseSamples) []group {
	ordered := slices.Clone(units)
	slices.SortFunc(ordered, func(a, b *caseSamples) int {
		return compareKeys(a.suite, b.suite, a.variant, b.variant, a.name, b.name)
	})
	var groups []group
	for len(ordered) > 0 {
		first := ordered[0]
		n := slices.IndexFunc(ordered, func(u *caseSamples) bool { return u.suite != first.suite || u.variant != first.variant })
		if n < 0 {
			n = len(ordered)
		}
		groups = append(groups, newGroup(ordered[:n]))
		ordered = ordered[n:]
	}
	return groups
}

// compareKeys compares pairs of texts in turn.
func compareKeys(texts ...string) int {
	for i := 0; i < len(texts); i += 2 {
		if order := strings.Compare(texts[i], texts[i+1]); order != 0 {
			return order
		}
	}
	return 0
}

func newGroup(units []*caseSamples) group {
	first := units[0]
	g := group{
		Suite: first.suite, Path: first.path, Variant: first.variant, Axes: first.axes, Model: first.model(),
		Metrics: map[string]kind{}, Request: sharedFields(units), Asserted: hash(first.asserted), Reads: hash(first.reads),
	}
	for _, u := range units {
		for _, m := range u.metrics {
			if _, ok := g.Metrics[m.name]; !ok {
				g.Metrics[m.name] = kind{m.better, hash(m.expr), m.share}
			}
		}
		g.Cases = append(g.Cases, newBaselineCase(u, &g))
	}
	return g
}

// sharedFields are the fields of a request that are the same in all cases.
func sharedFields(units []*caseSamples) map[string]hash {
	shared := map[string]hash{}
	for name, value := range units[0].baselineFields() {
		if !slices.ContainsFunc(units, func(u *caseSamples) bool { return u.shape != nil && u.hash(name) != value }) {
			shared[name] = hash(value)
		}
	}
	return shared
}

func newBaselineCase(u *caseSamples, g *group) baselineCase {
	c := baselineCase{
		Case: u.name, baselineQuestion: baselineQuestion{Row: hash(u.row)}, Cluster: u.cluster, Skip: u.skipped,
		Times: u.times, Need: u.need, Pass: u.pass, Fail: u.fail, Error: u.error,
	}
	if u.asserted == 0 {
		c.Digest = hash(u.digest)
	}
	c.Asserted, c.Reads = unless(g.Asserted, u.asserted), unless(g.Reads, u.reads)
	if u.model() != g.Model {
		c.Model = u.model()
	}
	for name, value := range u.baselineFields() {
		if _, shared := g.Request[name]; !shared {
			if c.Request == nil {
				c.Request = map[string]hash{}
			}
			c.Request[name] = hash(value)
		}
	}
	for _, m := range u.metrics {
		if mean, ok := m.mean(); ok {
			if c.Metrics == nil {
				c.Metrics = map[string]rounded{}
			}
			c.Metrics[m.name] = rounded(mean)
			c.keepValues(&m)
		}
		if m.missing > 0 || m.n == 0 && u.error > 0 {
			if c.Missing == nil {
				c.Missing = map[string]int32{}
			}
			c.Missing[m.name] = m.missing
		}
		if k := (kind{m.better, hash(m.expr), m.share}); k != g.Metrics[m.name] {
			if c.Kinds == nil {
				c.Kinds = map[string]kind{}
			}
			c.Kinds[m.name] = k
		}
	}
	t := took{
		Cost: meanOf(u.cost), Judges: meanOf(u.judges), Input: meanOf(u.input), Output: meanOf(u.output),
		Unpriced: u.unpriced, Uncounted: u.uncounted,
	}
	if t != (took{}) {
		c.Took = &t
	}
	return c
}

// keepValues keeps the values of a metric that has more than one.
func (c *baselineCase) keepValues(m *metricTotal) {
	if len(m.values) < 2 {
		return
	}
	values := make([]rounded, len(m.values))
	for i, x := range m.values {
		values[i] = rounded(x)
	}
	if c.Values == nil {
		c.Values = map[string][]rounded{}
	}
	c.Values[m.name] = values
	if m.sure != min(int32(len(values)), c.sure()) {
		if c.Sure == nil {
			c.Sure = map[string]int32{}
		}
		c.Sure[m.name] = m.sure
	}
}

// sure is how many samples the case was sure to be asked.
func (c *baselineCase) sure() int32 { return (&counts{times: c.Times, need: c.Need}).sure() }

// unless is a hash where it is not that of the group.
func unless(group hash, own uint64) *hash {
	if h := hash(own); h != group {
		return &h
	}
	return nil
}

// baselineFields are the fields of the request. Of messages that are known one by
// one the whole is left out.
func (u *caseSamples) baselineFields() iter.Seq2[string, uint64] {
	return func(yield func(string, uint64) bool) {
		for name, value := range u.fields() {
			if name == messagesField && u.shape.parted {
				continue
			}
			if !yield(name, value) {
				return
			}
		}
	}
}

func meanOf(t total) *rounded {
	mean, ok := t.mean()
	if !ok {
		return nil
	}
	r := rounded(mean)
	return &r
}
