package promptfoo

import (
	"fmt"
	"regexp"
	"strings"
)

// javascript writes JavaScript that is a plain comparison.
func (c *converter) javascript(v *value, s subject) (string, error) {
	code := strings.TrimSuffix(strings.TrimSpace(v.get("value").str()), ";")
	code = strings.TrimPrefix(code, "return ")
	wrong := fmt.Errorf("JavaScript that is more than a comparison")
	if code == "" || strings.Contains(code, "\n") || strings.Contains(code, "{{") || !v.get("threshold").is(null) {
		return "", wrong
	}
	p := &jsReader{c: c, subject: s, tokens: jsToken.FindAllString(code, -1)}
	if strings.Join(p.tokens, "") != strings.Join(strings.Fields(code), "") && !p.covers(code) {
		return "", wrong
	}
	expr, ok := p.or()
	if !ok || len(p.tokens) > 0 {
		return "", wrong
	}
	return expr, nil
}

// jsToken are the words and signs that comparisons are made of.
var jsToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_$][A-Za-z0-9_$]*|[0-9]+(?:\.[0-9]+)?|===|!==|==|!=|<=|>=|&&|\|\||[<>!().\[\]]|\S`)

// jsReader reads a comparison by its tokens.
type jsReader struct {
	c       *converter
	subject subject
	tokens  []string
}

// covers reports whether the tokens are all of the code.
func (p *jsReader) covers(code string) bool {
	rest := code
	for _, token := range p.tokens {
		var ok bool
		if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), token); !ok {
			return false
		}
	}
	return strings.TrimSpace(rest) == ""
}

func (p *jsReader) take(token string) bool {
	if len(p.tokens) > 0 && p.tokens[0] == token {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

// takeAll takes a sequence of tokens, or none.
func (p *jsReader) takeAll(tokens ...string) bool {
	if len(p.tokens) < len(tokens) {
		return false
	}
	for i, token := range tokens {
		if p.tokens[i] != token {
			return false
		}
	}
	p.tokens = p.tokens[len(tokens):]
	return true
}

func (p *jsReader) or() (string, bool) { return p.joined("||", p.and) }

func (p *jsReader) and() (string, bool) { return p.joined("&&", p.not) }

func (p *jsReader) joined(sign string, part func() (string, bool)) (string, bool) {
	out, ok := part()
	for ok && p.take(sign) {
		var next string
		next, ok = part()
		out += " " + sign + " " + next
	}
	return out, ok
}

func (p *jsReader) not() (string, bool) {
	if p.take("!") {
		inner, ok := p.not()
		return "!(" + inner + ")", ok
	}
	if p.take("(") {
		inner, ok := p.or()
		return "(" + inner + ")", ok && p.take(")")
	}
	return p.comparison()
}

// comparison reads `a.includes(b)` or `a === b`. Only values of one type are
// compared, since JavaScript compares others in its own way.
func (p *jsReader) comparison() (string, bool) {
	left, ok := p.operand()
	if !ok {
		return "", false
	}
	for method, sign := range map[string]string{"includes": "contains", "startsWith": "startsWith", "endsWith": "endsWith"} {
		if p.takeAll(".", method, "(") {
			right, ok := p.operand()
			return left.expr + " " + sign + " " + right.expr, ok && left.kind == "text" && right.kind == "text" && p.take(")")
		}
	}
	if len(p.tokens) == 0 {
		return "", false
	}
	sign, ok := map[string]string{"===": "==", "==": "==", "!==": "!=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}[p.tokens[0]]
	if !ok {
		return "", false
	}
	p.tokens = p.tokens[1:]
	right, ok := p.operand()
	isEquality := sign == "==" || sign == "!="
	same := left.kind == right.kind || isEquality && (left.kind == "any" || right.kind == "any") && sign == "=="
	if left.kind == "text" && !isEquality {
		same = false
	}
	return left.expr + " " + sign + " " + right.expr, ok && same
}

// jsOperand is a value of a comparison: of the kind text, number or boolean, or any
// where that is not known.
type jsOperand struct{ expr, kind string }

func (p *jsReader) operand() (jsOperand, bool) {
	if len(p.tokens) == 0 {
		return jsOperand{}, false
	}
	switch token := p.tokens[0]; {
	case token[0] >= '0' && token[0] <= '9':
		p.tokens = p.tokens[1:]
		return jsOperand{token, "number"}, true
	case token == "true" || token == "false":
		p.tokens = p.tokens[1:]
		return jsOperand{token, "boolean"}, true
	case token[0] == '"' || token[0] == '\'':
		p.tokens = p.tokens[1:]
		inner := token[1 : len(token)-1]
		if strings.Contains(inner, `\`) {
			return jsOperand{}, false
		}
		return jsOperand{quote(inner), "text"}, true
	case p.takeAll("JSON", ".", "parse", "(", "output", ")"):
		path, ok := p.path()
		return jsOperand{p.subject.json + path, "any"}, ok && path != ""
	case p.takeAll("context", ".", "vars", "."):
		if len(p.tokens) == 0 || !variable.MatchString(p.tokens[0]) {
			return jsOperand{}, false
		}
		name := p.tokens[0]
		p.c.used[name] = true
		p.tokens = p.tokens[1:]
		return jsOperand{"string(vars." + name + ")", "text"}, true
	case p.take("output"):
		return p.methods(jsOperand{p.subject.text, "text"})
	}
	return jsOperand{}, false
}

// methods reads what is called on a text.
func (p *jsReader) methods(o jsOperand) (jsOperand, bool) {
	for {
		switch {
		case p.takeAll(".", "toLowerCase", "(", ")"):
			o.expr = "lower(" + o.expr + ")"
		case p.takeAll(".", "toUpperCase", "(", ")"):
			o.expr = "upper(" + o.expr + ")"
		case p.takeAll(".", "trim", "(", ")"):
			o.expr = "trim(" + o.expr + ")"
		case p.takeAll(".", "length"):
			return jsOperand{"len(" + o.expr + ")", "number"}, true
		default:
			return o, true
		}
	}
}

// path reads the members behind a value.
func (p *jsReader) path() (string, bool) {
	out := ""
	for p.take(".") {
		if len(p.tokens) == 0 || !variable.MatchString(p.tokens[0]) || p.tokens[0] == "length" || len(p.tokens) > 1 && p.tokens[1] == "(" {
			return "", false
		}
		out += "." + p.tokens[0]
		p.tokens = p.tokens[1:]
	}
	return out, true
}
