package rawjson

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is how deep encoding/json lets a text nest.
const maxDepth = 10_000

// Valid is json.Valid.
func Valid(text []byte) bool {
	s := scanner{text: text}
	return s.whole()
}

// scanner walks over a JSON text and checks it.
type scanner struct {
	text []byte
	pos  int
}

// whole steps over the text, which is to be one value.
func (s *scanner) whole() bool {
	s.space()
	if !s.value(0) {
		return false
	}
	s.space()
	return s.pos == len(s.text)
}

// space steps over white space.
func (s *scanner) space() {
	for s.pos < len(s.text) && isSpace(s.text[s.pos]) {
		s.pos++
	}
}

func isSpace(c byte) bool { return c <= ' ' && (c == ' ' || c == '\n' || c == '\t' || c == '\r') }

// next gives the next byte, 0 at the end, which no token begins with.
func (s *scanner) next() byte {
	if s.pos == len(s.text) {
		return 0
	}
	return s.text[s.pos]
}

// accept steps over c.
func (s *scanner) accept(c byte) bool {
	if s.next() != c {
		return false
	}
	s.pos++
	return true
}

// value steps over one value, which begins here inside of so many others.
func (s *scanner) value(depth int) bool {
	switch c := s.next(); c {
	case '"':
		return s.string()
	case '{':
		return s.list('}', depth+1)
	case '[':
		return s.list(']', depth+1)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

// list steps over an object or an array, by the bracket that ends it.
func (s *scanner) list(end byte, depth int) bool {
	s.pos++
	s.space()
	if s.accept(end) {
		return depth <= maxDepth
	}
	for depth <= maxDepth {
		s.space()
		if end == '}' && !s.name() {
			return false
		}
		if !s.value(depth) {
			return false
		}
		s.space()
		if s.accept(end) {
			return true
		}
		if !s.accept(',') {
			return false
		}
	}
	return false
}

// name steps over a member's name and the colon behind it.
func (s *scanner) name() bool {
	if s.next() != '"' || !s.string() {
		return false
	}
	s.space()
	if !s.accept(':') {
		return false
	}
	s.space()
	return true
}

func (s *scanner) word(word string) bool {
	end := s.pos + len(word)
	if end > len(s.text) || string(s.text[s.pos:end]) != word {
		return false
	}
	s.pos = end
	return true
}

// number steps over a number as RFC 8259, section 6, has it.
func (s *scanner) number() bool {
	s.accept('-')
	if !s.accept('0') && !s.digits() {
		return false
	}
	if s.accept('.') && !s.digits() {
		return false
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	begin := s.pos
	for c := s.next(); '0' <= c && c <= '9'; c = s.next() {
		s.pos++
	}
	return s.pos > begin
}

// string steps over a string, from its opening quote on.
func (s *scanner) string() bool {
	for s.pos++; ; {
		s.pos += plain(s.text[s.pos:])
		switch c := s.next(); {
		case c == '"':
			s.pos++
			return true
		case c != '\\' || !s.escape():
			return false
		}
	}
}

// escape steps over a backslash and what it escapes.
func (s *scanner) escape() bool {
	s.pos++
	c := s.next()
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
		return true
	case 'u':
		s.pos++
		for range 4 {
			if !isHex(s.next()) {
				return false
			}
			s.pos++
		}
		return true
	}
	return false
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// plain counts the bytes up to the first that is not simply a part of a
// string: a quote, a backslash, a control character. It looks at eight at a
// time, by the bits that S. E. Anderson's "Bit Twiddling Hacks" finds a byte
// in a word with.
func plain(text []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(text); n += 8 {
		word := binary.LittleEndian.Uint64(text[n:])
		quote, slash := word^(ones*'"'), word^(ones*'\\')
		// A bit of what stands above the first such byte may be wrong, which
		// does not matter.
		found := ((quote - ones) &^ quote) | ((slash - ones) &^ slash) | ((word - ones*' ') &^ word)
		if found &= tops; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(text) && text[n] != '"' && text[n] != '\\' && text[n] >= ' ' {
		n++
	}
	return n
}
