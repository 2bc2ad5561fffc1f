package promptfoo

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/suitefile"
)

// Options say how a configuration is read.
type Options struct {
	// Model is asked in the place of the configuration's providers; "" asks those.
	Model string
	// Priced reports whether a model has a price, without which a suite cannot bound
	// the cost of its answers; nil is all.
	Priced func(model string) bool
}

// Result is the suite of a configuration.
type Result struct {
	Files suitefile.Files
	// Cases and Assertions count what was written.
	Cases, Assertions int
	// Gaps are what a suite cannot say: a check of it fails until somebody has
	// decided. Notes are what was left out and checks nothing.
	Gaps, Notes diagnostic.List
}

// SuiteName is the file of the suite.
const SuiteName = "suite.yaml"

// converter makes the suite of one configuration.
type converter struct {
	file  string
	dir   *os.Root
	opts  Options
	root  *value
	files *suitefile.Files

	used    map[string]bool // variables
	failing []string        // what no case can be trusted without
	others  []string        // providers of other APIs
	// unpriced are the models that are asked and have no price.
	unpriced []string
	judged   bool
	shared   []*suitefile.Node // assertions of all cases

	suiteSubject subject
	names        map[string]int // of cases
	cases        []*suitefile.Node
	*Result
}

// maxCases bounds the cases of a suite.
const maxCases = 20_000

// Convert makes a suite of a configuration, data read from file. The error is about
// one that cannot be read, or of which nothing can be asked.
func Convert(file string, data []byte, opts Options) (*Result, error) {
	root, err := parse(filepath.Base(file), data)
	if err != nil {
		return nil, err
	}
	dir, err := openDir(file)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	c := &converter{file: filepath.Base(file), dir: dir, opts: opts, root: root, used: map[string]bool{}, names: map[string]int{}, Result: &Result{}}
	c.files = &c.Files
	if !IsConfiguration(data) && !root.is(object) {
		return nil, fmt.Errorf("%s is no configuration of promptfoo: it is no map", file)
	}
	if isPromptFile(root) {
		err = c.promptFile()
	} else {
		err = c.configuration()
	}
	return c.Result, err
}

// IsConfiguration reports whether a file is one of promptfoo or a prompt file, by
// its keys.
func IsConfiguration(data []byte) bool {
	root, err := parse("", data)
	if err != nil || !root.is(object) || root.get("cases") != nil {
		return false
	}
	found := 0
	for _, key := range []string{"prompts", "providers", "targets", "tests", "scenarios"} {
		if root.get(key) != nil {
			found++
		}
	}
	return found > 1 || isPromptFile(root)
}

// gap takes note of what a suite cannot say.
func (c *converter) gap(v *value, what string) {
	c.Gaps.Add(c.warning(v, what))
}

// note takes note of what was left out.
func (c *converter) note(v *value, what string) {
	c.Notes.Add(c.warning(v, what))
}

func (c *converter) warning(v *value, what string) diagnostic.Diagnostic {
	d := diagnostic.Diagnostic{Severity: diagnostic.Warning, Message: "not imported: " + suitefile.Line(what)}
	if v != nil {
		d.File, d.Line = v.file, v.line
	}
	return d
}

// handled are the keys of a configuration that are read, or that say nothing of
// what is asked and checked.
var handled = []string{
	"prompts", "providers", "targets", "tests", "defaultTest", "scenarios", "evaluateOptions", "description",
	"tags", "env", "version", "sharing", "outputPath", "writeLatestResults", "commandLineOptions", "metadata", "assertionTemplates", "$schema",
}

