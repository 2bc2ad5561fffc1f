package promptfoo

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/suitefile"
)

// subject is what the assertions of a test look at.
type subject struct {
	text string // an expression for the output as text
	json string // the same as JSON
	err  error  // why there is none
}

// output is the answer as it is.
var output = subject{text: "text", json: "json"}

// transformed is the output behind a transform of JavaScript.
func transformed(v *value) subject {
	if v.is(null) {
		return output
	}
	code := strings.TrimSuffix(strings.TrimSpace(v.str()), ";")
	switch code {
	case "":
	case "output":
		return output
	case "output.trim()":
		return subject{text: "trim(text)", json: "fromJSON(trim(text))"}
	case "output.toLowerCase()":
		return subject{text: "lower(text)", json: "fromJSON(lower(text))"}
	case "output.toUpperCase()":
		return subject{text: "upper(text)", json: "fromJSON(upper(text))"}
	case "JSON.parse(output)":
		return subject{text: "toJSON(json)", json: "json"}
	default:
		if behind, ok := strings.CutPrefix(code, "JSON.parse(output)."); ok && variable.MatchString(behind) {
			return subject{text: "string(json." + behind + ")", json: "json." + behind}
		}
	}
	return subject{err: fmt.Errorf("a transform that is JavaScript")}
}

// assertion writes one assertion; a set of them becomes several.
func (c *converter) assertion(v *value, s subject) []*suitefile.Node {
	v = v.resolve(c.root)
	if v.get("type").str() == "assert-set" && v.get("threshold") == nil && v.get("weight") == nil && v.get("assert").is(list) {
		var out []*suitefile.Node
		for _, item := range v.get("assert").items {
			out = append(out, c.assertion(item, s)...)
		}
		return out
	}
	if t := v.get("transform"); t != nil {
		s = transformed(t)
	}
	if s.err == nil {
		s.err = code(v)
	}
	if s.err == nil {
		s.err = unknownKeys(v, "type", "value", "threshold", "weight", "metric", "provider", "transform", "description")
	}
	if s.err != nil {
		return []*suitefile.Node{c.undecided(v, s.err)}
	}
	node := suitefile.Map()
	kind, negated := strings.CutPrefix(v.get("type").str(), "not-")
	var err error
	if kind == "llm-rubric" {
		err = c.rubric(node, v, negated)
	} else {
		var expr string
		if expr, err = c.expr(kind, v, s); err == nil {
			if negated {
				expr = "!(" + expr + ")"
			}
			suitefile.Set(node, "expr", suitefile.Template(expr))
		}
	}
	if err == nil {
		err = c.weigh(node, v)
	}
	if err != nil {
		return []*suitefile.Node{c.undecided(v, err)}
	}
	c.Assertions++
	if kind == "llm-rubric" && has(node, "min_score") { // there both must hold
		return []*suitefile.Node{without(node, "min_score"), node}
	}
	return []*suitefile.Node{node}
}

// code is an error for an assertion that a file of code evaluates.
func code(v *value) error {
	name, isFile := strings.CutPrefix(v.get("value").str(), "file://")
	switch strings.TrimPrefix(v.get("type").str(), "not-") {
	case "javascript", "python", "ruby":
		if isFile {
			return fmt.Errorf("the code of %s", suitefile.Line(name))
		}
	}
	return nil
}

// without is a map without a member.
func without(m *suitefile.Node, name string) *suitefile.Node {
	out := suitefile.Map()
	for i := 0; i < len(m.Content); i += 2 {
		if m.Content[i].Value != name {
			out.Content = append(out.Content, m.Content[i], m.Content[i+1])
		}
	}
	return out
}

// unknownKeys is an error for a key that may change what a map means.
func unknownKeys(v *value, known ...string) error {
	for _, name := range v.namesOf() {
		if !slices.Contains(known, name) && !v.members[name].is(null) {
			return fmt.Errorf("the key %s", name)
		}
	}
	return nil
}

