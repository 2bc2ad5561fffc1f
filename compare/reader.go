package compare

import (
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// roleJudge is the role of exchanges that asked a judge. They are not the
// model's that is compared.
const roleJudge = "judge"

// reader turns the cases of a record into units.
type reader struct {
	file   *record.File
	header *header
	axes   map[[2]string]map[string]string // by suite and variant
	texts  map[string]string               // each text once
}

func newReader(file *record.File, h *header) *reader {
	return &reader{file: file, header: h, axes: map[[2]string]map[string]string{}, texts: map[string]string{}}
}

// intern gives the one copy of a text that many cases share.
func (r *reader) intern(text string) string {
	if one, ok := r.texts[text]; ok {
		return one
	}
	text = strings.Clone(text)
	r.texts[text] = text
	return text
}

func (r *reader) unit(result *record.CaseResult) (*unit, error) {
	c := &result.Case
	u := &unit{
		id:      record.ID{Suite: r.intern(c.Suite), Case: c.Case, Variant: r.intern(c.Variant)},
		axes:    r.axesOf(c),
		path:    r.intern(c.Path),
		line:    c.Line,
		cluster: r.intern(c.Cluster),
		digest:  shortDigest(c.Digest),
		counts:  counts{times: max(c.Times, 1), need: c.Need, skipped: c.Skip != ""},
	}
	for name, metric := range c.Metrics {
		u.metrics = append(u.metrics, metricTotal{name: r.intern(name), better: r.intern(metric.Better)})
	}
	for i := range result.Samples {
		u.addSample(&result.Samples[i])
	}
	if u.answered() == 0 {
		u.refused = r.intern(refusal(result.Samples))
	}
	u.stopped = u.answered()+u.error < u.times && summary.Decide(u.times, u.need, u.pass, u.fail) != ""
	return u, r.addExchanges(u)
}

// axesOf gives the axes of a case, the same map for all cases of a variant. A
// variant that names no axes is one of its own.
func (r *reader) axesOf(c *record.Case) map[string]string {
	key := [2]string{c.Suite, c.Variant}
	axes, ok := r.axes[key]
	if !ok {
		axes = c.Axes
		if len(axes) == 0 && c.Variant != "" {
			axes = map[string]string{"variant": c.Variant}
		}
		r.axes[key] = axes
	}
	return axes
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

func (u *unit) addSample(s *record.Sample) {
	switch s.Outcome {
	case record.Pass:
		u.pass++
	case record.Fail:
		u.fail++
	case record.Skip:
		u.skipped = true
		return
	default:
		u.error++
		return
	}
	for name, value := range s.Metrics {
		u.addMetric(name, value)
	}
	if s.CostUSD != nil && *s.CostUSD >= 0 && *s.CostUSD <= largest {
		u.cost.add(*s.CostUSD)
	}
}

// addExchanges adds what the case's requests were and what its answers took.
func (r *reader) addExchanges(u *unit) error {
	for e, err := range r.file.Exchanges(u.id, 0) {
		if err != nil {
			return err
		}
		if e.Role == roleJudge {
			continue
		}
		if u.request == nil {
			r.addRequest(u, e)
		}
		if e.Error == nil {
			r.addAnswer(u, e)
		}
	}
	return nil
}

func (r *reader) addAnswer(u *unit, e *record.Exchange) {
	source := e.Source
	if source == "" {
		source = r.file.Run.Source
	}
	if source != "" {
		r.header.Sources[r.intern(source)]++
	}
	if u.answer == 0 && e.RequestID != "" {
		u.answer = hashOf([]byte(e.RequestID))
	}
	if e.LatencyMS > 0 && e.LatencyMS <= largest {
		u.latency.add(e.LatencyMS)
	}
	// Usage that is not as the API has it, as some servers send, counts nothing.
	_ = record.Members(e.Usage, func(key, value []byte) error {
		switch string(key) {
		case "input_tokens":
			addTokens(&u.input, value)
		case "output_tokens":
			addTokens(&u.output, value)
		}
		return nil
	})
}

func addTokens(t *total, value []byte) {
	if n, err := strconv.ParseInt(string(value), 10, 64); err == nil && n >= 0 {
		t.add(float64(n))
	}
}
