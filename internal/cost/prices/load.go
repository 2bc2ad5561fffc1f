package prices

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/yamlfile"
)

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
// error describes everything that is wrong at its position, as name:line:col.
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
	text, err := yamlfile.Text(name, file)
	if err != nil {
		return nil, err
	}
	root, err := yamlfile.Document(string(text), "models")
	switch {
	case err != nil && len(text) > 0 && !tableKey.Match(text), err == nil && !yamlfile.Has(root, "models", "web_search"):
		return nil, fmt.Errorf("%s: it is not a file of prices, expected a map with the key `models` or `web_search`", name)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	l := loader{yamlfile.Reader{Name: name}}
	t := l.table(root)
	return t, l.Problems.Err()
}

// tableKey is found in every table, also in one that is no YAML.
var tableKey = regexp.MustCompile(`(?m)^[\s{]*["']?(models|web_search)["']?\s*:`)

// loader reads the nodes of one file.
type loader struct{ yamlfile.Reader }

func (l *loader) table(root *yaml.Node) *Table {
	t := &Table{models: map[string][]rate{}, estimator: tokens.NewEstimator()}
	l.Members(root, "the file", func(key, value *yaml.Node) {
		switch key.Value {
		case "web_search":
			t.webSearch = l.number(key, value, maxPrice)
		case "models":
			l.Members(value, "models", func(key, value *yaml.Node) { t.models[key.Value] = l.model(key, value) })
		default:
			l.Problem(key, "unknown key %q, expected models or web_search", key.Value)
		}
	})
	if len(l.Problems) == 0 && len(t.models) == 0 && t.webSearch == nil {
		l.Problem(root, "the file has no prices, expected `models:`")
	}
	return t
}

// model reads the rates of a model: one, or a list by date and prompt.
func (l *loader) model(key, value *yaml.Node) []rate {
	if strings.TrimSpace(key.Value) != key.Value || key.Value == "" {
		l.Problem(key, "%q is not a model ID", key.Value)
	}
	value = yamlfile.Resolved(value)
	nodes := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		nodes = value.Content
	}
	if len(nodes) == 0 {
		l.Problem(value, "%s has no prices", key.Value)
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
		l.Problem(at, "the price before is from a later date; expected the earlier date first")
	case r.from.After(before.from):
	case before.upTo == 0:
		l.Problem(at, "the price before is for prompts of any length from the same date on; give it up_to, or this one a later from")
	case r.upTo != 0 && r.upTo <= before.upTo:
		l.Problem(at, "up_to is %d and that of the price before %d; expected the shorter prompts first", r.upTo, before.upTo)
	}
}

// rateKeys are the keys of a rate, in the order of the documentation.
const rateKeys = "from, up_to, input, output, cache_write_5m, cache_write_1h, cache_read, batch, fast or us"

func (l *loader) rate(model string, node *yaml.Node) rate {
	var r rate
	priced := false
	l.Members(node, model, func(key, value *yaml.Node) {
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
			l.Problem(key, "unknown key %q, expected %s", key.Value, rateKeys)
		}
	})
	if !priced && yamlfile.Resolved(node).Kind == yaml.MappingNode {
		l.Problem(node, "%s has no price here, expected at least `input` and `output`", model)
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

// plainNumber is a number as people write prices: no sign, no hexadecimals,
// no infinity.
var plainNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// number reads a price or a factor.
func (l *loader) number(key, value *yaml.Node, most float64) *float64 {
	value = yamlfile.Resolved(value)
	if value.Kind == yaml.ScalarNode && value.Style == 0 && plainNumber.MatchString(value.Value) {
		n, err := strconv.ParseFloat(value.Value, 64)
		if err == nil && n <= most {
			return &n
		}
	}
	l.Problem(value, "%s is %s, expected a number from 0 to %.0f", key.Value, yamlfile.Describe(value), most)
	return nil
}

// length reads a number of tokens.
func (l *loader) length(key, value *yaml.Node) int64 {
	value = yamlfile.Resolved(value)
	n, err := strconv.ParseInt(value.Value, 10, 64)
	if err != nil || value.Kind != yaml.ScalarNode || value.Style != 0 || n < 1 || n > maxPrompt {
		l.Problem(value, "%s is %s, expected a whole number of tokens from 1 up", key.Value, yamlfile.Describe(value))
		return 0
	}
	return n
}

// date reads a day, which begins at midnight UTC.
func (l *loader) date(key, value *yaml.Node) time.Time {
	value = yamlfile.Resolved(value)
	day, err := time.Parse(time.DateOnly, value.Value)
	if err != nil || value.Kind != yaml.ScalarNode {
		l.Problem(value, "%s is %s, expected a date as 2026-11-22", key.Value, yamlfile.Describe(value))
	}
	return day
}

// maxShown bounds what an error repeats of a file or an answer, in characters.
const maxShown = 40
