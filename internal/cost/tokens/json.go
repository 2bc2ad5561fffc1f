package tokens

import "bytes"

// reader walks over JSON text once, without decoding it. Where it cannot be
// followed, failed is set and nothing more is read.
type reader struct {
	text   []byte
	pos    int
	depth  int
	failed bool
}

// maxDepth bounds how deep values may lie in each other.
const maxDepth = 200

// peek is the first byte of the next value, 0 at the end and after a failure.
func (r *reader) peek() byte {
	for !r.failed && r.pos < len(r.text) {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\r', '\n':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

// next is where the next value begins.
func (r *reader) next() int {
	r.peek()
	return r.pos
}

// accept steps over c, or says that it does not come next.
func (r *reader) accept(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.pos++
	return true
}

// str reads a string and gives what stands between its quotes, as it is
// spelled. Of every other value it gives nil.
func (r *reader) str() []byte {
	if r.peek() != '"' {
		r.skip()
		return nil
	}
	r.pos++
	begin := r.pos
	for {
		i := bytes.IndexByte(r.text[r.pos:], '"')
		if i < 0 {
			r.failed = true
			return nil
		}
		r.pos += i + 1
		if inside := r.text[begin : r.pos-1]; !endsEscaping(inside) {
			return inside
		}
	}
}

// endsEscaping tells whether a text ends in a backslash that is not escaped
// itself.
func endsEscaping(text []byte) bool {
	n := 0
	for n < len(text) && text[len(text)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// members calls each for every member of an object, which must read its
// value. Of every other value it reads over all.
func (r *reader) members(each func(key []byte)) {
	if r.peek() != '{' {
		r.skip()
		return
	}
	r.enter()
	for first := true; !r.failed && !r.accept('}'); first = false {
		if !first && !r.accept(',') || r.peek() != '"' {
			r.failed = true
			return
		}
		key := r.str()
		if !r.accept(':') {
			r.failed = true
			return
		}
		each(key)
	}
	r.depth--
}

// elements calls each for every element of a list, which must read it.
func (r *reader) elements(each func()) {
	if r.peek() != '[' {
		r.skip()
		return
	}
	r.enter()
	for first := true; !r.failed && !r.accept(']'); first = false {
		if !first && !r.accept(',') {
			r.failed = true
			return
		}
		each()
	}
	r.depth--
}

// enter steps over an opening bracket.
func (r *reader) enter() {
	r.pos++
	if r.depth++; r.depth > maxDepth {
		r.failed = true
	}
}

// raw reads a value and gives its text.
func (r *reader) raw() []byte {
	r.peek()
	begin := r.pos
	r.skip()
	return r.text[begin:r.pos]
}

// skip reads over a value: a string, brackets with all that they hold, or a
// run of other characters.
func (r *reader) skip() {
	depth := 0
	for begin := r.pos; ; {
		switch r.peek() {
		case 0:
			r.failed = r.failed || depth > 0 || r.pos == begin
			return
		case '"':
			r.str()
		case '{', '[':
			depth++
			r.pos++
		case '}', ']':
			if depth == 0 {
				r.failed = true
				return
			}
			depth--
			r.pos++
		case ',', ':':
			if depth == 0 {
				r.failed = true
				return
			}
			r.pos++
			continue
		default:
			r.scalar()
		}
		if depth == 0 || r.failed {
			return
		}
	}
}

// scalar reads over a number, true, false or null.
func (r *reader) scalar() {
	for ; r.pos < len(r.text); r.pos++ {
		switch r.text[r.pos] {
		case ',', ':', ']', '}', '[', '{', '"', ' ', '\t', '\r', '\n':
			return
		}
	}
}
