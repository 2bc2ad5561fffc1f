package traffic

import (
	"math"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// Dedupe leaves out conversations in which the application said the same as in an
// earlier one, whatever was answered.
func Dedupe(list []*Conversation) []*Conversation {
	seen := map[mark]bool{}
	var out []*Conversation
	for _, c := range list {
		first := c.First()
		said := first.marks[len(first.marks)-1]
		for _, step := range c.Steps[1:] {
			said = said.add(nil)
			for _, turn := range step.Said {
				said = said.add(loose(turn))
			}
		}
		if !seen[said] {
			seen[said] = true
			out = append(out, c)
		}
	}
	return out
}

// signatureSize is of how many numbers a signature is.
const signatureSize = 64

// signature is a MinHash of what was said: the share of numbers in which two of
// them differ estimates how different the texts are.
type signature [signatureSize]uint64

// Pick gives n conversations that differ most from each other in what is said, in
// their order: the first one, and then always the one that is least like those that
// were picked. The same list gives the same ones.
func Pick(list []*Conversation, n int) []*Conversation {
	if n >= len(list) {
		return list
	}
	signatures := make([]signature, len(list))
	for i, c := range list {
		signatures[i] = signatureOf(c)
	}
	nearest := make([]int, len(list)) // to one that was picked, in numbers that differ
	for i := range nearest {
		nearest[i] = math.MaxInt
	}
	picked := []int{}
	for next := 0; len(picked) < n; {
		picked = append(picked, next)
		nearest[next] = -1
		best := -1
		for i := range list {
			if nearest[i] < 0 {
				continue
			}
			nearest[i] = min(nearest[i], signatures[i].distance(&signatures[next]))
			if best < 0 || nearest[i] > nearest[best] {
				best = i
			}
		}
		next = best
	}
	slices.Sort(picked)
	out := make([]*Conversation, n)
	for i, at := range picked {
		out[i] = list[at]
	}
	return out
}

func (s *signature) distance(other *signature) int {
	n := 0
	for i := range s {
		if s[i] != other[i] {
			n++
		}
	}
	return n
}

// signatureOf hashes the words of a conversation, two by two, and its tools.
func signatureOf(c *Conversation) signature {
	var out signature
	for i := range out {
		out[i] = math.MaxUint64
	}
	add := func(feature string) {
		h := fnv(feature)
		for i := range out {
			mixed := h ^ uint64(i+1)*0x9e3779b97f4a7c15
			mixed = (mixed ^ mixed>>30) * 0xbf58476d1ce4e5b9
			mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
			out[i] = min(out[i], mixed^mixed>>31)
		}
	}
	const most = 2000 // words that are looked at
	words := strings.Fields(strings.ToLower(said(c)))
	words = words[:min(len(words), most)]
	for i, word := range words {
		add(word)
		if i > 0 {
			add(words[i-1] + " " + word)
		}
	}
	for _, step := range c.Steps {
		for _, call := range step.calls() {
			add("tool " + call.Name)
		}
	}
	return out
}

// fnv is FNV-1a, which is the same in every run.
func fnv(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// said is what the user says in a conversation.
func said(c *Conversation) string {
	var b strings.Builder
	turns := slices.Clone(c.First().turns)
	for _, step := range c.Steps[1:] {
		turns = append(turns, step.Said...)
	}
	for _, turn := range turns {
		o, err := exactjson.ParseObject(turn)
		if err != nil || string(o.Get("role")) != `"user"` {
			continue
		}
		blocks, _ := exactjson.ParseArray(looseContent(o.Get("content"))) // what is no list says nothing
		for _, block := range blocks {
			if o, err := exactjson.ParseObject(block); err == nil {
				text, _ := exactjson.Text(o.Get("text"))
				b.WriteString(text + "\n")
			}
		}
	}
	return b.String()
}
