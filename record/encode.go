package record

import (
	"bytes"
	"encoding/json"
)

func (r Run) appendTo(dst []byte) ([]byte, error) {
	r.Kind, r.Format = kindRun, Format
	r.Suites = notNil(r.Suites)
	return appendJSON(dst, r)
}

func (b Blob) appendTo(dst []byte) ([]byte, error) {
	b.Kind = kindBlob
	return appendJSON(dst, b)
}

func (g Gate) appendTo(dst []byte) ([]byte, error) {
	g.Kind = kindGate
	return appendJSON(dst, g)
}

func (s Summary) appendTo(dst []byte) ([]byte, error) {
	s.Kind = kindSummary
	return appendJSON(dst, s)
}

func (v Verdict) appendTo(dst []byte) ([]byte, error) {
	v.Kind = kindVerdict
	return appendJSON(dst, v)
}

// appendJSON writes a line of which there are few, with its ending.
func appendJSON(dst []byte, line any) ([]byte, error) {
	buf := bytes.NewBuffer(dst)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(line)
	return buf.Bytes(), err
}

// notNil gives the list, so that one without entries is [] in JSON, not null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (c Case) appendTo(dst []byte) ([]byte, error) {
	o := object{text: dst}
	o.begin()
	o.string("kind", kindCase)
	o.string("suite", c.Suite)
	o.string("path", c.Path)
	o.int("line", c.Line)
	o.string("case", c.Case)
	o.string("variant", c.Variant)
	sorted(&o, "axes", c.Axes, o.string)
	o.strings("tags", c.Tags)
	o.string("cluster", c.Cluster)
	o.int("times", c.Times)
	o.int("need", c.Need)
	o.string("skip", c.Skip)
	o.string("digest", c.Digest)
	o.anyString("conversation", c.Conversation)
	o.list("assertions", len(c.Assertions), func(i int) { c.Assertions[i].write(&o) })
	sorted(&o, "metrics", c.Metrics, func(name string, m Metric) {
		o.name(name)
		o.begin()
		o.string("better", m.Better)
		o.anyString("expr", m.Expr)
		o.end()
	})
	return o.line()
}

func (a *Assertion) write(o *object) {
	o.begin()
	o.string("at", a.At)
	o.string("name", a.Name)
	o.string("expr", a.Expr)
	o.string("level", a.Level)
	o.float("weight", a.Weight)
	o.anyInt("turn", a.Turn)
	o.anyString("rubric", a.Rubric)
	o.anyString("judge", a.Judge)
	o.anyInt("votes", a.Votes)
	o.anyFloat("min_score", a.MinScore)
	o.anyString("over", a.Over)
	o.end()
}

func (e Exchange) appendTo(dst []byte) ([]byte, error) {
	o := object{text: dst}
	o.begin()
	o.string("kind", kindExchange)
	o.string("suite", e.Suite)
	o.string("case", e.Case)
	o.string("variant", e.Variant)
	o.int("sample", e.Sample)
	o.int("turn", e.Turn)
	o.string("role", e.Role)
	if e.Assertion != nil {
		o.int("assertion", *e.Assertion)
	}
	o.anyInt("vote", e.Vote)
	o.anyInt("place", e.Place)
	o.string("key", e.Key)
	o.int("ordinal", e.Sample)
	o.anyString("source", e.Source)
	o.raw("request", e.Request)
	o.raw("response", e.Response)
	e.writeMeasured(&o)
	return o.line()
}

// writeMeasured writes how the exchange went.
func (e *Exchange) writeMeasured(o *object) {
	o.string("request_id", e.RequestID)
	o.float("latency_ms", e.LatencyMS)
	o.optional("ttft_ms", e.TTFTMS)
	o.anyFloat("tokens_per_second", e.TokensPerSecond)
	o.list("attempts", len(e.Attempts), func(i int) { e.Attempts[i].write(o) })
	o.raw("usage", e.Usage)
	o.optional("cost_usd", e.CostUSD)
	o.optional("spent_usd", e.SpentUSD)
	o.bool("reused", e.Reused)
	o.error(e.Error)
}

func (a *Attempt) write(o *object) {
	o.begin()
	o.int("status", a.Status)
	o.float("ms", a.MS)
	o.anyString("cause", a.Cause)
	o.end()
}

func (s Sample) appendTo(dst []byte) ([]byte, error) {
	o := object{text: dst}
	o.begin()
	o.string("kind", kindSample)
	o.string("suite", s.Suite)
	o.string("case", s.Case)
	o.string("variant", s.Variant)
	o.int("sample", s.Sample)
	o.string("outcome", s.Outcome)
	o.list("assertions", len(s.Assertions), func(i int) { s.Assertions[i].write(&o) })
	sorted(&o, "metrics", s.Metrics, o.float)
	sorted(&o, "metric_errors", s.MetricErrors, o.string)
	o.anyFloat("score", s.Score)
	o.optional("cost_usd", s.CostUSD)
	o.error(s.Error)
	o.anyInt("turns", s.Turns)
	o.anyString("ended", s.Ended)
	if len(s.Warnings) > 0 {
		o.strings("warnings", s.Warnings)
	}
	return o.line()
}

func (c *Check) write(o *object) {
	o.begin()
	o.int("i", c.I)
	o.string("outcome", c.Outcome)
	o.anyString("why", c.Why)
	if len(c.Trace) > 0 {
		o.raw("trace", c.Trace)
	}
	o.anyFloat("score", c.Score)
	o.anyInt("turn", c.Turn)
	if len(c.Votes) > 0 {
		o.list("votes", len(c.Votes), func(i int) { c.Votes[i].write(o) })
	}
	o.end()
}

func (v *Vote) write(o *object) {
	o.begin()
	o.bool("pass", v.Pass)
	o.float("score", v.Score)
	o.string("reason", v.Reason)
	if len(v.Preferred) > 0 {
		o.ints("preferred", v.Preferred)
	}
	o.end()
}
