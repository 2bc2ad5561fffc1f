package suite

import (
	"fmt"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// Judge is the model that is asked about a rubric, and how.
type Judge struct {
	// Body is the request's body as a JSON object, but for what is judged: it
	// has no messages. Its keys are in the order and its numbers in the
	// spelling that were written.
	Body payload.JSON
	// Written is the body as a value: it knows where each part was written.
	Written *Value
	// Model is the body's model.
	Model string
	// Tool is set where a tool that the judge must use holds its verdict to the
	// form, instead of output_config.format.
	Tool bool
	// ShowThinking shows the judge thinking blocks too.
	ShowThinking bool
	// Betas, Version and Timeout are as in Request.
	Betas   []string
	Version string
	Timeout time.Duration
}

// readOwnJudge reads the judge that is beside a rubric; nil where it is
// wrong.
func readOwnJudge(v *Value, diags *diagnostic.List) *layer {
	if v.Kind != Map {
		diags.Add(v.Diagnostic("judge is "+v.Describe()+", expected a map", ""))
		return nil
	}
	return newLayer(v, judgeLevel, diags)
}

// judges are the layers of the judge, outermost first, with that of the rubric
// itself, which may be nil. `judge: null` takes away what is outside of it.
func (ls layers) judges(own *layer) layers {
	var out layers
	for _, l := range ls {
		switch m, ok := l.other["judge"]; {
		case ok && m.Value.Kind == Null:
			out = nil
		case l.judge != nil:
			out = append(out, l.judge)
		}
	}
	if own != nil {
		out = append(out, own)
	}
	return out
}

// judgeTemplate is a judge with what all cases of a template have of it.
type judgeTemplate struct {
	fields []Member
	judge  Judge // but for the body
	whole  bool  // whether it has the fields that it needs
	extra  []Member
	// made is the judge of every case, where no template is in its fields.
	made *Judge
}

// readJudge merges the layers of the judge that a rubric has.
func readJudge(ts *template.Set, ls layers, rubric *Value, diags *diagnostic.List) *judgeTemplate {
	headers := readHeaders(ls, diags)
	out := &judgeTemplate{
		fields: ls.fields(diags), extra: ls.extra(),
		judge: Judge{Betas: headers.Betas, Version: headers.Version, Timeout: headers.Timeout},
	}
	if v := ls.setting("mode"); v != nil {
		out.judge.Tool = v.Text == "tool"
		if v.Text != "tool" && v.Text != "format" {
			diags.Add(v.Diagnostic("mode is "+v.Describe()+", expected format or tool", ""))
		}
	}
	if v := ls.setting("show_thinking"); v != nil {
		out.judge.ShowThinking = v.Text == "true"
	}
	for _, m := range out.fields {
		ts.Compile(m.Value)
		out.checkOwn(m, diags)
	}
	out.whole = out.complete(ls, rubric, diags)
	return out
}

// checkOwn refuses fields by which evalrun itself asks for the verdict.
func (j *judgeTemplate) checkOwn(m Member, diags *diagnostic.List) {
	switch {
	case m.Key == "output_config" && m.Value.Get("format") != nil:
		diags.Add(m.Value.Get("format").Diagnostic("the judge's output_config has a `format`, which evalrun sets itself", ""))
	case j.judge.Tool && (m.Key == "tools" || m.Key == "tool_choice"):
		diags.Add(m.Value.Diagnostic("the judge has `"+m.Key+"`, which evalrun sets itself with `mode: tool`", ""))
	}
}

// check refuses what a template yielded where the API takes no value of its
// kind.
func (j *judgeTemplate) check(m Member, diags *diagnostic.List) {
	if member(j.extra, m.Key) < 0 {
		if d, bad := wrongFieldKind(m.Key, m.Value); bad {
			diags.Add(d)
		}
	}
	j.checkOwn(m, diags)
}

// complete reports whether the judge has all that it needs, and reports what is
// missing.
func (j *judgeTemplate) complete(ls layers, rubric *Value, diags *diagnostic.List) bool {
	whole := true
	for _, name := range []string{"model", "max_tokens"} {
		if member(j.fields, name) >= 0 {
			continue
		}
		if whole && !ls.has(name) {
			message := "the rubric's judge has no " + name
			if len(ls) == 0 {
				message = "the rubric has no judge, and there is no default"
			}
			diags.Add(rubric.Diagnostic(message,
				fmt.Sprintf("write `judge: {model: …, max_tokens: …}` beside the rubric, in its case, in its suite or in %s", defaultsFile)))
		}
		whole = false
	}
	return whole
}

// make gives the judge of one case; nil where it is wrong, which has been
// reported.
func (j *judgeTemplate) make(sc *template.Scope, media *mediaStore) *Judge {
	if j.made != nil || !j.whole {
		return j.made
	}
	wrong, templates := len(*sc.Diags), false
	rendered := make([]Member, 0, len(j.fields))
	for _, m := range j.fields {
		v, ok := sc.Render(m.Value)
		if template.HasAny(m.Value) && ok {
			templates = true
			m.Value = v
			j.check(m, sc.Diags)
		}
		rendered = append(rendered, m)
	}
	n := &normalizer{media: media, diags: sc.Diags}
	body := &Value{Kind: Map, Members: n.fields(rendered)}
	if len(*sc.Diags) > wrong {
		return nil
	}
	out := j.judge
	out.Body, out.Written = body.Encode(), body
	out.Model = body.Get("model").Text
	if !templates {
		j.made = &out
	}
	return &out
}

// appendDigest writes what the judge is asked with.
func (j *judgeTemplate) appendDigest(dst []byte, ts *template.Set) []byte {
	dst = fmt.Appendf(dst, "\x00%t\x00%t\x00%q\x00%s", j.judge.Tool, j.judge.ShowThinking, j.judge.Betas, j.judge.Version)
	for _, m := range j.fields {
		dst = append(append(dst, 0), m.Key...)
		dst = ts.AppendSources(append(dst, 0), m.Value)
	}
	return dst
}
