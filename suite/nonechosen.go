package suite

import (
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

const (
	// maxSeen is how many names and tags are kept, for when none is chosen.
	maxSeen = 1000
	// maxListed is how many of them are listed.
	maxListed = 5
)

// seenCases is what the cases that were looked at are called.
type seenCases struct {
	names []string
	tags  map[string]bool
}

func (m *seenCases) add(c *Case) {
	if n := len(m.names); n < maxSeen && (n == 0 || m.names[n-1] != c.Name) {
		m.names = append(m.names, c.Name)
	}
	for _, tag := range c.Tags {
		if len(m.tags) < maxSeen {
			m.tags[tag] = true
		}
	}
}

// noneChosen is the error that no case is chosen: by what, and what there is to
// choose.
func (c *chooser) noneChosen() diagnostic.Diagnostic {
	var by, hints []string
	add := func(flag string, values []string, known []string) {
		for _, v := range values {
			by = append(by, flag+" "+diagnostic.Quote(v))
		}
		if len(values) == 0 {
			return
		}
		if near := diagnostic.Nearest(values[0], known); near != "" && len(values) == 1 && !slices.Contains(known, values[0]) {
			hints = append(hints, "did you mean "+flag+" "+diagnostic.Quote(near)+"?")
		} else if !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(known, v) }) {
			hints = append(hints, knownNames(flag, known))
		}
	}
	add("--case", c.Names, c.seen.names)
	add("--tag", c.Tags, slices.Sorted(maps.Keys(c.seen.tags)))
	if c.Where != "" {
		by = append(by, "--where "+diagnostic.Quote(c.Where))
	}
	if c.Recorded != nil {
		by = append(by, "--failed")
		if len(by) == 1 {
			hints = append(hints, "all that the record has of these cases passed or was skipped")
		}
	}
	message := "no case is chosen"
	if len(by) > 0 {
		message += " by " + strings.Join(by, " and ")
	}
	return diagnostic.Diagnostic{Message: message, Hint: strings.Join(hints, "; ")}
}

// knownNames lists what there is to choose by a flag.
func knownNames(flag string, known []string) string {
	of := map[string]string{"--case": "the cases are ", "--tag": "the tags are "}[flag]
	if len(known) == 0 {
		return "no case has a tag"
	}
	more := ""
	if n := len(known) - maxListed; n > 0 {
		known, more = known[:maxListed], ", …"
	}
	quoted := make([]string, len(known))
	for i, name := range known {
		quoted[i] = diagnostic.Quote(name)
	}
	return of + strings.Join(quoted, ", ") + more
}
