package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"unicode"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// The bounds of the search for the nearest request, so that a huge record and
// many misses cost seconds at most.
const (
	// maxProfiles is how many exchanges of the record are compared with.
	maxProfiles = 20_000
	// maxRead is how many bytes of exchanges are read for it.
	maxRead = 256 << 20
	// maxExplained is how many misses are explained.
	maxExplained = 1_000
	// maxSketched is how many bytes of the messages are looked at.
	maxSketched = 16 << 10
	// sketchSize is how many hashes of words represent the messages.
	sketchSize = 24
)

// nearest finds the recorded request that is most like one that is missed. The
// first miss has it read the record.
type nearest struct {
	answers   *record.Answers
	once      sync.Once
	profiles  []profile
	err       error
	seed      maphash.Seed
	explained atomic.Int64
}

// profile is what the requests of a record are compared by.
type profile struct {
	of       record.Identity
	key      string
	fields   []uint64 // sorted hashes of the fields but messages and stream
	messages uint64   // hash of the messages
	sketch   []uint64 // the smallest hashes of the messages' words, sorted
}

// explain says which recorded request is the nearest, and how it differs.
func (n *nearest) explain(req *messages.Request, of record.Identity) (string, error) {
	const miss = "the record has no answer to this request"
	if n.explained.Add(1) > maxExplained {
		return fmt.Sprintf("%s (the nearest is named for the first %d only)", miss, maxExplained), nil
	}
	n.once.Do(n.load)
	if n.err != nil {
		return "", n.err
	}
	body := normal(req.Body.Text())
	best, ok := n.best(n.profile(body), of.Role)
	if !ok {
		return miss + ", nor to any other", nil
	}
	sameSample := best.of
	sameSample.Sample = of.Sample
	e, err := n.answers.Find(sameSample, best.key)
	if e == nil && err == nil {
		e, err = n.answers.Find(best.of, best.key)
	}
	if e == nil || err != nil {
		return miss, err
	}
	if e.Key == req.Key() {
		return fmt.Sprintf("%s of this case; the same request of %q has its own answer", miss, e.ID), nil
	}
	return fmt.Sprintf("%s; the nearest is %s, where %s", miss, name(e), n.difference(normal(e.Request), body, req)), nil
}

// name is how a recorded request is called: by its case, or captured by the id
// that its server gave it.
func name(e *record.Exchange) string {
	switch {
	case e.ID != record.ID{}:
		return fmt.Sprintf("%s sample %d", e.ID, e.Sample)
	case e.RequestID != "":
		return e.RequestID
	}
	return "one without an id"
}

// load reads the record, one profile for each request that differs.
func (n *nearest) load() {
	n.seed = maphash.MakeSeed()
	seen := map[string]bool{}
	read := 0
	for e, err := range n.answers.File().Some(maxProfiles) {
		if err != nil {
			n.err = err
			return
		}
		if read += len(e.Request) + len(e.Response); read > maxRead {
			return
		}
		if seen[e.Key] {
			continue
		}
		seen[e.Key] = true
		p := n.profile(normal(e.Request))
		p.of, p.key = e.Identity, e.Key
		n.profiles = append(n.profiles, p)
	}
}

// best gives the profile most like the wanted one: by the fields that are
// equal, and by how many words the messages share, which count as much as a
// few fields. Of equals an answer is nearer to an answer, a judge to a judge.
func (n *nearest) best(want profile, role string) (profile, bool) {
	var best profile
	most := -1.0
	for _, p := range n.profiles {
		score := float64(shared(p.fields, want.fields)) + 3*likeness(p, want)
		if (p.of.Role == record.RoleJudge) == (role == record.RoleJudge) {
			score += 0.5
		}
		if score > most {
			best, most = p, score
		}
	}
	return best, most >= 0
}

// likeness is how much of the messages two requests share, from 0 to 1.
func likeness(a, b profile) float64 {
	if a.messages == b.messages {
		return 1
	}
	// Less than equal even where the words are the same.
	return 0.9 * float64(shared(a.sketch, b.sketch)) / float64(max(len(a.sketch), len(b.sketch), 1))
}

// shared counts what two sorted lists have in common.
func shared(a, b []uint64) int {
	count := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			count++
			a, b = a[1:], b[1:]
		}
	}
	return count
}

// profile hashes the parts of a request's body, in the record's form.
func (n *nearest) profile(body json.RawMessage) profile {
	var fields map[string]json.RawMessage
	if exactjson.Unmarshal(body, &fields) != nil {
		return profile{}
	}
	var p profile
	for name, value := range fields {
		switch name {
		case "stream":
		case "messages":
			p.messages = maphash.Bytes(n.seed, value)
			p.sketch = n.sketch(value)
		default:
			p.fields = append(p.fields, maphash.String(n.seed, name+"\x00"+string(value)))
		}
	}
	slices.Sort(p.fields)
	return p
}

// sketch gives the smallest hashes of the words in a text: two texts share
// about as large a part of their sketches as of their words (Broder 1997).
func (n *nearest) sketch(text []byte) []uint64 {
	if len(text) > maxSketched {
		text = text[len(text)-maxSketched:] // where the question is
	}
	isBreak := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	var hashes []uint64
	for word := range bytes.FieldsFuncSeq(text, isBreak) {
		hashes = append(hashes, maphash.Bytes(n.seed, word))
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clone(hashes[:min(len(hashes), sketchSize)])
}

// normal gives a body as the record would have it.
func normal(body []byte) json.RawMessage {
	external, _ := record.Externalize(body)
	var buf bytes.Buffer
	if json.Compact(&buf, external) != nil {
		return external
	}
	return buf.Bytes()
}
