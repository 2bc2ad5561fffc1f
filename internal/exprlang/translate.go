package exprlang

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A phrase of expr-lang or of Go's runtime and ours for it. $1 is the phrase's
// first group, put through types where it names a Go type.
type phrase struct {
	pattern *regexp.Regexp
	ours    string
}

var runPhrases = sync.OnceValue(func() []phrase {
	return []phrase{
		{regexp.MustCompile(`^interface conversion: interface \{\} is (.+), not (.+)$`), "expected $2, found $1"},
		{regexp.MustCompile(`^invalid argument for (\w+) \(type (.+)\)$`), "$1 cannot take $2"},
		{regexp.MustCompile(`^invalid operation: int\((.+)\)$`), "int cannot make a number of $1"},
		{regexp.MustCompile(`^invalid operation: float\((.+)\)$`), "float cannot make a number of $1"},
		{regexp.MustCompile(`^invalid operation: (.+) (\S+) (.+)$`), "$2 cannot be applied to $1 and $3"},
		{regexp.MustCompile(`hash of unhashable type:? (.+)$`), "$1 cannot be a key"},
		{regexp.MustCompile(`^memory budget exceeded$`), errCount},
		{regexp.MustCompile(`^reflect: call of .* on (.+) Value$`), "this cannot be done with $1"},
		{regexp.MustCompile(`^reflect: Call using (.+) as type (.+)$`), "expected $2, found $1"},
		{regexp.MustCompile(`^runtime error: (.+)$`), "$1"},
	}
})

// typeNames are Go's names of the types that values have here.
var typeNames = map[string]string{
	"string": "a string", "int": "an integer", "float64": "a number", "bool": "true or false",
	"nil": "nil", "<nil>": "nil", "[]interface {}": "a list", "map[string]interface {}": "a map",
	"[]int": "a list", "[]string": "a list", "zero": "nil", "slice": "a list", "map": "a map",
	"time.Duration": "a duration", "time.Time": "a time", "[]byte": "bytes", "[]uint8": "bytes",
	"interface {}": "any value", "unknown": "any value", "*string": "a string or nil",
	"*float64": "a number or nil", "*int": "an integer or nil", "*time.Duration": "a duration or nil",
	"array": "a list", "uint8": "an integer", "exprlang.Number": "a number",
}

// translateRun says an error of a run in plain words.
func translateRun(message string) string { return translate(message, runPhrases()) }

func translate(message string, phrases []phrase) string {
	for _, p := range phrases {
		groups := p.pattern.FindStringSubmatch(message)
		if groups == nil {
			continue
		}
		out := p.ours
		for i, g := range groups[1:] {
			if name, ok := typeNames[g]; ok {
				g = name
			}
			out = strings.ReplaceAll(out, fmt.Sprintf("$%d", i+1), g)
		}
		return out
	}
	return lowerFirst(message)
}

// lowerFirst writes a message as errors are written here.
func lowerFirst(message string) string {
	r, size := utf8.DecodeRuneInString(message)
	next, _ := utf8.DecodeRuneInString(message[size:])
	if unicode.IsUpper(next) {
		return message
	}
	return string(unicode.ToLower(r)) + message[size:]
}
