package promptfoo

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/suitefile"
)

// tests writes a case of each test.
func (c *converter) tests() error {
	if tests := c.root.get("tests"); !tests.is(null) {
		for _, t := range c.listOfTests(tests) {
			c.test(t, nil)
		}
	}
	for _, s := range itemsOf(c.root.get("scenarios")) {
		c.scenario(s.resolve(c.root))
	}
	if s := c.root.get("scenarios"); !s.is(null) && !s.is(list) {
		c.gap(s, "scenarios in a file")
		c.failing = append(c.failing, "scenarios ("+s.at()+")")
	}
	if c.root.get("tests").is(null) && c.root.get("scenarios").is(null) {
		c.test(&value{kind: object, members: map[string]*value{}, file: c.file, line: 1}, nil)
	}
	if len(c.cases) > maxCases {
		return fmt.Errorf("%s has more than %d tests", c.file, maxCases)
	}
	return nil
}

// scenario writes each of its tests with each of its configurations.
func (c *converter) scenario(s *value) {
	if err := unknownKeys(s, "config", "tests", "description"); err != nil || !s.get("config").is(list) {
		c.gap(s, "a scenario with a key that is not known, or without a list of config")
		c.failing = append(c.failing, "a scenario ("+s.at()+")")
		return
	}
	for _, config := range s.get("config").items {
		for _, t := range c.listOfTests(s.get("tests")) {
			c.test(t, config)
		}
	}
}

// listOfTests gives the tests of a list, and of the files that it names.
func (c *converter) listOfTests(v *value) []*value {
	var out []*value
	items := []*value{v}
	if v.is(list) {
		items = v.items
	}
	for _, item := range items {
		switch item = item.resolve(c.root); {
		case item.is(text):
			found, err := c.testsOfFile(item)
			if err != nil {
				c.gap(item, "tests: "+err.Error())
				c.failing = append(c.failing, "tests ("+item.at()+")")
			}
			out = append(out, found...)
		case item.is(object) && item.get("path") == nil:
			out = append(out, item)
		case !item.is(null):
			c.gap(item, "tests that code makes")
			c.failing = append(c.failing, "tests ("+item.at()+")")
		}
	}
	return out
}

