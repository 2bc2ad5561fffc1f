package suite

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// freeKeys hold JSON of the user's own, or names of tools, which may differ in
// case alone.
var freeKeys = []string{"configs", "input", "input_examples", "input_schema", "schema"}

// checkSpellings reports members of a request that have one name in two
// spellings, such as max_tokens and MAX_TOKENS. Servers differ in which of the
// two they read, so that what such a request asks for, and costs, is not known.
func checkSpellings(v *Value, diags *diagnostic.List) {
	for _, item := range v.Items {
		checkSpellings(item, diags)
	}
	for i, m := range v.Members {
		if !isPlainName(m.Key) {
			checkSpelling(v.Members, i, diags)
		}
		if !slices.Contains(freeKeys, m.Key) {
			checkSpellings(m.Value, diags)
		}
	}
}

// checkSpelling reports the i-th member if another one has its name in another
// spelling.
func checkSpelling(members []Member, i int, diags *diagnostic.List) {
	m := members[i]
	for j, other := range members {
		if i == j || !strings.EqualFold(m.Key, other.Key) || j < i && !isPlainName(other.Key) {
			continue // or the other one is reported
		}
		diags.Add(m.Diagnostic(diagnostic.Quote(m.Key)+" and "+diagnostic.Quote(other.Key)+" are two spellings of one name, and servers differ in which they read",
			"keep one of them; the API's names are in small letters"))
		return
	}
}

// isPlainName reports whether a name is spelled as those of the API are: of two
// such names none is another spelling of the other.
func isPlainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}
