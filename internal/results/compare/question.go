package compare

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/record"
)

func questionOf(c *record.Case) questionID {
	q := questionID{digest: digestOf(c.Digest)}
	if c.Asserted == "" {
		return q
	}
	q.asserted, q.reads = digestOf(c.Asserted), readsOf(c)
	if c.Row != "" {
		q.row = digestOf(c.Row)
	}
	return q
}

// readsOf hashes what the assertions of a case read besides the answer.
func readsOf(c *record.Case) uint64 {
	var text []byte
	for _, f := range c.Files {
		text = appendText(text, f.SHA256)
	}
	names, all := variablesOf(c.Assertions)
	if all {
		text = append(text, c.Vars...)
	} else if len(names) > 0 {
		_ = record.Members(c.Vars, func(name, value []byte) error {
			if slices.Contains(names, string(name)) {
				text = append(appendText(text, string(name)), value...)
			}
			return nil
		})
	}
	for i := range c.Assertions {
		text = appendText(appendText(text, c.Assertions[i].Rubric), c.Assertions[i].Check)
	}
	if len(bytes.Trim(text, "\x00")) == 0 {
		return 0
	}
	return hashOf(text)
}

// variable matches the use of a variable in an expression.
var variable = regexp.MustCompile(`\bvars(?:\??\.([A-Za-z_]\w*)|\["([^"\\]*)"\])?`)

// variablesOf are the names of the variables that assertions use; all says that
// it cannot be seen which.
func variablesOf(assertions []record.Assertion) (names []string, all bool) {
	for i := range assertions {
		all = all || assertions[i].Check != "" // which is given all of them
		for _, expr := range []string{assertions[i].Expr, assertions[i].When} {
			if !strings.Contains(expr, "vars") {
				continue
			}
			for _, m := range variable.FindAllStringSubmatch(expr, -1) {
				if m[1]+m[2] == "" {
					return nil, true
				}
				names = append(names, m[1]+m[2])
			}
		}
	}
	return names, false
}
