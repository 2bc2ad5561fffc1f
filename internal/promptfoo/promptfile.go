package promptfoo

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/suitefile"
)

// isPromptFile reports whether a document is a .prompt.yml of GitHub Models.
func isPromptFile(root *value) bool {
	return root.get("messages").is(list) && root.get("prompts") == nil && root.get("cases") == nil &&
		(root.get("testData") != nil || root.get("evaluators") != nil || root.get("modelParameters") != nil || strings.Contains(root.get("model").str(), "/"))
}

// promptFile writes the suite of a .prompt.yml.
func (c *converter) promptFile() error {
	doc := suitefile.Map()
	if d := c.root.get("description").str(); d != "" {
		suitefile.Set(doc, "description", suitefile.Text(d))
	}
	model := c.opts.Model
	if name, ok := strings.CutPrefix(c.root.get("model").str(), "anthropic/"); ok && model == "" {
		model = name
	}
	if model == "" {
		return &NoModelError{Others: []string{suitefile.Line(c.root.get("model").str())}}
	}
	suitefile.Set(doc, "model", suitefile.Text(model))
	c.modelParameters(doc)
	messages, err := c.chat(c.root.get("messages"))
	if err != nil {
		return fmt.Errorf("%s: messages: %w", c.file, err)
	}
	suitefile.Set(doc, "messages", messages)
	for _, name := range c.root.namesOf() {
		switch name {
		case "name", "description", "model", "modelParameters", "messages", "testData", "evaluators":
		default:
			c.gap(c.root.members[name], "the key "+name)
			c.failing = append(c.failing, "the key "+name+" ("+c.root.members[name].at()+")")
		}
	}
	c.suiteSubject = output
	shared := suitefile.List()
	for _, e := range itemsOf(c.root.get("evaluators")) {
		shared.Content = append(shared.Content, c.evaluator(e))
	}
	rows := itemsOf(c.root.get("testData"))
	if len(rows) == 0 {
		rows = []*value{{kind: object, members: map[string]*value{}, file: c.file, line: 1}}
	}
	for _, row := range rows {
		c.row(row, suitefile.Len(shared) > 0)
	}
	c.shared = shared.Content
	return c.finish(doc, suitefile.Map(), model)
}

// modelParameters writes the parameters that are fields of the request.
func (c *converter) modelParameters(doc *suitefile.Node) {
	v := c.root.get("modelParameters")
	tokens := defaultTokens
	for _, name := range v.namesOf() {
		member := v.members[name]
		switch name {
		case "temperature", "top_p", "topP":
			suitefile.Set(doc, strings.Replace(name, "topP", "top_p", 1), suitefile.Plain(member.text))
		case "max_tokens", "maxTokens", "max_completion_tokens", "maxCompletionTokens":
			tokens = member.text
		default:
			c.gap(member, "the parameter "+name)
			c.failing = append(c.failing, "the parameter "+name+" ("+member.at()+")")
		}
	}
	suitefile.Set(doc, "max_tokens", suitefile.Plain(tokens))
}

// evaluator writes an evaluator as an assertion.
func (c *converter) evaluator(e *value) *suitefile.Node {
	node := suitefile.Map()
	test := e.get("string")
	if test.is(object) && len(test.names) == 1 && unknownKeys(e, "name", "string") == nil {
		operator := test.names[0]
		sign := map[string]string{"contains": "contains", "startsWith": "startsWith", "endsWith": "endsWith", "equals": "=="}[operator]
		expr, err := c.valueExpr(test.members[operator])
		if err == nil && sign != "" {
			suitefile.Set(node, "expr", suitefile.Template("text "+sign+" "+operand(expr)))
			c.nameOf(node, e)
			c.Assertions++
			return node
		}
	}
	if llm := e.get("llm"); llm.is(object) {
		return c.undecided(e, fmt.Errorf("an evaluator with choices of its own; a rubric says in words what is good"))
	}
	return c.undecided(e, fmt.Errorf("the evaluator %s", quote(e.get("uses").str())))
}

func (c *converter) nameOf(node *suitefile.Node, e *value) {
	if name := suitefile.Line(e.get("name").str()); name != "" {
		suitefile.Set(node, "name", suitefile.Text(name))
	}
}

// row writes the case of a row of testData, whose members are variables.
func (c *converter) row(row *value, checked bool) {
	node := suitefile.Map()
	t := &value{kind: object, members: map[string]*value{"vars": row}, names: []string{"vars"}, file: row.file, line: row.line}
	suitefile.Set(node, "name", suitefile.Text(c.name(t, nil)))
	vars := suitefile.Map()
	err := c.vars(vars, row, map[string]bool{})
	if suitefile.Len(vars) > 0 {
		suitefile.Set(node, "vars", vars)
	}
	switch {
	case err != nil:
		suitefile.Set(node, "assert", suitefile.List(failing(err.Error())))
	case !checked:
		none := suitefile.Map()
		key := suitefile.Set(none, "expr", suitefile.Template("len(text) > 0"))
		suitefile.Set(none, "level", suitefile.Text("warn"))
		suitefile.Comment(key, "The file has no evaluator.")
		suitefile.Set(node, "assert", suitefile.List(none))
	}
	c.cases = append(c.cases, node)
}