// weigh writes the name and the weight.
func (c *converter) weigh(node *suitefile.Node, v *value) error {
	if metric := v.get("metric"); !metric.is(null) {
		name, err := c.template(metric.str())
		if err != nil || name == "" || strings.Contains(name, "{{") {
			return fmt.Errorf("a metric whose name is a template")
		}
		suitefile.Set(node, "name", suitefile.Text(name))
	}
	weight := v.get("weight")
	switch n, ok := weight.num(); {
	case weight.is(null):
	case !ok || n < 0:
		return fmt.Errorf("a weight that is no number from 0 on")
	case n == 0: // it fails nothing
		suitefile.Set(node, "level", suitefile.Text("warn"))
	default:
		suitefile.Set(node, "weight", suitefile.Plain(weight.text))
	}
	return nil
}

// expr is an expression for an assertion of a type.
func (c *converter) expr(kind string, v *value, s subject) (string, error) {
	if at := v.get("value").str(); strings.HasPrefix(at, "file://") && kind != "is-json" {
		return "", fmt.Errorf("a value in a file")
	}
	switch kind {
	case "equals":
		return c.equals(v.get("value"), s)
	case "contains", "icontains", "starts-with":
		return c.contains(kind, v.get("value"), s)
	case "contains-any", "contains-all", "icontains-any", "icontains-all":
		return c.containsSome(kind, v.get("value"), s)
	case "regex":
		pattern, err := regexExpr(v.get("value").str())
		return s.text + " matches " + pattern, err
	case "is-json":
		return c.isJSON(v.get("value"), s)
	case "javascript":
		return c.javascript(v, s)
	case "cost", "latency", "levenshtein":
		return c.bounded(kind, v, s)
	case "word-count":
		return wordCount(v.get("value"), s)
	case "finish-reason":
		return finishReason(v.get("value").str())
	case "":
		return "", fmt.Errorf("an assertion without a type")
	}
	return "", fmt.Errorf("the assertion %s", kind)
}

func (c *converter) equals(v *value, s subject) (string, error) {
	if v.is(object) || v.is(list) {
		e, err := jsonExpr(v)
		return s.json + " == " + e, err
	}
	e, err := c.valueExpr(v)
	return s.text + " == " + e, err
}

func (c *converter) contains(kind string, v *value, s subject) (string, error) {
	e, err := c.valueExpr(v)
	switch {
	case err == nil && e == `""`:
		return "", fmt.Errorf("an empty value")
	case kind == "icontains":
		return "lower(" + s.text + ") contains lower(" + e + ")", err
	case kind == "starts-with":
		return s.text + " startsWith " + operand(e), err
	}
	return s.text + " contains " + operand(e), err
}

// operand puts an expression between parentheses where it is a sum.
func operand(expr string) string {
	if strings.Contains(expr, " + ") {
		return "(" + expr + ")"
	}
	return expr
}

func (c *converter) containsSome(kind string, v *value, s subject) (string, error) {
	e, err := c.listExpr(v)
	kind, ignoresCase := strings.CutPrefix(kind, "i")
	of := strings.TrimPrefix(kind, "contains-")
	if ignoresCase {
		return fmt.Sprintf("%s(%s, lower(%s) contains lower(#))", of, e, s.text), err
	}
	return fmt.Sprintf("%s(%s, %s contains #)", of, e, s.text), err
}

// isJSON writes the schema into a file where it is large.
func (c *converter) isJSON(v *value, s subject) (string, error) {
	if v.is(null) {
		return "is_json(" + s.text + ")", nil
	}
	if v.is(text) {
		source := v.text
		if strings.HasPrefix(source, "file://") {
			data, err := c.read(source)
			if err != nil {
				return "", err
			}
			source = string(data)
		}
		parsed, err := parse(v.file, []byte(source))
		if err != nil || !parsed.is(object) {
			return "", fmt.Errorf("a schema that is no object")
		}
		v = parsed
	}
	if !v.is(object) {
		return "", fmt.Errorf("a schema that is no object")
	}
	schema := v.json()
	if strings.Contains(string(schema), "{{") {
		return "", fmt.Errorf("a template in a schema")
	}
	strict := "is_json(" + s.text + ") && "
	if s.text == "toJSON(json)" || s.text != "text" {
		strict = ""
	}
	const short = 200
	if len(schema) <= short {
		return strict + "matches_schema(" + s.json + ", " + string(schema) + ")", nil
	}
	var pretty strings.Builder
	indented, err := indent(schema)
	if err != nil {
		return "", err
	}
	pretty.Write(indented)
	name := c.files.Add("schema.json", []byte(pretty.String()))
	return strict + "matches_schema(" + s.json + ", " + quote(path.Base(name)) + ")", nil
}

