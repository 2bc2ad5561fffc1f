package logsuite

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/traffic"
)

// group are conversations that become one case: a single one, or several that
// differ in texts only.
type group struct {
	list   []*traffic.Conversation
	key    [sha256.Size]byte
	texts  [][]string // of each conversation
	system int        // how many of its texts are of system
}

// maxNear is how many groups of one form a conversation is held against.
const maxNear = 100

// groups puts conversations together that are equal but for texts that have much in
// common, in the order of their first ones.
func groups(list []*traffic.Conversation, fold bool) []*group {
	var out []*group
	near := map[[sha256.Size]byte][]*group{}
	for _, c := range list {
		g := &group{list: []*traffic.Conversation{c}}
		if fold && g.read() {
			at := slices.IndexFunc(near[g.key], func(other *group) bool { return other.isLike(g) })
			if at >= 0 {
				near[g.key][at].add(g)
				continue
			}
			near[g.key] = append(near[g.key], g)
			near[g.key] = near[g.key][max(0, len(near[g.key])-maxNear):]
		}
		out = append(out, g)
	}
	return out
}

func (g *group) add(other *group) {
	g.list = append(g.list, other.list...)
	g.texts = append(g.texts, other.texts...)
}

// varies reports whether the conversations differ.
func (g *group) varies() bool {
	return slices.ContainsFunc(g.texts, func(texts []string) bool { return !slices.Equal(texts, g.texts[0]) })
}

// maxFolded is how large a request may be that shares a case, in bytes.
const maxFolded = 1 << 20

// read takes the texts out of the only conversation, and hashes all else of it. It
// reports whether the conversation can share a case: one in which tools were
// answered cannot, since a case has the recorded results of all its rows.
func (g *group) read() bool {
	c := g.list[0]
	if len(c.Last().Body.Text()) > maxFolded || slices.ContainsFunc(c.Steps, func(s traffic.Step) bool { return len(s.Results) > 0 }) {
		return false
	}
	var texts []string
	s := saidIn(c, func(text string) string {
		texts = append(texts, text)
		return ""
	})
	h := sha256.New()
	part := func(b []byte) { fmt.Fprintf(h, "%d %s", len(b), b) }
	for _, m := range s.fields {
		part([]byte(m.Text()))
		part(suitefile.Compact(m.Value))
	}
	for _, turns := range s.turns {
		fmt.Fprintf(h, "%d turns", len(turns))
		for _, turn := range turns {
			part(suitefile.Compact(turn))
		}
	}
	e := c.First()
	for _, text := range slices.Concat(e.Betas, []string{"", e.Version, stopExpr(stopReason(c))}, toolsUsed(c)) {
		part([]byte(text))
	}
	g.key, g.texts, g.system = [sha256.Size]byte(h.Sum(nil)), [][]string{texts}, s.system
	return true
}

// minShared is how many bytes of some text two requests have in common where they
// are of one template.
const minShared = 10

// isLike reports whether another conversation of this form is taken to be made of
// the same template: they begin or end alike in some text, and in half of each text
// of system.
func (g *group) isLike(other *group) bool {
	most := 0
	for i, text := range g.texts[0] {
		before, after := common([]string{text, other.texts[0][i]})
		shared := len(before) + len(after)
		if text == other.texts[0][i] {
			shared = len(text)
		}
		if i < g.system && 2*shared < max(len(text), len(other.texts[0][i])) {
			return false
		}
		most = max(most, shared)
	}
	return most >= minShared
}
