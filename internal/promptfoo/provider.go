package promptfoo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/suitefile"
)

// defaultTokens is what promptfoo sends as max_tokens to the Messages API where a
// configuration says nothing.
const defaultTokens = "1024"

// provider is one of the Messages API.
type provider struct {
	label  string
	model  string
	fields *suitefile.Node // all but the model
	betas  []string
	at     *value
}

// configFields are keys of a provider's config that are fields of the request.
var configFields = []string{"temperature", "max_tokens", "top_p", "top_k", "tools", "tool_choice", "thinking", "metadata", "service_tier", "cache_control"}

// ignoredConfig are keys of a provider's config that say nothing of the request.
var ignoredConfig = []string{"apiKey", "apiKeyEnvar", "apiBaseUrl", "apiHost", "cost", "maxRetries", "timeout", "timeoutMs", "showThinking"}

// modelOf is the model of a provider's id; false for one of another API.
func modelOf(id string) (string, bool) {
	if model, ok := strings.CutPrefix(id, "anthropic:messages:"); ok {
		return model, model != ""
	}
	model, ok := strings.CutPrefix(id, "anthropic:")
	return model, ok && strings.HasPrefix(model, "claude-") && !strings.HasPrefix(model, "claude-agent-sdk") && !strings.HasPrefix(model, "claude-code")
}

// providers reads the providers of the Messages API, and notes the others.
func (c *converter) providers(v *value) []*provider {
	list := []*value{v}
	if v.is(listKind) {
		list = v.items
	}
	var out []*provider
	for _, item := range list {
		if item.is(null) {
			continue
		}
		id, config := providerID(item)
		model, ok := modelOf(id)
		if !ok {
			c.others = append(c.others, suitefile.Line(id))
			c.note(item, "the provider "+suitefile.Line(id)+" does not use the Messages API")
			continue
		}
		p := &provider{label: item.get("label").str(), model: model, fields: suitefile.Map(), at: item}
		c.configure(p, config)
		out = append(out, p)
	}
	return out
}

// listKind is the kind of a list, beside the Go name list of others.
const listKind = list

// providerID gives the id and the config of a provider in one of its forms.
func providerID(v *value) (string, *value) {
	switch {
	case v.is(text):
		return v.text, nil
	case v.get("id").is(text):
		return v.get("id").text, v.get("config")
	case v.is(object) && len(v.names) == 1:
		only := v.members[v.names[0]]
		return v.names[0], only.get("config")
	}
	return shown(v), nil
}

// configure takes the fields of the request out of a provider's config.
func (c *converter) configure(p *provider, config *value) {
	hasTokens := false
	for _, name := range config.namesOf() {
		member := config.members[name]
		switch {
		case slices.Contains(ignoredConfig, name) || member.is(null):
		case slices.Contains(configFields, name):
			hasTokens = hasTokens || name == "max_tokens"
			c.configField(p, name, member)
		case name == "effort":
			effort := suitefile.Map()
			suitefile.Set(effort, "effort", suitefile.Text(member.str()))
			suitefile.Set(p.fields, "output_config", effort)
		case name == "headers" && member.is(object):
			c.headers(p, member)
		case name == "extra_body" && member.is(object):
			if node, err := suitefile.JSON(member.json()); err == nil {
				suitefile.Set(p.fields, "extra_body", node)
			}
		default:
			c.gap(member, "the key "+name+" of a provider")
			c.failing = append(c.failing, "the key "+name+" of a provider ("+member.at()+")")
		}
	}
	if !hasTokens {
		suitefile.Set(p.fields, "max_tokens", suitefile.Plain(defaultTokens))
	}
}

func (c *converter) configField(p *provider, name string, v *value) {
	if ref := v.str(); strings.HasPrefix(ref, "file://") {
		data, err := c.read(ref)
		if err == nil {
			v, err = parse(strings.TrimPrefix(ref, "file://"), data)
		}
		if err != nil {
			c.gap(v, name+": "+err.Error())
			c.failing = append(c.failing, name+" of a provider ("+v.at()+")")
			return
		}
	}
	node, err := suitefile.JSON(v.json())
	if err != nil {
		c.gap(v, name+": "+err.Error())
		return
	}
	suitefile.Set(p.fields, name, node)
}

func (c *converter) headers(p *provider, headers *value) {
	for _, name := range headers.names {
		if strings.EqualFold(name, "anthropic-beta") {
			for part := range strings.SplitSeq(headers.members[name].str(), ",") {
				if part = strings.TrimSpace(part); part != "" {
					p.betas = append(p.betas, part)
				}
			}
			continue
		}
		c.note(headers.members[name], "the header "+suitefile.Line(name)+" of a provider; `--header` sends it")
	}
}

// judgeOf gives the judge that a grader names.
func (c *converter) judgeOf(v *value) (*suitefile.Node, error) {
	if v.is(object) && v.get("id") == nil && v.get("text") != nil {
		v = v.get("text")
	}
	id, config := providerID(v)
	model, ok := modelOf(id)
	if !ok {
		return nil, fmt.Errorf("the grader %s, which does not use the Messages API", suitefile.Line(id))
	}
	p := &provider{model: model, fields: suitefile.Map()}
	c.configure(p, config)
	judge := suitefile.Map()
	suitefile.Set(judge, "model", suitefile.Text(model))
	judge.Content = append(judge.Content, p.fields.Content...)
	return judge, nil
}

// writeProviders writes the model, or an axis of the matrix of several.
func (c *converter) writeProviders(doc, matrix *suitefile.Node, list []*provider) {
	if len(list) == 1 {
		suitefile.Set(doc, "model", suitefile.Text(list[0].model))
		doc.Content = append(doc.Content, list[0].fields.Content...)
		if len(list[0].betas) > 0 {
			suitefile.Set(doc, "betas", textList(list[0].betas))
		}
		return
	}
	axis := suitefile.Map()
	var names []string
	for _, p := range list {
		names = append(names, cmp.Or(p.label, p.model))
	}
	unique := labels(names)
	for i, p := range list {
		over := suitefile.Map()
		suitefile.Set(over, "model", suitefile.Text(p.model))
		over.Content = append(over.Content, p.fields.Content...)
		if len(p.betas) > 0 {
			suitefile.Set(over, "betas", textList(p.betas))
		}
		suitefile.Set(axis, unique[i], over)
	}
	suitefile.Set(matrix, "provider", axis)
}

func textList(texts []string) *suitefile.Node {
	out := suitefile.List()
	for _, t := range texts {
		out.Content = append(out.Content, suitefile.Text(t))
	}
	return out
}
