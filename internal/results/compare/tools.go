package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// toolDigests are digests of the tools that a run took, nil for none. A definition
// that has no name is known by its digest alone.
func toolDigests(sets []record.ToolSet) map[string]map[string]string {
	if len(sets) == 0 {
		return nil
	}
	out := map[string]map[string]string{}
	for _, set := range sets {
		out[set.Name] = map[string]string{}
		for _, definition := range set.Definitions {
			var of struct {
				Name string `json:"name"`
			}
			sum := sha256.Sum256(definition)
			digest := hex.EncodeToString(sum[:])
			if exactjson.Unmarshal(definition, &of) != nil || of.Name == "" {
				of.Name = digest
			}
			out[set.Name][of.Name] = digest
		}
	}
	return out
}

// warnOfTools names the tools that a server or the file of tools defines in another
// way than in the base: the suites may not have changed at all.
func (c *Comparison) warnOfTools(old, new *Side) {
	for _, from := range slices.Sorted(maps.Keys(new.header.Tools)) {
		before, known := old.header.Tools[from]
		if drift := toolDrift(before, new.header.Tools[from]); known && len(drift) > 0 {
			c.add("tools", "the tools of %s are not those of the base: %s; cases may be newly failing or newly passing because of that",
				quote(from), strings.Join(drift, ", "))
		}
	}
}

// shownTools is how many tools that differ are named.
const shownTools = 5

// toolDrift says what differs between tools.
func toolDrift(before, after map[string]string) []string {
	names := maps.Clone(before)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, after)
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		digest, was := before[name]
		now, is := after[name]
		switch {
		case !was:
			all = append(all, quote(name)+" is new")
		case !is:
			all = append(all, quote(name)+" is gone")
		case digest != now:
			all = append(all, quote(name)+" is defined in another way")
		}
	}
	if more := len(all) - shownTools; more > 0 {
		all = append(all[:shownTools], wording.Count(more, "more tool"))
	}
	return all
}

func quote(name string) string { return strconv.Quote(wording.Start(name, 64)) }
