package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/diagnostic"
)

// Case is one case, ready to be asked.
type Case struct {
	Suite *Suite
	Name  string
	// Line is where the case starts in its suite's file.
	Line int
	Tags []string
	// Skip is the reason why the case is not asked; "" where it is.
	Skip string
	// Times is how often the case is asked, and Need how many of the samples
	// must pass: 1 ≤ Need ≤ Times.
	Times, Need int
	Request     Request
	// Vars are the case's variables: string, int, float64, bool, nil, []any
	// and map[string]any.
	Vars       map[string]any
	Assertions []Assertion
	// Digest is "sha256:" and the hash of the case's own text and its
	// assertions: what must be equal for two runs to ask the same question.
	Digest string
}

// Request is what a case sends.
type Request struct {
	// Body is the JSON body, its keys in the order and its numbers in the
	// spelling that were written.
	Body []byte
	// Model is the body's model.
	Model string
	// Betas are the values of the anthropic-beta header.
	Betas []string
	// Version is the suite's anthropic_version, "" where it says none.
	Version string
	// Timeout bounds one attempt; 0 where the suite says nothing.
	Timeout time.Duration
	// Prefill is the text of a last assistant turn, which the answer goes on
	// from; "" where there is none.
	Prefill string
}

// definition is a case as it is written, under the layers of its suite.
type definition struct {
	suite  *Suite
	number int
	own    *layer
	layers layers
	plan   *plan
}

// nameAt is where the case's name stands, or the case where it has none.
func (d *definition) nameAt() *Value {
	if m, ok := d.own.other["name"]; ok {
		return m.Value
	}
	return d.own.node
}

// expand makes the case. Where something is wrong with it, the error is a
// diagnostic.List, and the case has what assertions are compiled for; it is
// nil where not even that can be had.
func (d *definition) expand() (*Case, error) {
	var found diagnostic.List

	vars := d.layers.variables()
	fields := d.layers.fields(&found)
	if d.plan == nil {
		d.plan = newPlan(vars, d.suite.Path, d.suite.stores.files, &found)
		for _, m := range fields {
			d.plan.compile(m.Value, d.plan.env)
		}
		d.plan.compile(d.nameAt(), d.plan.env)
	}
	d.plan.diags = &found
	sc, ok := d.plan.scope(vars)
	if !ok {
		return nil, found.Err()
	}
	c := &Case{
		Suite: d.suite,
		Line:  d.own.node.Line,
		Name:  d.name(sc, &found),
		Tags:  d.tags(&found),
		Skip:  d.skip(&found),
		Vars:  sc.variables(),
	}
	c.Times, c.Need = d.repeat(&found)
	c.Assertions = d.assertions(&found)
	c.Request = d.request(sc, fields, &found)
	c.Digest = d.digest(c)
	return c, found.Err()
}

// name gives the case's name, filled in; without one it is its number.
func (d *definition) name(sc *scope, diags *diagnostic.List) string {
	m, ok := d.own.other["name"]
	if !ok || m.Value.Kind == Null {
		return fmt.Sprintf("case %d", d.number)
	}
	v, ok := sc.render(m.Value)
	if ok && strings.TrimSpace(v.Text) == "" {
		diags.Add(m.Value.problem("the name of the case is empty", ""))
	}
	return v.Text
}

// tags adds the tags of all layers up, each once.
func (d *definition) tags(diags *diagnostic.List) []string {
	out := []string{}
	for _, list := range d.layers.all("tags") {
		for _, tag := range textsOf("tags", list, diags) {
			if !slices.Contains(out, tag) {
				out = append(out, tag)
			}
		}
	}
	return out
}

// stringsOf reads a list of text.
func textsOf(key string, list *Value, diags *diagnostic.List) []string {
	var out []string
	for _, item := range list.Items {
		if item.Kind != String || strings.TrimSpace(item.Text) == "" {
			diags.Add(item.problem(fmt.Sprintf("%s holds %s, expected text", key, describe(item)), ""))
			continue
		}
		out = append(out, item.Text)
	}
	return out
}

// skip gives the reason for skipping the case.
func (d *definition) skip(diags *diagnostic.List) string {
	m, ok := d.own.other["skip"]
	if !ok || m.Value.Kind == Null {
		return ""
	}
	if strings.TrimSpace(m.Value.Text) == "" {
		diags.Add(m.Value.problem("skip has no reason", "write why the case is skipped, or leave skip out"))
	}
	return m.Value.Text
}

// request fills the request fields in and encodes them.
func (d *definition) request(sc *scope, fields []Member, diags *diagnostic.List) Request {
	var out Request
	rendered := make([]Member, 0, len(fields))
	for _, m := range fields {
		v, ok := sc.render(m.Value)
		if ok && hasTemplate(m.Value) && member(d.extra(), m.Key) < 0 {
			if d, bad := wrongFieldKind(m.Key, v); bad {
				diags.Add(d)
			}
		}
		m.Value = v
		rendered = append(rendered, m)
	}
	d.required(rendered, diags)
	if diags.Err() != nil || d.incomplete(rendered) {
		return out
	}
	n := &normalizer{media: d.suite.stores.media, diags: diags}
	body := &Value{Kind: Map, Members: n.fields(rendered)}
	out.Prefill = prefill(body.Get("messages"))
	out.Body = body.appendJSON(nil)
	out.Model = body.Get("model").Text
	d.headers(&out, diags)
	return out
}

// extra lists the members of all layers' extra_body.
func (d *definition) extra() []Member {
	var out []Member
	for _, l := range d.layers {
		out = append(out, l.extra...)
	}
	return out
}

// required reports fields without which the API takes no request.
func (d *definition) required(fields []Member, diags *diagnostic.List) {
	for _, name := range requiredFields {
		if member(fields, name) < 0 && !d.layers.meant(name) {
			diags.Add(d.nameAt().problem(fmt.Sprintf("the case has no %s", name),
				fmt.Sprintf("write `%s:` in the case, in its suite or in %s", name, defaultsFile)))
		}
	}
	if i := member(fields, "stream"); i >= 0 && fields[i].Value.Text == "true" {
		diags.Add(fields[i].Value.problem("stream: true is part of the suite format, but this version of evalrun does not do it yet", ""))
	}
}

// incomplete tells whether a required field is missing, which has been
// reported.
func (d *definition) incomplete(fields []Member) bool {
	return slices.ContainsFunc(requiredFields, func(name string) bool { return member(fields, name) < 0 })
}

// headers reads what goes beside the body.
func (d *definition) headers(out *Request, diags *diagnostic.List) {
	if v := d.layers.setting("betas"); v != nil {
		out.Betas = textsOf("betas", v, diags)
	}
	if v := d.layers.setting("anthropic_version"); v != nil {
		out.Version = v.Text
	}
	if v := d.layers.setting("timeout"); v != nil {
		t, err := time.ParseDuration(v.Text)
		if err != nil || t <= 0 {
			diags.Add(v.problem("timeout is "+quote(v.Text)+", expected a duration such as 30s or 2m", ""))
		}
		out.Timeout = t
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

// digest hashes what makes the case the question it is.
func (d *definition) digest(c *Case) string {
	h := sha256.New()
	h.Write(d.own.node.appendJSON(nil))
	for _, a := range c.Assertions {
		fmt.Fprintf(h, "\x00%s\x00%s", a.Expr.Text, a.Name)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
