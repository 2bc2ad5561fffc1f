package exprlang

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr/ast"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
)

// What other languages write otherwise, and how it is written here: hints for
// those who come from them.

const (
	writeContains = "write: string contains part"
	writeStarts   = "write: string startsWith start"
	writeEnds     = "write: string endsWith end"
	writeMatches  = `write: string matches "pattern"`
	writeEqual    = "write == to compare"
)

// otherSigns are what no expression holds at a place, by how it begins; the
// first that fits counts.
var otherSigns = sync.OnceValue(func() []sign {
	return []sign{
		{regexp.MustCompile(`^=>`), "write >= to compare"},
		{regexp.MustCompile(`^(=~|~)`), writeMatches},
		{regexp.MustCompile(`^=`), writeEqual},
		{regexp.MustCompile(`^is\b`), writeEqual},
		{regexp.MustCompile(`^(AND|And)\b`), "write: and"},
		{regexp.MustCompile(`^(OR|Or)\b`), "write: or"},
		{regexp.MustCompile(`^(NOT|Not)\b`), "write: not"},
		{regexp.MustCompile(`^(?i:like|includes?|contains?|has)\b`), writeContains},
		{regexp.MustCompile(`^(?i:starts_?with)\b`), writeStarts},
		{regexp.MustCompile(`^(?i:ends_?with)\b`), writeEnds},
		{regexp.MustCompile(`^(?i:match(es)?)\b`), writeMatches},
		{regexp.MustCompile(`^[“”„‟‘’‚]`), `text is written between " and ", or ' and '`},
	}
})

// sign is a way to begin, and how it is written here.
type sign struct {
	begins *regexp.Regexp
	hint   string
}

var (
	foreignDuration = regexp.MustCompile(`^[0-9.]+(ms|s|m|h)\b`)
	foreignAmount   = regexp.MustCompile(`^[0-9.]+\$`)
)

// syntaxElsewhere is how what the parser stumbled over at a byte of the source
// is written.
func syntaxElsewhere(source string, at int) string {
	rest := source[at:]
	if word := numberAt(source, at); word != "" {
		switch {
		case foreignDuration.MatchString(word):
			return fmt.Sprintf("a duration is written duration(%q)", foreignDuration.FindString(word))
		case foreignAmount.MatchString(word):
			return "an amount is written as a number alone"
		}
	}
	for _, sign := range otherSigns() {
		if sign.begins.MatchString(rest) {
			return sign.hint
		}
	}
	return misspeltOperator(leadingWord.FindString(rest))
}

// wordOperators are operators that are words and stand between their operands.
var wordOperators = map[string]string{
	"contains": writeContains, "startsWith": writeStarts, "endsWith": writeEnds, "matches": writeMatches,
}

var leadingWord = regexp.MustCompile(`^[A-Za-z_]+`)

// misspeltOperator is how the operator is written that a word may have been.
func misspeltOperator(word string) string {
	return wordOperators[diagnostic.Nearest(word, slices.Sorted(maps.Keys(wordOperators)))]
}

// numberAt is the word with a digit first that a place is in.
func numberAt(source string, at int) string {
	isPart := func(c byte) bool {
		return c == '.' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z'
	}
	begin, end := at, at
	for begin > 0 && isPart(source[begin-1]) {
		begin--
	}
	for end < len(source) && isPart(source[end]) {
		end++
	}
	if word := source[begin:end]; word != "" && word[0] >= '0' && word[0] <= '9' {
		return word
	}
	return ""
}

// namesElsewhere are names that other languages have, small letters only.
var namesElsewhere = map[string]string{
	"null": "nothing is written nil", "none": "nothing is written nil", "undefined": "nothing is written nil",
	"true": "write: true", "false": "write: false",
}

// functionsElsewhere are functions that other languages have.
var functionsElsewhere = map[string]string{
	"regex": writeMatches, "regexp": writeMatches, "match": writeMatches, "search": writeMatches, "re_match": writeMatches,
	"includes": writeContains, "has": writeContains, "icontains": "write: lower(string) contains part",
	"length": "len(…) counts", "size": "len(…) counts", "strlen": "len(…) counts", "count_words": "words(…) counts them",
	"str": "string(…) is it as text", "tostring": "string(…) is it as text", "number": "float(…) is it as a number",
	"tolower": "write: lower(…)", "lowercase": "write: lower(…)", "toupper": "write: upper(…)", "uppercase": "write: upper(…)",
	"strip": "write: trim(…)", "isjson": "write: is_json(…)", "parse_json": "fromJSON(…) parses a text", "json_parse": "fromJSON(…) parses a text",
}

// functionElsewhere is how a function is written that there is not; "" where one
// of another name is meant, or nothing is known.
func (e *Env) functionElsewhere(name string) string {
	if hint := functionsElsewhere[strings.ToLower(name)]; hint != "" || diagnostic.Nearest(name, e.functionNames()) != "" {
		return hint
	}
	return misspeltOperator(name)
}

// partsElsewhere are what other languages call of a string, with the string in
// the place of %s.
var partsElsewhere = map[string]string{
	"length": "write: len(%s)", "size": "write: len(%s)",
	"contains": "write: %s contains part", "includes": "write: %s contains part", "indexof": "write: indexOf(%s, part)",
	"startswith": "write: %s startsWith start", "endswith": "write: %s endsWith end",
	"match": `write: %s matches "pattern"`, "matches": `write: %s matches "pattern"`, "test": `write: %s matches "pattern"`,
	"lower": "write: lower(%s)", "tolowercase": "write: lower(%s)", "upper": "write: upper(%s)", "touppercase": "write: upper(%s)",
	"trim": "write: trim(%s)", "strip": "write: trim(%s)", "split": `write: split(%s, ",")`, "replace": "write: replace(%s, old, new)",
}

// partElsewhere is how a part that a value does not have is written.
func partElsewhere(owner ast.Node, name string) string {
	n, text := owner.Nature(), wording.Start(spell(owner), 60)
	switch hint := partsElsewhere[strings.ToLower(name)]; {
	case n.IsString() && hint != "":
		return fmt.Sprintf(hint, text)
	case !isListNode(owner):
		return ""
	case strings.EqualFold(name, "length") || strings.EqualFold(name, "size"):
		return fmt.Sprintf("write: len(%s)", text)
	case strings.EqualFold(name, "includes") || strings.EqualFold(name, "contains"):
		return fmt.Sprintf("write: value in %s", text)
	}
	return fmt.Sprintf("%[1]s[0].%[2]s is that of the first, map(%[1]s, .%[2]s) those of all", text, name)
}

func isListNode(n ast.Node) bool {
	t := n.Nature().Type
	return t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array)
}

// Hint explains a name that does not exist, for names that those
// who write expressions are likely to try.
func (e *Env) Hint(name, hint string) { e.hints[name] = hint }

// nameElsewhere is what an unknown name is called here.
func (e *Env) nameElsewhere(name string) string {
	if hint := e.hints[name]; hint != "" {
		return hint
	}
	if vars, ok := e.vars["vars"].(Map); ok && vars[name] != nil && writable(name) {
		return "the variable is vars." + name
	}
	return namesElsewhere[strings.ToLower(name)]
}
