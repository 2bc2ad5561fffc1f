package compare

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// reader turns the cases of a record into units.
type reader struct {
	source        string // of answers that name none
	header        *header
	suiteVariants map[[3]string]*suiteVariant // by suite, variant and path
	kinds         map[metricKind]*metricKind
	texts         map[string]string // each text once
	shapes        shapes
	fields        []field  // of the request being read
	messages      []string // names of messages as fields: messages[0], …
}

func newReader(source string, h *header) *reader {
	return &reader{
		source: source, header: h,
		suiteVariants: map[[3]string]*suiteVariant{}, kinds: map[metricKind]*metricKind{}, texts: map[string]string{},
	}
}

// intern gives the one copy of a text that many cases share.
func (r *reader) intern(text []byte) string {
	one, ok := r.texts[string(text)]
	if !ok {
		one = string(text)
		r.texts[one] = one
	}
	return one
}

func (r *reader) unit(v *record.Visit) (*caseSamples, error) {
	c := &v.Case
	u := &caseSamples{
		suiteVariant: r.suiteVariant(c.Suite, c.Variant, c.Path, c.Axes), name: c.Case, line: bounded32(c.Line), cluster: r.intern([]byte(c.Cluster)), questionID: questionOf(c),
		counts: counts{times: max(bounded32(c.Times), 1), need: bounded32(c.Need)},
	}
	if len(c.Metrics) > 0 {
		u.metrics = make([]metricTotal, 0, len(c.Metrics))
	}
	for name, metric := range c.Metrics {
		u.metrics = append(u.metrics, metricTotal{metricKind: r.kind(metricKind{name, metric.Better, exprHash(metric.Expr), metric.IsShare(name)})})
	}
	skipped := 0
	for i := range v.Samples {
		s := &v.Samples[i]
		if s.Outcome == record.Skip {
			skipped++
		}
		r.addSample(u, s)
		u.addMissing(c, s)
	}
	u.skipped = c.Skip != "" || skipped > 0 && skipped == len(v.Samples)
	if u.answered() == 0 {
		u.refused = r.intern([]byte(refusal(v.Samples)))
	}
	u.stopped = u.all() < int(u.times) && u.decided() != ""
	return u, r.addExchanges(u, v)
}

// suiteVariant gives what a case has in common with the others of its variant. A
// variant that names no axes is one of its own.
func (r *reader) suiteVariant(suite, variant, path string, axes map[string]string) *suiteVariant {
	key := [3]string{suite, variant, path}
	one, ok := r.suiteVariants[key]
	if !ok {
		one = &suiteVariant{suite: suite, variant: variant, path: path, axes: axes}
		if len(axes) == 0 && variant != "" {
			one.axes = map[string]string{"variant": variant}
		}
		r.suiteVariants[key] = one
	}
	return one
}

func (r *reader) kind(kind metricKind) *metricKind {
	one, ok := r.kinds[kind]
	if !ok {
		one = &kind
		r.kinds[kind] = one
	}
	return one
}

// maxReason bounds the text of an error that is kept, in bytes.
const maxReason = 500

// refusal is the first error of the samples, as "400 invalid_request_error:
// its message".
func refusal(samples []record.Sample) string {
	for i := range samples {
		if e := samples[i].Error; e != nil {
			text := e.Type
			if e.Status != 0 {
				text = strconv.Itoa(e.Status) + " " + text
			}
			if e.Message != "" {
				text += ": " + e.Message
			}
			return strings.ToValidUTF8(text[:min(len(text), maxReason)], "")
		}
	}
	return ""
}

func exprHash(expr string) uint64 {
	if expr == "" {
		return 0
	}
	return hashOf([]byte(expr))
}

func (r *reader) addSample(u *caseSamples, s *record.Sample) {
	switch s.Outcome {
	case record.Pass:
		u.pass++
	case record.Fail:
		u.fail++
	case record.Skip:
		return
	default:
		u.error++
		if s.Sample <= int(u.sure()) {
			u.sureError++
		}
		return
	}
	for name, value := range s.Metrics {
		if !isMetric(value) {
			continue
		}
		m := u.metric(name)
		if m == nil { // the case's line does not name it
			u.metrics = append(u.metrics, metricTotal{metricKind: r.kind(metricKind{name: name})})
			m = &u.metrics[len(u.metrics)-1]
		}
		m.addValue(value)
		if s.Sample <= int(u.sure()) {
			m.sure++
		}
	}
}

// addMissing counts the metrics that an answer lacks.
func (u *caseSamples) addMissing(c *record.Case, s *record.Sample) {
	if s.Outcome != record.Pass && s.Outcome != record.Fail {
		return
	}
	for i := range u.metrics {
		m := &u.metrics[i]
		value, measured := s.Metrics[m.name]
		if _, missing := c.Unmeasured(s, m.name); missing || measured && !isMetric(value) {
			m.missing++
			if s.Sample <= int(u.sure()) {
				m.sureMissing++
			}
		}
	}
}

