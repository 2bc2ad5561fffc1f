package suite

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/template"
	"github.com/evalrun/evalrun/suite/internal/work"
)

const (
	// maxBody bounds the body of one request, in bytes. It is above the
	// API's own bound, whose error a case may expect.
	maxBody = 64 << 20
	// maxText bounds the body as JSON, but for the data of files, in bytes: it
	// is in one line of the record, with its answer.
	maxText = 40 << 20
)

// request fills the request fields in and encodes them, with how the
// conversation goes on.
func (d *definition) request(c *Case, p *caseTemplate, sc *template.Scope, diags *diagnostic.List) {
	c.Request = p.headers
	rendered := make([]Member, 0, len(p.fields))
	for _, m := range p.fields {
		v, ok := sc.Render(m.Value)
		if ok && template.Has(m.Value) && !p.isExtra(m.Key) {
			if d, bad := wrongFieldKind(m.Key, v); bad {
				diags.Add(d)
			}
		}
		m.Value = v
		rendered = append(rendered, m)
	}
	d.checkRequired(p, rendered, diags)
	if diags.Err() != nil || lacksField(rendered) {
		return
	}
	n := &normalizer{media: d.suite.stores.media, diags: diags, asserted: p.conversation.asserted, asWritten: p.isExtra}
	body := &Value{Kind: Map, Members: n.fields(rendered)}
	if outside := p.conversation.outside; outside != nil {
		outside.addTo(body, diags)
	}
	size := work.Weigh(body, maxBody)
	if size > maxBody {
		diags.Add(d.nameAt().Diagnostic(fmt.Sprintf("the body of the request is larger than %d MB", maxBody>>20), "the API takes up to 32 MB"))
		return
	}
	encoded := body.Encode()
	if len(encoded.Text()) > maxText {
		diags.Add(d.nameAt().Diagnostic(fmt.Sprintf("the text of the request is larger than %d MB as JSON", maxText>>20), "the API takes up to 32 MB"))
		return
	}
	c.Request.Prefill = prefill(body.Get("messages"))
	c.Request.Body, c.Request.Written = encoded, body
	c.Request.Model = body.Get("model").Text
	c.Conversation = p.conversation.make(sc, n, body)
	c.Assertions = p.conversation.assertions(d.assertions, n.numbers)
}

// isExtra reports whether a field of the request is one of extra_body.
func (p *caseTemplate) isExtra(field string) bool { return member(p.extra, field) >= 0 }

// extra lists the members of all layers' extra_body.
func (ls layers) extra() []Member {
	var out []Member
	for _, l := range ls {
		out = append(out, l.extra...)
	}
	return out
}

// checkRequired reports fields without which the API takes no request.
func (d *definition) checkRequired(p *caseTemplate, fields []Member, diags *diagnostic.List) {
	for _, name := range requiredFields {
		if member(fields, name) < 0 && !p.hasKey(name) {
			diags.Add(d.nameAt().Diagnostic(fmt.Sprintf("the case has no %s", name),
				fmt.Sprintf("write `%s:` in the case, in its suite or in %s", name, defaultsFile)))
		}
	}
}

// lacksField reports whether a required field is missing, which has been
// reported.
func lacksField(fields []Member) bool {
	return slices.ContainsFunc(requiredFields, func(name string) bool { return member(fields, name) < 0 })
}

// readHeaders reads what goes beside the body.
func readHeaders(ls layers, diags *diagnostic.List) Request {
	var out Request
	if v := ls.setting("betas"); v != nil {
		out.Betas, out.WrittenBetas = textsOf("betas", v, diags), v
		for _, item := range v.Items {
			inHeader(item, diags)
		}
	}
	if v := ls.setting("anthropic_version"); v != nil {
		out.Version = v.Text
		inHeader(v, diags)
	}
	if v := ls.setting("timeout"); v != nil {
		t, err := time.ParseDuration(v.Text)
		if err != nil || t <= 0 {
			diags.Add(v.Diagnostic("timeout is "+diagnostic.Quote(v.Text)+", expected a duration such as 30s or 2m", ""))
		}
		out.Timeout = t
	}
	return out
}

// inHeader reports a text that no header can carry.
func inHeader(v *Value, diags *diagnostic.List) {
	if strings.ContainsFunc(v.Text, func(c rune) bool { return c <= ' ' || c > '~' }) {
		diags.Add(v.Diagnostic(diagnostic.Quote(v.Text)+" holds a character that a header cannot have, expected printable ASCII without spaces", ""))
	}
}

// prefill gives the text of a last assistant turn.
func prefill(messages *Value) string {
	if messages == nil || len(messages.Items) == 0 {
		return ""
	}
	last := messages.Items[len(messages.Items)-1]
	if role := last.Get("role"); role == nil || role.Text != "assistant" {
		return ""
	}
	content := last.Get("content")
	if content == nil {
		return ""
	}
	if content.Kind == String {
		return content.Text
	}
	var b strings.Builder
	for _, block := range content.Items {
		if t := block.Get("text"); t != nil && t.Kind == String {
			b.WriteString(t.Text)
		}
	}
	return b.String()
}
