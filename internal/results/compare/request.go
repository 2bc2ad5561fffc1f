package compare

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/record"
)

// request is what a case's first request was, as far as it takes to say what
// differs between two. Without a shape nothing is known of it.
type request struct {
	shape  *shape
	hashes []uint64 // of the values of the shape's fields
	key    uint64   // hash of the request's key, which covers its headers too
}

// shape is the names of a request's top-level fields, sorted, and its model.
type shape struct {
	names []string
	model string
	hash  uint64
	// parted says that the messages are fields of their own.
	parted bool
}

// model is the request's model, "" where that is not known.
func (a *request) model() string {
	if a.shape == nil {
		return ""
	}
	return a.shape.model
}

// hash is the hash of a field's value, 0 where the request has no such field.
func (a *request) hash(name string) uint64 {
	if a.shape != nil {
		if i, ok := slices.BinarySearch(a.shape.names, name); ok {
			return a.hashes[i]
		}
	}
	return 0
}

// fingerprint is the same for requests with the same body; 0 where nothing is
// known of it.
func (a *request) fingerprint() uint64 {
	if a.shape == nil || len(a.hashes) == 0 {
		return a.key
	}
	h := a.shape.hash
	for _, field := range a.hashes {
		h = (h ^ field) * 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
		h ^= h >> 32
	}
	return h
}

// fields gives the names and hashes of the request's fields, sorted.
func (a *request) fields() iter.Seq2[string, uint64] {
	return func(yield func(string, uint64) bool) {
		if a.shape == nil {
			return
		}
		for i, name := range a.shape.names {
			if !yield(name, a.hashes[i]) {
				return
			}
		}
	}
}

// field is a top-level member of a request and the hash of its value, which is
// the same in every process: baselines hold it.
type field struct {
	name string
	hash uint64
}

// unsentFields say how an answer is delivered, not what is asked.
var unsentFields = []string{"stream"}

// conversationField names what differs in how conversations go on behind
// their first requests: later turns, tools' results, max_turns.
const conversationField = "conversation"

// readRequest reads what was asked, in a conversation with the digest. A body that
// is no object has no fields: its key still reports whether it is the same.
func (r *reader) readRequest(e *record.Exchange, conversation string) request {
	var key uint64
	if e.Key != "" {
		key = hashOf([]byte(e.Key + conversation))
	}
	r.fields = r.fields[:0]
	if conversation != "" {
		r.fields = append(r.fields, field{conversationField, hashOf([]byte(conversation))})
	}
	model := ""
	err := record.Members(e.Request, func(name, value []byte) error {
		if slices.Contains(unsentFields, string(name)) {
			return nil
		}
		if string(name) == modelAxis && exactjson.Unmarshal(value, &model) != nil {
			model = ""
		}
		r.fields = append(r.fields, field{r.intern(name), hashOf(value)})
		if string(name) == messagesField {
			r.readMessages(value)
		}
		return nil
	})
	if err != nil {
		r.fields, model = r.fields[:0], ""
	}
	return r.shapes.request(r.fields, model, key)
}

// messagesField is a request's messages as a whole; each of them is a field too,
// such as messages[2].
const messagesField = "messages"

// maxMessages is how many messages are fields of their own. With more a request
// has its messages as a whole.
const maxMessages = 200

func (r *reader) readMessages(value []byte) {
	var list []json.RawMessage
	if exactjson.Unmarshal(value, &list) != nil || len(list) > maxMessages {
		return
	}
	for i, message := range list {
		for len(r.messages) <= i {
			r.messages = append(r.messages, fmt.Sprintf("%s[%d]", messagesField, len(r.messages)))
		}
		r.fields = append(r.fields, field{r.messages[i], hashOf(message)})
	}
}

// isMessage reports whether a field is one of the messages.
func isMessage(name string) bool { return strings.HasPrefix(name, messagesField+"[") }

// shapes makes requests that share their shapes, and holds their hashes in few
// pieces.
type shapes struct {
	known  map[string]*shape
	hashes []uint64
	buf    []byte
}

// request is a request of these fields, which it sorts. Of fields of one name
// the last counts.
func (s *shapes) request(fields []field, model string, key uint64) request {
	slices.SortStableFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	const piece = 4096
	if cap(s.hashes)-len(s.hashes) < len(fields) {
		s.hashes = make([]uint64, 0, max(piece, len(fields)))
	}
	from := len(s.hashes)
	s.buf = appendText(s.buf[:0], model)
	for i, f := range fields {
		if i+1 == len(fields) || fields[i+1].name != f.name {
			s.hashes = append(s.hashes, f.hash)
			s.buf = appendText(s.buf, f.name)
		}
	}
	hashes := s.hashes[from:len(s.hashes):len(s.hashes)]
	one, ok := s.known[string(s.buf)]
	if !ok {
		one = &shape{names: make([]string, 0, len(hashes)), model: model, hash: hashOf(s.buf)}
		for _, f := range fields {
			one.names = append(one.names, f.name)
		}
		one.names = slices.Compact(one.names)
		one.parted = slices.ContainsFunc(one.names, isMessage)
		if s.known == nil {
			s.known = map[string]*shape{}
		}
		s.known[string(s.buf)] = one
	}
	return request{one, hashes, key}
}

// appendText appends a text so that no other list of texts looks the same.
func appendText(buf []byte, text string) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(text))), text...)
}

func hashOf(value []byte) uint64 {
	h := fnv.New64a()
	h.Write(value)
	return h.Sum64()
}

// headersField names what differs in requests whose bodies are the same:
// the betas or the API's version, which their keys cover.
const headersField = "headers"

// differences names the fields in which two requests differ. They are unknown,
// and none, where a side has no request.
func differences(old, new *request) []string {
	if old.shape == nil || new.shape == nil || old.key == new.key && old.key != 0 {
		return nil
	}
	var names []string
	a, b := old.shape.names, new.shape.names
	parted := old.shape.parted && new.shape.parted
	add := func(name string) {
		if name == messagesField && parted || isMessage(name) && !parted {
			return
		}
		names = append(names, name)
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch order := compareNext(a[i:], b[j:]); {
		case order < 0:
			add(a[i])
			i++
		case order > 0:
			add(b[j])
			j++
		default:
			if old.hashes[i] != new.hashes[j] {
				add(a[i])
			}
			i++
			j++
		}
	}
	if names == nil && old.key != 0 && new.key != 0 {
		return []string{headersField}
	}
	return names
}

// compareNext orders the first of two sorted lists by name, one that is at its
// end after the other.
func compareNext(a, b []string) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return cmp.Compare(a[0], b[0])
}