// addExchanges adds what the case's requests were and what its answers took,
// sample by sample.
func (r *reader) addExchanges(u *caseSamples, v *record.Visit) error {
	var one sampleSpent
	for e, err := range v.Exchanges() {
		if err != nil {
			return err
		}
		if e.Sample != one.sample {
			u.addSpent(one)
			one = sampleSpent{sample: e.Sample, answered: isAnswered(v.Samples, e.Sample)}
		}
		if e.IsAnswer() && u.shape == nil {
			u.request = r.readRequest(e, v.Case.Conversation)
		}
		if e.Error != nil {
			continue
		}
		u.addBill(e.CostUSD)
		if !e.IsAnswer() {
			one.judges.addCost(e.CostUSD)
			continue
		}
		one.cost.addCost(e.CostUSD)
		u.suiteVariant.flights.Add(e)
		u.addTokens(&one, e)
		r.addAnswer(u, e, one.answered)
	}
	u.addSpent(one)
	return nil
}

func isAnswered(samples []record.Sample, number int) bool {
	i, ok := slices.BinarySearchFunc(samples, number, func(s record.Sample, number int) int { return cmp.Compare(s.Sample, number) })
	return ok && (samples[i].Outcome == record.Pass || samples[i].Outcome == record.Fail)
}

// addAnswer adds an answer that did not come from a judge.
func (r *reader) addAnswer(u *caseSamples, e *record.Exchange, answered bool) {
	source := e.Source
	if source == "" {
		source = r.source
	}
	if source != "" {
		r.header.Sources[source]++
	}
	if e.Batch != "" {
		r.header.Batched++
	}
	if u.answer == 0 {
		u.answer = answerHash(e)
	}
	if answered && e.LatencyMS > 0 && isAmount(e.LatencyMS) {
		u.latency.add(e.LatencyMS)
	}
}

// answerHash is the same for answers that are one answer, which was recorded
// twice: by the API's name for it, or by what it says and how long it took. It
// is 0 where that is not known.
func answerHash(e *record.Exchange) uint64 {
	switch {
	case e.RequestID != "":
		return hashOf([]byte(e.RequestID))
	case e.Batch != "":
		return hashOf(e.Response) ^ hashOf([]byte(e.Batch))
	case e.LatencyMS > 0:
		return hashOf(e.Response) ^ math.Float64bits(e.LatencyMS)
	}
	return 0
}

// sampleSpent is what the exchanges of one sample took.
type sampleSpent struct {
	sample                      int
	answered                    bool
	cost, judges, input, output bill
}

// bill is a sum of amounts; it is unknown where one of them is.
type bill struct {
	total
	unknown bool
}

func (b *bill) addTokens(n *int64) {
	if n == nil {
		b.unknown = true
		return
	}
	b.add(float64(*n))
}

func (b *bill) addCost(usd *float64) {
	if usd == nil || !isAmount(*usd) {
		b.unknown = true
		return
	}
	b.add(*usd)
}

func (u *caseSamples) addBill(usd *float64) {
	if usd == nil || !isAmount(*usd) {
		u.unpriced++
		return
	}
	u.bill = summary.AddUSD(u.bill, *usd)
}

// addTokens adds an answer's tokens.
func (u *caseSamples) addTokens(s *sampleSpent, e *record.Exchange) {
	input, output := e.Tokens()
	if input == nil || output == nil {
		u.uncounted++
	}
	s.input.addTokens(input)
	s.output.addTokens(output)
}

// addSpent adds what a sample took, if it says something of the model.
func (u *caseSamples) addSpent(s sampleSpent) {
	if !s.answered {
		return
	}
	for _, b := range []struct {
		of   *total
		bill bill
	}{{&u.cost, s.cost}, {&u.judges, s.judges}, {&u.input, s.input}, {&u.output, s.output}} {
		if b.bill.n > 0 && !b.bill.unknown {
			b.of.add(b.bill.sum)
		}
	}
}

// bounded32 is a number of a record as an int32; what does not fit is cut.
func bounded32(n int) int32 {
	const most = 1<<31 - 1
	return int32(min(max(n, -most), most))
}

// digestOf is as much of a digest as distinguishes two cases: its first 16
// letters where they are hexadecimal.
func digestOf(digest string) uint64 {
	const letters = 16
	_, hash, _ := strings.Cut(digest, ":")
	if n, err := strconv.ParseUint(hash[:min(len(hash), letters)], 16, 64); err == nil && len(hash) >= letters {
		return n
	}
	return hashOf([]byte(digest))
}