func indent(raw []byte) ([]byte, error) {
	var v json.RawMessage = raw
	out, err := json.MarshalIndent(v, "", "  ")
	return append(out, '\n'), err
}

// bounded writes what must not be more than a threshold.
func (c *converter) bounded(kind string, v *value, s subject) (string, error) {
	threshold := v.get("threshold")
	n, ok := threshold.num()
	if !ok && kind == "levenshtein" && threshold.is(null) {
		n, ok = 5, true
	}
	if !ok {
		return "", fmt.Errorf("%s without a threshold", kind)
	}
	number := strconv.FormatFloat(n, 'f', -1, 64)
	switch kind {
	case "cost":
		if len(c.unpriced) > 0 {
			return "", fmt.Errorf("a bound of %s dollars: no price is known for %s (write cost <= %[1]s once --prices FILE gives one, or another model is asked)", number, c.unpriced[0])
		}
		return "cost <= " + number, nil
	case "latency":
		return "latency <= duration(" + quote(number+"ms") + ")", nil
	}
	e, err := c.valueExpr(v.get("value"))
	return fmt.Sprintf("round((1 - similarity(%[1]s, %[2]s)) * max(len(%[1]s), len(%[2]s))) <= %[3]s", s.text, operand(e), number), err
}

func wordCount(v *value, s subject) (string, error) {
	words := "words(" + s.text + ")"
	if n, ok := v.num(); ok {
		return fmt.Sprintf("%s == %g", words, n), nil
	}
	if t := v.str(); t != "" {
		if n, err := strconv.Atoi(t); err == nil {
			return fmt.Sprintf("%s == %d", words, n), nil
		}
	}
	low, hasLow := v.get("min").num()
	high, hasHigh := v.get("max").num()
	var out []string
	if hasLow {
		out = append(out, fmt.Sprintf("%s >= %g", words, low))
	}
	if hasHigh {
		out = append(out, fmt.Sprintf("%s <= %g", words, high))
	}
	if len(out) == 0 {
		return "", fmt.Errorf("a word-count without a number")
	}
	return strings.Join(out, " && "), nil
}

func finishReason(reason string) (string, error) {
	switch reason {
	case "stop":
		return `stop_reason in ["end_turn", "stop_sequence"]`, nil
	case "length":
		return `stop_reason == "max_tokens"`, nil
	case "tool_calls":
		return `stop_reason == "tool_use"`, nil
	}
	return "", fmt.Errorf("the finish-reason %s", quote(reason))
}

// rubric writes what a judge decides.
func (c *converter) rubric(node *suitefile.Node, v *value, negated bool) error {
	words := v.get("value").str()
	if negated || words == "" || strings.HasPrefix(words, "file://") {
		return fmt.Errorf("a rubric that is negated, empty or in a file")
	}
	rubric, err := c.template(words)
	if err != nil {
		return err
	}
	suitefile.Set(node, "rubric", suitefile.Template(rubric))
	if t := v.get("threshold"); !t.is(null) {
		n, ok := t.num()
		if !ok || n < 0 || n > 1 {
			return fmt.Errorf("a threshold that is no number from 0 to 1")
		}
		suitefile.Set(node, "min_score", suitefile.Plain(t.text))
	}
	if p := v.get("provider"); !p.is(null) {
		judge, err := c.judgeOf(p)
		if err != nil {
			return err
		}
		suitefile.Set(node, "judge", judge)
	}
	c.judged = true
	return nil
}

// undecided is an assertion that fails until somebody has decided what is meant.
func (c *converter) undecided(v *value, why error) *suitefile.Node {
	c.gap(v, why.Error())
	node := suitefile.Map()
	key := suitefile.Set(node, "expr", suitefile.Plain("false"))
	suitefile.Set(node, "name", suitefile.Text(suitefile.Line("not imported: "+why.Error()+" ("+v.at()+")")))
	lines := []string{"Decide: promptfoo has here"}
	for line := range strings.Lines(shown(v)) {
		lines = append(lines, "  "+strings.TrimRight(line, "\n"))
	}
	suitefile.Comment(key, lines...)
	return node
}

// shown is a part of a configuration as JSON, cut.
func shown(v *value) string {
	const most = 400
	out := string(v.json())
	if runes := []rune(out); len(runes) > most {
		out = string(runes[:most]) + "…"
	}
	return out
}
