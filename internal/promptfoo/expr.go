package promptfoo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// variable is a reference to a variable as both tools write it.
var variable = regexp.MustCompile(`^-?\s*([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,6}\])*)\s*-?$`)

// piece is a part of a template: text, or an expression.
type piece struct {
	text, expr string
	name       string // of the variable
}

// pieces parts a template of Nunjucks. The error says what evalrun has no word for.
func pieces(template string) ([]piece, error) {
	if strings.Contains(template, "{%") || strings.Contains(template, "{#") {
		return nil, fmt.Errorf("a tag or comment of Nunjucks ({%% … %%})")
	}
	var out []piece
	for rest := template; ; {
		before, behind, found := strings.Cut(rest, "{{")
		if before != "" {
			out = append(out, piece{text: before})
		}
		if !found {
			return out, nil
		}
		inner, after, closed := strings.Cut(behind, "}}")
		m := variable.FindStringSubmatch(strings.TrimSpace(inner))
		switch {
		case !closed:
			return nil, fmt.Errorf("braces that are not closed")
		case m == nil, m[1] == "env":
			return nil, fmt.Errorf("the expression {{%s}} of Nunjucks", inner)
		}
		out = append(out, piece{expr: "vars." + m[1] + m[2], name: m[1]})
		rest = after
	}
}

// template writes a template as evalrun has it, and notes the variables.
func (c *converter) template(text string) (string, error) {
	parts, err := pieces(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range parts {
		if p.expr != "" {
			c.used[p.name] = true
			b.WriteString("{{ " + p.expr + " }}")
			continue
		}
		b.WriteString(p.text)
	}
	return b.String(), nil
}

// textExpr is an expression for a text in which variables are filled in.
func (c *converter) textExpr(text string) (string, error) {
	parts, err := pieces(text)
	if err != nil {
		return "", err
	}
	var out []string
	for _, p := range parts {
		if p.expr != "" {
			c.used[p.name] = true
			out = append(out, "string("+p.expr+")")
			continue
		}
		out = append(out, quote(p.text))
	}
	if len(out) == 0 {
		return `""`, nil
	}
	return strings.Join(out, " + "), nil
}

// quote writes a text as an expression has it.
func quote(text string) string { return string(exactjson.Quote(text)) }

// valueExpr is an expression for the value of an assertion: a text, a number or a
// truth value.
func (c *converter) valueExpr(v *value) (string, error) {
	if v.is(text) {
		return c.textExpr(v.text)
	}
	if s, ok := v.scalar(); ok {
		return quote(s), nil
	}
	return "", fmt.Errorf("a value that is no text")
}

// listExpr is an expression for a list of texts, which may be one text with commas.
func (c *converter) listExpr(v *value) (string, error) {
	items := v.items0()
	if len(items) == 0 {
		return "", fmt.Errorf("a value that is no list of texts")
	}
	var out []string
	for _, item := range items {
		e, err := c.valueExpr(item)
		if err != nil {
			return "", err
		}
		out = append(out, e)
	}
	return "[" + strings.Join(out, ", ") + "]", nil
}

// items0 are the items of a list, or the parts of a text between commas.
func (v *value) items0() []*value {
	if !v.is(text) {
		if v.is(list) {
			return v.items
		}
		return nil
	}
	if strings.Contains(v.text, `"`) {
		return nil // in quotes a comma is text
	}
	var out []*value
	for part := range strings.SplitSeq(v.text, ",") {
		out = append(out, &value{kind: text, text: strings.TrimSpace(part), line: v.line, file: v.file})
	}
	return out
}

// jsonExpr is a value as a literal of an expression; texts in it hold no templates.
func jsonExpr(v *value) (string, error) {
	switch {
	case v.is(null):
		return "nil", nil
	case v.is(text) && strings.Contains(v.text, "{{"):
		return "", fmt.Errorf("a template within a value that is no text")
	case v.is(list), v.is(object):
		var parts []string
		for _, item := range v.items {
			e, err := jsonExpr(item)
			if err != nil {
				return "", err
			}
			parts = append(parts, e)
		}
		for _, name := range v.namesOf() {
			e, err := jsonExpr(v.members[name])
			if err != nil {
				return "", err
			}
			parts = append(parts, quote(name)+": "+e)
		}
		if v.is(list) {
			return "[" + strings.Join(parts, ", ") + "]", nil
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	}
	return string(v.json()), nil
}

func (v *value) namesOf() []string {
	if v == nil {
		return nil
	}
	return v.names
}

// regexExpr is a pattern of JavaScript as RE2 has it.
func regexExpr(pattern string) (string, error) {
	if strings.Contains(pattern, "{{") {
		return "", fmt.Errorf("a template in a regular expression")
	}
	out := strings.ReplaceAll(unicodeEscape.ReplaceAllString(pattern, `\x{$1}`), `\/`, `/`)
	if _, err := regexp.Compile(out); err != nil {
		return "", fmt.Errorf("a regular expression that RE2 does not have (such as a look-ahead)")
	}
	if slices.ContainsFunc([]string{`\s`, `\S`, `\w`, `\W`, `\b`, `\B`}, func(class string) bool { return strings.Contains(out, class) }) && regexp.MustCompile(`\\S`).MatchString(out) {
		return "", fmt.Errorf(`the class \S, which takes other white space in RE2`)
	}
	return quote(out), nil
}

var unicodeEscape = regexp.MustCompile(`\\u([0-9a-fA-F]{4})`)
