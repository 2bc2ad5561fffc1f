package prices

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/wording"
)

// maxFile bounds a file of prices in bytes.
const maxFile = 1 << 20

// The most that a number of a file may be: no price, factor or prompt comes
// near it, and no cost overflows below it.
const (
	maxPrice  = 1e6
	maxFactor = 1e3
	maxPrompt = 1e12
)

// Load reads a YAML file of the form of the built-in table and gives that
// table with the file's models and its price of web searches in place of its
// own. A model in the file has only the prices that the file gives it. The
// error says of everything that is wrong at its position, as name:line:col.
func Load(name string, file io.Reader) (*Table, error) {
	own, err := read(name, file)
	if err != nil {
		return nil, err
	}
	t := &Table{models: maps.Clone(Default().models), own: own.models, webSearch: Default().webSearch, estimator: tokens.NewEstimator()}
	maps.Copy(t.models, own.models)
	if own.webSearch != nil {
		t.webSearch = own.webSearch
	}
	return t, nil
}

// read reads a table by itself.
func read(name string, file io.Reader) (*Table, error) {
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: the file is larger than %d bytes", name, maxFile)
	}
	root, err := document(string(text))
	switch {
	case err != nil && len(text) > 0 && !tableKey.Match(text), err == nil && !isTable(root):
		return nil, fmt.Errorf("%s: it is not a file of prices, expected a map with the key `models` or `web_search`", name)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	l := loader{name: name}
	t := l.table(root)
	return t, errors.Join(l.problems...)
}

// tableKey is found in every table, also in one that is no YAML.
var tableKey = regexp.MustCompile(`(?m)^[\s{]*["']?(models|web_search)["']?\s*:`)

// isTable tells a table from another file, of which no error repeats anything:
// it may be one that a link led to, and hold a secret.
func isTable(root *yaml.Node) bool {
	if root.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(root.Content); i += 2 {
		if key := root.Content[i].Value; key == "models" || key == "web_search" {
			return true
		}
	}
	return false
}

// document is the one YAML document of a text.
func document(text string) (*yaml.Node, error) {
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc, next yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty, expected `models:`")
	}
	if err == nil {
		err = dec.Decode(&next)
	}
	switch {
	case err == nil:
		return nil, fmt.Errorf("line %d: a second document, expected one", next.Line)
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(text, err)
	}
	return doc.Content[0], nil
}

// syntaxError is an error of the YAML reader with its line. What is missing at
// the end of a text is missing in its last line.
func syntaxError(text string, err error) error {
	var wrong *yaml.LoadError
	if !errors.As(err, &wrong) {
		return err
	}
	last := strings.Count(strings.TrimRight(text, "\n"), "\n") + 1
	return fmt.Errorf("line %d: %s", min(wrong.Mark.Line, last), wrong.Message)
}

// loader reads the nodes of one file and keeps what is wrong with them.
type loader struct {
	name     string
	problems []error
}

func (l *loader) problem(at *yaml.Node, format string, args ...any) {
	where := fmt.Sprintf("%s:%d:%d: ", l.name, at.Line, at.Column)
	l.problems = append(l.problems, errors.New(where+fmt.Sprintf(format, args...)))
}

func (l *loader) table(root *yaml.Node) *Table {
	t := &Table{models: map[string][]rate{}, estimator: tokens.NewEstimator()}
	l.members(root, "the file", func(key, value *yaml.Node) {
		switch key.Value {
		case "web_search":
			t.webSearch = l.number(key, value, maxPrice)
		case "models":
			l.members(value, "models", func(key, value *yaml.Node) { t.models[key.Value] = l.model(key, value) })
		default:
			l.problem(key, "unknown key %q, expected models or web_search", key.Value)
		}
	})
	if len(l.problems) == 0 && len(t.models) == 0 && t.webSearch == nil {
		l.problem(root, "the file has no prices, expected `models:`")
	}
	return t
}

// model reads the rates of a model: one, or a list by date and prompt.
func (l *loader) model(key, value *yaml.Node) []rate {
	if strings.TrimSpace(key.Value) != key.Value || key.Value == "" {
		l.problem(key, "%q is not a model ID", key.Value)
	}
	value = resolved(value)
	nodes := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		nodes = value.Content
	}
	if len(nodes) == 0 {
		l.problem(value, "%s has no prices", key.Value)
	}
	rates := make([]rate, len(nodes))
	for i, node := range nodes {
		rates[i] = l.rate(key.Value, node)
		if i > 0 {
			l.order(node, &rates[i-1], &rates[i])
		}
	}
	return rates
}