// configuration writes the suite of a promptfooconfig.yaml.
func (c *converter) configuration() error {
	doc, matrix := suitefile.Map(), suitefile.Map()
	if d := c.root.get("description").str(); d != "" {
		suitefile.Set(doc, "description", suitefile.Text(d))
	}
	asked := c.root.get("providers")
	if asked.is(null) {
		asked = c.root.get("targets")
	}
	providers := c.providers(asked)
	if c.opts.Model != "" {
		providers = []*provider{{model: c.opts.Model, fields: suitefile.Map()}}
		suitefile.Set(providers[0].fields, "max_tokens", suitefile.Plain(defaultTokens))
	}
	if len(providers) == 0 {
		return &NoModelError{Others: c.others}
	}
	for _, p := range providers {
		if c.opts.Priced != nil && !c.opts.Priced(p.model) {
			c.unpriced = append(c.unpriced, p.model)
		}
	}
	written := c.root.get("prompts")
	if written.is(null) { // the test is the prompt
		written = &value{kind: text, text: "{{prompt}}", file: c.file, line: 1}
	}
	prompts := c.prompts(written)
	if len(prompts) == 0 {
		return c.nothing("prompt")
	}
	c.writeProviders(doc, matrix, providers)
	c.writePrompts(doc, matrix, prompts)
	for _, name := range c.root.namesOf() {
		if !slices.Contains(handled, name) && !strings.HasPrefix(name, "x-") && !strings.HasPrefix(name, ".") && !c.root.members[name].is(null) {
			c.gap(c.root.members[name], "the key "+name)
			c.failing = append(c.failing, "the key "+name+" ("+c.root.members[name].at()+")")
		}
	}
	c.defaultTest(doc)
	c.repeat(doc)
	if err := c.tests(); err != nil {
		return err
	}
	return c.finish(doc, matrix, providers[0].model)
}

// NoModelError says that a configuration asks no model of the Messages API.
type NoModelError struct{ Others []string }

func (e *NoModelError) Error() string {
	if len(e.Others) == 0 {
		return "no provider is named"
	}
	others := slices.Compact(slices.Sorted(slices.Values(e.Others)))
	if len(others) > 5 {
		others = append(others[:5], "…")
	}
	return "no provider uses the Messages API: found " + strings.Join(others, ", ")
}

// nothing is the error of a file of which no prompt, or no test, can be imported: each
// with its place and why.
func (c *converter) nothing(what string) error {
	list := diagnostic.List{{Position: diagnostic.Position{File: c.file}, Message: "there is no " + what + " that can be imported"}}
	for _, gap := range c.Gaps {
		gap.Severity = diagnostic.Error
		list.Add(gap)
	}
	return list.Err()
}

func (c *converter) repeat(doc *suitefile.Node) {
	if n, ok := c.root.get("evaluateOptions").get("repeat").num(); ok && n > 1 {
		suitefile.Set(doc, "repeat", suitefile.Plain(fmt.Sprint(int(n))))
	}
}

// defaultTest writes what all tests share.
func (c *converter) defaultTest(doc *suitefile.Node) {
	v := c.root.get("defaultTest").resolve(c.root)
	c.suiteSubject = transformed(v.get("options").get("transform"))
	if v.is(null) {
		return
	}
	if !v.is(object) {
		c.gap(v, "a defaultTest that is no map")
		c.failing = append(c.failing, "defaultTest ("+v.at()+")")
		return
	}
	if err := unknownKeys(v, "vars", "assert", "options", "threshold", "metadata", "description"); err != nil {
		c.gap(v, "defaultTest: "+err.Error())
		c.failing = append(c.failing, "defaultTest: "+err.Error()+" ("+v.at()+")")
	}
	for _, why := range c.optionGaps(v.get("options")) {
		c.failing = append(c.failing, "defaultTest: "+why)
	}
	if p := v.get("options").get("provider"); !p.is(null) {
		if judge, err := c.judgeOf(p); err == nil {
			suitefile.Set(doc, "judge", judge)
		} else {
			c.note(p, err.Error()+": rubrics are judged by the suite's model")
		}
	}
}

// optionGaps are options that change what is asked or checked.
func (c *converter) optionGaps(v *value) []string {
	var out []string
	for _, name := range v.namesOf() {
		switch name {
		case "transform", "provider", "disableVarExpansion", "storeOutputAs":
		default:
			if !v.members[name].is(null) && v.members[name].text != "" || len(v.members[name].namesOf()) > 0 {
				c.gap(v.members[name], "the option "+name)
				out = append(out, "the option "+name+" ("+v.members[name].at()+")")
			}
		}
	}
	return out
}

