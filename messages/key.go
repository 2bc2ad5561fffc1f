package messages

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
)

// Key names the request in a record: "sha256:" and the hexadecimal SHA-256 of
// the API version, the betas in order and the body as it is sent, without its
// top-level `stream` member. Nothing else is normalised, so two bodies that
// differ in key order or in the spelling of a number have two keys. A body
// that is not JSON has a key too.
func (r *Request) Key() string {
	h := sha256.New()
	writeField(h, []byte(cmp.Or(r.Version, DefaultVersion)))
	writeField(h, []byte(strconv.Itoa(len(r.Betas))))
	for _, beta := range r.Betas {
		writeField(h, []byte(beta))
	}
	writeField(h, withoutStream(r.Body))
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// writeField hashes one field behind its length, so that no two lists of
// fields give the same bytes.
func writeField(h hash.Hash, field []byte) {
	h.Write(strconv.AppendInt(nil, int64(len(field)), 10))
	h.Write([]byte{':'})
	h.Write(field)
}

// withoutStream cuts every top-level member named stream out of a JSON
// object, with one comma beside it, and leaves all other bytes as they are.
// What is not a JSON object comes back unchanged.
func withoutStream(body []byte) []byte {
	if !bytes.Contains(body, []byte(`"stream"`)) {
		return body
	}
	members, ok := scanMembers(body)
	if !ok {
		return body
	}
	out := make([]byte, 0, len(body))
	kept, rest := 0, 0 // members kept; where the bytes not yet copied begin
	for i, m := range members {
		switch {
		case string(m.name) != `"stream"`:
			kept++
		case kept > 0: // the comma before it goes with it
			out = append(out, body[rest:m.comma]...)
			rest = m.end
		case i+1 < len(members): // the comma after it goes with it
			out = append(out, body[rest:m.start]...)
			rest = members[i+1].start
		default:
			out = append(out, body[rest:m.start]...)
			rest = m.end
		}
	}
	return append(out, body[rest:]...)
}
