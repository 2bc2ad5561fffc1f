package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// Change is one thing that differs between the two sides, and so is under test: a
// top-level field of the requests, one of their messages ("messages[2]"),
// "conversation" (what comes behind the first request), "headers" (betas or the
// API's version), "base_url", "api_version", an axis that was exchanged, or
// "assertions", by which the base is then judged too.
type Change struct {
	Field string `json:"field"`
	// Pairs of Of pairs differ in it.
	Pairs int `json:"pairs"`
	Of    int `json:"of"`
	// Old and New are what differs in the values, with some of the text around
	// it; an absent field is "". Baselines hold only the model.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Example is the case that Old and New are of, where other cases have other
	// values.
	Example *CaseRef `json:"example,omitempty"`
	// Where counts the pairs that differ by suite and variant.
	Where []ChangeIn `json:"where,omitempty"`
}

// ChangeIn is where requests differ.
type ChangeIn struct {
	Suite   string `json:"suite"`
	Variant string `json:"variant"`
	Pairs   int    `json:"pairs"`
	Of      int    `json:"of"`
}

// changeOf is a change being counted.
type changeOf struct {
	change         Change
	first          pair
	uniform        bool
	bySuiteVariant map[[2]string]int
}

// newChanges finds what differs in the requests of the pairs.
func newChanges(old, new *Side, p *pairing) []Change {
	found := map[string]*changeOf{}
	all := map[[2]string]int{}
	for _, q := range p.pairs {
		where := [2]string{q.new.suite, q.new.variant}
		all[where]++
		names := differences(&q.old.request, &q.new.request)
		if q.old.anew != nil {
			names = append(names, Assertions)
		}
		for _, name := range names {
			found[name] = found[name].count(name, q, where)
		}
	}
	changes := []Change{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		c := found[name]
		c.change.Of = len(p.pairs)
		c.change.Where = changesIn(c.bySuiteVariant, all)
		if name != Assertions {
			c.change.Old, c.change.New = excerpts(old.fieldText(c.first.old, name), new.fieldText(c.first.new, name))
			if !c.uniform && c.change.Old+c.change.New != "" {
				ref := refOf(c.first.new)
				c.change.Example = &ref
			}
		}
		changes = append(changes, c.change)
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Pairs, a.Pairs), cmp.Compare(len(a.Field), len(b.Field)))
	})
	return append(changes, otherChanges(old, new, p, found)...)
}

// count adds a pair that differs in the field; the receiver is nil for the
// first one.
func (c *changeOf) count(name string, q pair, where [2]string) *changeOf {
	if c == nil {
		c = &changeOf{change: Change{Field: name}, first: q, uniform: true, bySuiteVariant: map[[2]string]int{}}
	}
	c.change.Pairs++
	c.bySuiteVariant[where]++
	c.uniform = c.uniform && q.old.hash(name) == c.first.old.hash(name) && q.new.hash(name) == c.first.new.hash(name)
	return c
}

func changesIn(differ, all map[[2]string]int) []ChangeIn {
	var out []ChangeIn
	for where, n := range differ {
		out = append(out, ChangeIn{Suite: where[0], Variant: where[1], Pairs: n, Of: all[where]})
	}
	slices.SortFunc(out, func(a, b ChangeIn) int {
		return cmp.Or(strings.Compare(a.Suite, b.Suite), strings.Compare(a.Variant, b.Variant))
	})
	return out
}

// otherChanges are the address and the axes that were exchanged, but for those
// that a field says already.
func otherChanges(old, new *Side, p *pairing, fields map[string]*changeOf) []Change {
	var changes []Change
	n := len(p.pairs)
	if a, b := old.header.BaseURL, new.header.BaseURL; a != b && a != "" && b != "" {
		changes = append(changes, Change{Field: "base_url", Pairs: n, Of: n, Old: a, New: b})
	}
	if a, b := old.header.APIVersion, new.header.APIVersion; a != b && a != "" && b != "" {
		changes = append(changes, Change{Field: "api_version", Pairs: n, Of: n, Old: a, New: b})
	}
	for _, axis := range slices.Sorted(maps.Keys(p.aside)) {
		if fields[axis] == nil && p.aside[axis] != [2]string{} {
			changes = append(changes, Change{Field: axis, Pairs: n, Of: n, Old: p.aside[axis][0], New: p.aside[axis][1]})
		}
	}
	return changes
}

// Assertions is the field of a Change of what is asserted.
const Assertions = "assertions"

// What is shown of the values of a field that changed, in bytes.
const (
	maxValue = 400
	before   = 80 // of what both begin with
)

// excerpts are the parts of two texts around the first place where they differ.
func excerpts(old, new string) (string, string) {
	same := 0
	for same < min(len(old), len(new)) && old[same] == new[same] {
		same++
	}
	if from := same - before; from > before {
		old, new = "…"+strings.ToValidUTF8(old[from:], ""), "…"+strings.ToValidUTF8(new[from:], "")
	}
	return wording.Start(old, maxValue), wording.Start(new, maxValue)
}

// fieldText is a field's value in a case's first request.
func (s *Side) fieldText(u *caseSamples, name string) string {
	if s.file == nil {
		if name == modelAxis {
			return u.model()
		}
		return ""
	}
	text := ""
	for e, err := range s.file.Exchanges(u.id(), 0) {
		if err != nil {
			break
		}
		if !e.IsAnswer() {
			continue
		}
		_ = record.Members(e.Request, func(key, value []byte) error {
			switch {
			case string(key) == name:
				text = string(value)
				_ = exactjson.Unmarshal(value, &text) // a text without its quotes
			case string(key) == messagesField && isMessage(name):
				text = messageText(value, name)
			}
			return nil
		})
		break
	}
	return text
}

// messageText is the message that a field such as messages[2] is: its text with
// its role before it, or its JSON where it has more than text.
func messageText(value []byte, name string) string {
	var list []json.RawMessage
	var index int
	if _, err := fmt.Sscanf(name, messagesField+"[%d]", &index); err != nil || exactjson.Unmarshal(value, &list) != nil || index >= len(list) {
		return ""
	}
	var message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	if exactjson.Unmarshal(list[index], &message) != nil {
		return string(list[index])
	}
	return message.Role + ": " + message.Content
}