// finish writes the rest of the suite, once it is known what cases need.
func (c *converter) finish(doc, matrix *suitefile.Node, model string) error {
	if suitefile.Len(matrix) > 0 {
		suitefile.Set(doc, "matrix", matrix)
	}
	v := c.root.get("defaultTest").resolve(c.root)
	vars := suitefile.Map()
	known := map[string]bool{}
	c.vars(vars, v.get("vars"), known)
	for _, name := range slices.Sorted(maps.Keys(c.used)) {
		if !known[name] { // which Nunjucks fills in with nothing
			suitefile.Set(vars, name, suitefile.Text(""))
		}
	}
	if suitefile.Len(vars) > 0 {
		suitefile.Set(doc, "vars", vars)
	}
	asserts := suitefile.List(c.shared...)
	gaps := len(c.Gaps)
	for _, item := range itemsOf(v.get("assert")) {
		asserts.Content = append(asserts.Content, c.assertion(item, c.suiteSubject)...)
	}
	for _, what := range c.failing {
		asserts.Content = append(asserts.Content, failing(what))
	}
	if c.judged && !has(doc, "judge") {
		judge := suitefile.Map()
		suitefile.Set(judge, "model", suitefile.Text(model))
		suitefile.Set(judge, "max_tokens", suitefile.Plain(defaultTokens))
		suitefile.Comment(suitefile.Set(doc, "judge", judge), "promptfoo grades by a model of its own choice; here it is the suite's.")
	}
	if len(c.failing) > 0 || len(c.Gaps) > gaps { // no score of the others makes up for it
		for i, node := range c.cases {
			c.cases[i] = without(node, "min_score")
		}
	}
	threshold := v.get("threshold")
	if n, ok := threshold.num(); ok && n > 0 && n <= 1 && len(c.Gaps) == 0 {
		suitefile.Set(doc, "min_score", suitefile.Plain(threshold.text))
	}
	if suitefile.Len(asserts) > 0 {
		suitefile.Set(doc, "assert", asserts)
	}
	if len(c.cases) == 0 {
		return c.nothing("test")
	}
	suitefile.Set(doc, "cases", suitefile.List(c.cases...))
	head := []string{"Made by `evalrun import` from " + c.file + "."}
	for _, n := range c.Notes {
		head = append(head, n.Error())
	}
	suitefile.Comment(doc.Content[0], head...)
	c.Cases = len(c.cases)
	out, err := suitefile.Encode(doc)
	c.files.Put(SuiteName, out)
	return err
}

// failing is an assertion that no answer passes.
func failing(what string) *suitefile.Node {
	node := suitefile.Map()
	key := suitefile.Set(node, "expr", suitefile.Plain("false"))
	suitefile.Set(node, "name", suitefile.Text(suitefile.Line("not imported: "+what)))
	suitefile.Comment(key, "Decide what is meant, and take this assertion away.")
	return node
}

func has(m *suitefile.Node, name string) bool {
	for i := 0; i < len(m.Content); i += 2 {
		if m.Content[i].Value == name {
			return true
		}
	}
	return false
}

func itemsOf(v *value) []*value {
	if v.is(list) {
		return v.items
	}
	return nil
}

// labels gives each text a label that a matrix can have, all of them different.
func labels(texts []string) []string {
	out := make([]string, len(texts))
	taken := map[string]bool{}
	for i, text := range texts {
		const most = 40
		label := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || strings.ContainsRune(",={}\"'`", r) {
				return '-'
			}
			return r
		}, suitefile.Line(text))
		if runes := []rune(label); len(runes) > most {
			label = string(runes[:most])
		}
		unique := label
		for n := 2; taken[unique]; n++ {
			unique = fmt.Sprintf("%s-%d", label, n)
		}
		taken[unique] = true
		out[i] = unique
	}
	return out
}
