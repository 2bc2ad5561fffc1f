package messages

import (
	"bytes"
	"encoding/json"

	"github.com/evalrun/evalrun/internal/rawjson"
)

// object is a JSON object's members, their names as they are spelled:
// encoding/json would take "Type" for "type" in a struct. The values share the
// text's memory. nil is no object.
type object []member

// objectOf gives nil for everything but an object. raw must be valid JSON.
func objectOf(raw json.RawMessage) object { return objectIn(nil, raw) }

// objectIn is objectOf with room for the members, which is used again.
func objectIn(room []member, raw json.RawMessage) object {
	members, ok := appendMembers(room[:0], raw)
	if !ok {
		return nil
	}
	return members
}

// get gives the value of a member, nil where there is none. Of two with one
// name the last counts.
func (o object) get(name string) json.RawMessage {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].isNamed(name) {
			return o[i].value
		}
	}
	return nil
}

// elementsOf gives false for everything but an array. raw must be valid JSON.
func elementsOf(raw json.RawMessage) ([]json.RawMessage, bool) {
	s := scanner{text: raw}
	if !s.accept('[') {
		return nil, false
	}
	elements := []json.RawMessage{}
	if s.accept(']') {
		return elements, true
	}
	for {
		s.skipSpace()
		begin := s.pos
		if !s.skipValue() {
			return nil, false
		}
		elements = append(elements, s.since(begin))
		if !s.accept(',') {
			return elements, s.accept(']')
		}
	}
}

// stringOf gives "" for everything but a string.
func stringOf(raw json.RawMessage) string {
	s, _ := decodeString(raw)
	return s
}

// optionalString gives nil for everything but a string.
func optionalString(raw json.RawMessage) *string {
	s, ok := decodeString(raw)
	if !ok {
		return nil
	}
	return &s
}

// decodeString gives false for everything but a string. raw must be valid
// JSON, or empty.
func decodeString(raw json.RawMessage) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	text, ok := rawjson.AppendText(make([]byte, 0, len(raw)), raw)
	return string(text), ok
}

// member is the place of one member in the text of a JSON object.
type member struct {
	name  json.RawMessage // with its quotes, as spelled
	value json.RawMessage
	comma int // the comma before it; meaningless for the first
	start int // its first quote
	end   int // behind its value
}

// isNamed reports whether the member has the name, which escapes nothing.
func (m *member) isNamed(name string) bool {
	if bytes.IndexByte(m.name, '\\') >= 0 {
		return stringOf(m.name) == name
	}
	return string(m.name[1:len(m.name)-1]) == name
}

// usualMembers is how many members a message has at most, and its blocks.
const usualMembers = 16

// scanMembers finds the members of the object that body is. It does not
// validate what stands inside the values; ok is false where the text cannot
// be followed to its end.
func scanMembers(body []byte) (members []member, ok bool) { return appendMembers(nil, body) }

// appendMembers is scanMembers into room that is there.
func appendMembers(members []member, body []byte) (all []member, ok bool) {
	s := scanner{text: body}
	if !s.accept('{') {
		return nil, false
	}
	if members == nil {
		members = make([]member, 0, usualMembers)
	}
	if s.accept('}') {
		return members, s.atEnd()
	}
	for comma := 0; ; {
		s.skipSpace()
		m := member{comma: comma, start: s.pos}
		if !s.skipString() {
			return nil, false
		}
		m.name = s.since(m.start)
		if !s.accept(':') {
			return nil, false
		}
		s.skipSpace()
		begin := s.pos
		if !s.skipValue() {
			return nil, false
		}
		m.value, m.end = s.since(begin), s.pos
		members = append(members, m)
		if s.accept('}') {
			return members, s.atEnd()
		}
		if !s.accept(',') {
			return nil, false
		}
		comma = s.pos - 1
	}
}

// scanner walks over JSON text without decoding it.
type scanner struct {
	text []byte
	pos  int
}

// since is the text from begin on that was stepped over.
func (s *scanner) since(begin int) json.RawMessage { return s.text[begin:s.pos:s.pos] }

func (s *scanner) skipSpace() {
	for s.pos < len(s.text) && isSpace(s.text[s.pos]) {
		s.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// accept steps over white space and c, or only over white space.
func (s *scanner) accept(c byte) bool {
	s.skipSpace()
	if s.pos == len(s.text) || s.text[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) atEnd() bool {
	s.skipSpace()
	return s.pos == len(s.text)
}

// skipString steps over a string. Its end is the first quote behind an even
// number of backslashes.
func (s *scanner) skipString() bool {
	if s.pos == len(s.text) || s.text[s.pos] != '"' {
		return false
	}
	s.pos++
	for begin := s.pos; ; {
		i := bytes.IndexByte(s.text[s.pos:], '"')
		if i < 0 {
			return false
		}
		s.pos += i + 1
		inside := s.text[begin : s.pos-1]
		escapes := len(inside) - len(bytes.TrimRight(inside, `\`))
		if escapes%2 == 0 {
			return true
		}
	}
}

// skipValue steps over one value that begins here: a string, brackets with
// all that they hold, or a run of other characters.
func (s *scanner) skipValue() bool {
	begin, depth := s.pos, 0
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case '"':
			if !s.skipString() {
				return false
			}
			if depth == 0 {
				return true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.pos > begin
			}
			depth--
			if depth == 0 {
				s.pos++
				return true
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return s.pos > begin
			}
		}
		s.pos++
	}
	return false
}