// testsOfFile reads the files of a name or a pattern.
func (c *converter) testsOfFile(v *value) ([]*value, error) {
	names, err := c.glob(v.text)
	if err != nil {
		return nil, err
	}
	var out []*value
	for _, name := range names {
		found, err := c.testsOfOne(name)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (c *converter) testsOfOne(name string) ([]*value, error) {
	data, err := c.read(name)
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return testsOfCSV(name, data)
	case ".jsonl":
		var out []*value
		for line := range bytes.Lines(data) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			t, err := parse(name, line)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
		return out, nil
	case ".yaml", ".yml", ".json":
		v, err := parse(name, data)
		switch {
		case err != nil:
			return nil, err
		case v.is(list):
			return v.items, nil
		case v.is(object):
			return []*value{v}, nil
		}
		return nil, fmt.Errorf("%s is no list of tests", name)
	}
	return nil, fmt.Errorf("%s is none of CSV, JSON Lines, JSON and YAML", name)
}

// test writes the cases of a test: one, or one for each choice among the lists of
// its variables. config is what a scenario adds.
func (c *converter) test(t, config *value) {
	t = t.resolve(c.root)
	s := c.suiteSubject
	if tr := t.get("options").get("transform"); !tr.is(null) {
		s = transformed(tr)
	}
	vars := merged(c.root.get("defaultTest").resolve(c.root).get("vars"), config.get("vars"), t.get("vars"))
	choices := []map[string]*value{{}}
	if v := t.get("options").get("disableVarExpansion"); v.is(null) || v.text != "true" {
		choices = expand(vars)
	}
	if len(c.cases)+len(choices) > maxCases {
		c.gap(t, fmt.Sprintf("a test of %d combinations of variables", len(choices)))
		c.failing = append(c.failing, "a test ("+t.at()+")")
		return
	}
	for _, choice := range choices {
		c.cases = append(c.cases, c.oneCase(t, config, choice, s))
	}
}

// merged are maps in which later members win.
func merged(maps ...*value) *value {
	out := &value{kind: object, members: map[string]*value{}}
	for _, m := range maps {
		for _, name := range m.namesOf() {
			out.set(name, m.members[name])
		}
	}
	return out
}

// expand gives each choice of one value of every list.
func expand(vars *value) []map[string]*value {
	out := []map[string]*value{{}}
	for _, name := range vars.namesOf() {
		v := vars.members[name]
		if !v.is(list) {
			continue
		}
		var next []map[string]*value
		for _, choice := range out {
			for _, item := range v.items {
				more := map[string]*value{name: item}
				for k, v := range choice {
					more[k] = v
				}
				if next = append(next, more); len(next) > maxCases {
					return next
				}
			}
		}
		out = next
	}
	return out
}

// oneCase writes a case.
func (c *converter) oneCase(t, config *value, choice map[string]*value, s subject) *suitefile.Node {
	node := suitefile.Map()
	suitefile.Set(node, "name", suitefile.Text(c.name(t, choice)))
	gaps := len(c.Gaps)
	var wrong []string
	if err := unknownKeys(t, "description", "vars", "assert", "options", "threshold", "metadata", "disableDefaultAsserts"); err != nil {
		c.gap(t, "a test: "+err.Error())
		wrong = append(wrong, err.Error()+" ("+t.at()+")")
	}
	wrong = append(wrong, c.optionGaps(t.get("options"))...)
	vars := suitefile.Map()
	own := merged(config.get("vars"), t.get("vars"))
	for name, v := range choice {
		own.members[name] = v
		if !slices.Contains(own.names, name) {
			own.names = append(own.names, name)
		}
	}
	slices.Sort(own.names[min(len(own.names), len(t.get("vars").namesOf())+len(config.get("vars").namesOf())):])
	if err := c.vars(vars, own, map[string]bool{}); err != nil {
		wrong = append(wrong, err.Error())
	}
	if suitefile.Len(vars) > 0 {
		suitefile.Set(node, "vars", vars)
	}
	if t.get("disableDefaultAsserts").is(boolean) && t.get("disableDefaultAsserts").text == "true" {
		suitefile.Set(node, "inherit_assert", suitefile.Plain("false"))
	}
	asserts := suitefile.List()
	for _, item := range slices.Concat(itemsOf(config.get("assert")), itemsOf(t.get("assert"))) {
		asserts.Content = append(asserts.Content, c.assertion(item, s)...)
	}
	if a := t.get("assert"); !a.is(null) && !a.is(list) {
		c.gap(a, "an assert that is no list")
		wrong = append(wrong, "an assert that is no list ("+a.at()+")")
	}
	if t.get("threshold") != nil && slices.ContainsFunc(asserts.Content, func(n *suitefile.Node) bool { return has(n, "rubric") }) {
		c.gap(t.get("threshold"), "a threshold over the score of a rubric")
		wrong = append(wrong, "a threshold over the score of a rubric ("+t.at()+")")
	}
	for _, what := range wrong {
		asserts.Content = append(asserts.Content, failing(what))
	}
	c.threshold(node, t, len(c.Gaps) > gaps)
	shared := len(itemsOf(c.root.get("defaultTest").resolve(c.root).get("assert"))) > 0 && !has(node, "inherit_assert")
	if suitefile.Len(asserts) == 0 && !shared {
		none := suitefile.Map()
		key := suitefile.Set(none, "expr", suitefile.Template("len(text) > 0"))
		suitefile.Set(none, "level", suitefile.Text("warn"))
		suitefile.Comment(key, "The test has no assertion.")
		asserts.Content = append(asserts.Content, none)
	}
	if suitefile.Len(asserts) > 0 {
		suitefile.Set(node, "assert", asserts)
	}
	return node
}

// threshold writes the least score of a case. Where something of the case was not
// imported it must not pass by the rest.
func (c *converter) threshold(node *suitefile.Node, t *value, hasGaps bool) {
	v := t.get("threshold")
	n, ok := v.num()
	switch {
	case v.is(null) || hasGaps:
	case !ok || n <= 0 || n > 1:
		c.note(v, "a threshold that is no number above 0 up to 1: all assertions must pass")
	default:
		suitefile.Set(node, "min_score", suitefile.Plain(v.text))
	}
}

// vars writes variables, whose texts may hold templates of other ones.
func (c *converter) vars(node *suitefile.Node, vars *value, known map[string]bool) error {
	var wrong error
	for _, name := range vars.namesOf() {
		v := vars.members[name]
		known[name] = true
		n, err := c.variable(v)
		if err != nil {
			c.gap(v, "the variable "+name+": "+err.Error())
			wrong = errors.Join(wrong, fmt.Errorf("the variable %s (%s)", name, v.at()))
			n = suitefile.Text("")
		}
		suitefile.Set(node, name, n)
	}
	return wrong
}

func (c *converter) variable(v *value) (*suitefile.Node, error) {
	switch {
	case strings.HasPrefix(v.str(), "file://"):
		switch path.Ext(v.text) {
		case ".txt", ".md":
		default:
			return nil, fmt.Errorf("the file %s, which is no text", v.text)
		}
		data, err := c.read(v.text)
		return suitefile.Text(strings.TrimSpace(string(data))), err
	case v.is(text):
		if !strings.Contains(v.text, "{{") && !strings.Contains(v.text, "{%") {
			return suitefile.Text(v.text), nil
		}
		filled, err := c.template(v.text)
		return suitefile.Template(filled), err
	}
	return suitefile.JSON(v.json())
}

// name gives a case its name: the description, or its variables.
func (c *converter) name(t *value, choice map[string]*value) string {
	name := suitefile.Line(t.get("description").str())
	if name == "" {
		var parts []string
		for _, n := range t.get("vars").namesOf() {
			v := t.get("vars").members[n]
			if picked := choice[n]; picked != nil {
				v = picked
			}
			if s, ok := v.scalar(); ok {
				parts = append(parts, s)
			}
		}
		name = suitefile.Line(strings.Join(parts, ", "))
	}
	const most = 60
	if runes := []rune(name); len(runes) > most {
		name = strings.TrimSpace(string(runes[:most])) + "…"
	}
	if name == "" {
		name = "test " + strconv.Itoa(len(c.cases)+1)
	}
	for {
		c.names[name]++
		n := c.names[name]
		if n == 1 {
			return name
		}
		if numbered := fmt.Sprintf("%s #%d", name, n); c.names[numbered] == 0 {
			c.names[numbered]++
			return numbered
		}
	}
}