// order holds rates to the order in which they are looked up.
func (l *loader) order(at *yaml.Node, before, r *rate) {
	switch {
	case r.from.Before(before.from):
		l.problem(at, "the price before is from a later date; expected the earlier date first")
	case r.from.After(before.from):
	case before.upTo == 0:
		l.problem(at, "the price before is for prompts of any length from the same date on; give it up_to, or this one a later from")
	case r.upTo != 0 && r.upTo <= before.upTo:
		l.problem(at, "up_to is %d and that of the price before %d; expected the shorter prompts first", r.upTo, before.upTo)
	}
}

// rateKeys are the keys of a rate, in the order of the documentation.
const rateKeys = "from, up_to, input, output, cache_write_5m, cache_write_1h, cache_read, batch, fast or us"

func (l *loader) rate(model string, node *yaml.Node) rate {
	var r rate
	priced := false
	l.members(node, model, func(key, value *yaml.Node) {
		switch key.Value {
		case "from":
			r.from = l.date(key, value)
		case "up_to":
			r.upTo = l.length(key, value)
		case "input", "output", "cache_write_5m", "cache_write_1h", "cache_read":
			priced = true
			*r.place(key.Value) = l.number(key, value, maxPrice)
		case "batch", "fast", "us":
			*r.place(key.Value) = l.number(key, value, maxFactor)
		default:
			l.problem(key, "unknown key %q, expected %s", key.Value, rateKeys)
		}
	})
	if !priced && resolved(node).Kind == yaml.MappingNode {
		l.problem(node, "%s has no price here, expected at least `input` and `output`", model)
	}
	return r
}

// place is where a price or factor of a rate is kept.
func (r *rate) place(key string) **float64 {
	return map[string]**float64{
		"input": &r.input, "output": &r.output,
		"cache_write_5m": &r.cacheWrite5m, "cache_write_1h": &r.cacheWrite1h, "cache_read": &r.cacheRead,
		"batch": &r.batch, "fast": &r.fast, "us": &r.us,
	}[key]
}

// members calls each for every member of a map, but for keys that are given
// twice or are no text.
func (l *loader) members(node *yaml.Node, what string, each func(key, value *yaml.Node)) {
	node = resolved(node)
	if node.Kind != yaml.MappingNode {
		l.problem(node, "%s is %s, expected a map", what, describe(node))
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		switch first, twice := lines[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			l.problem(key, "a key is %s, expected text", describe(key))
		case twice:
			l.problem(key, "the key %q is there already, in line %d", key.Value, first)
		default:
			lines[key.Value] = key.Line
			each(key, node.Content[i+1])
		}
	}
}

// plainNumber is a number as people write prices: no sign, no hexadecimals,
// no infinity.
var plainNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// number reads a price or a factor.
func (l *loader) number(key, value *yaml.Node, most float64) *float64 {
	value = resolved(value)
	if value.Kind == yaml.ScalarNode && value.Style == 0 && plainNumber.MatchString(value.Value) {
		n, err := strconv.ParseFloat(value.Value, 64)
		if err == nil && n <= most {
			return &n
		}
	}
	l.problem(value, "%s is %s, expected a number from 0 to %.0f", key.Value, describe(value), most)
	return nil
}

// length reads a number of tokens.
func (l *loader) length(key, value *yaml.Node) int64 {
	value = resolved(value)
	n, err := strconv.ParseInt(value.Value, 10, 64)
	if err != nil || value.Kind != yaml.ScalarNode || value.Style != 0 || n < 1 || n > maxPrompt {
		l.problem(value, "%s is %s, expected a whole number of tokens from 1 up", key.Value, describe(value))
		return 0
	}
	return n
}

// date reads a day, which begins at midnight UTC.
func (l *loader) date(key, value *yaml.Node) time.Time {
	value = resolved(value)
	day, err := time.Parse(time.DateOnly, value.Value)
	if err != nil || value.Kind != yaml.ScalarNode {
		l.problem(value, "%s is %s, expected a date as 2026-11-22", key.Value, describe(value))
	}
	return day
}

// resolved is the node that an alias stands for.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// describe says what a node is.
func describe(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a map"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Kind == yaml.AliasNode:
		return "an alias"
	case node.Tag == "!!null":
		return "empty"
	case node.Style != 0:
		return fmt.Sprintf("the text %q", wording.Start(node.Value, maxShown))
	}
	return wording.Start(node.Value, maxShown)
}

// maxShown bounds what an error repeats of a file or an answer, in characters.
const maxShown = 40
