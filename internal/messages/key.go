package messages

import (
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
// that is not JSON has a key too. It is computed once.
func (r *Request) Key() string {
	if key := r.key.Load(); key != nil {
		return *key
	}
	key := r.computeKey()
	r.key.Store(&key)
	return key
}

func (r *Request) computeKey() string {
	h := sha256.New()
	writeField(h, []byte(cmp.Or(r.Version, defaultVersion)))
	writeField(h, []byte(strconv.Itoa(len(r.Betas))))
	for _, beta := range r.Betas {
		writeField(h, []byte(beta))
	}
	hashed := r.Body.With(withoutStream(r.Body.Text()))
	writeLength(h, hashed.Len())
	_, _ = hashed.WriteTo(h) // a hash takes everything
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// writeField hashes one field behind its length, so that no two lists of
// fields give the same bytes.
func writeField(h hash.Hash, field []byte) {
	writeLength(h, int64(len(field)))
	h.Write(field)
}

func writeLength(h hash.Hash, n int64) {
	h.Write(append(strconv.AppendInt(nil, n, 10), ':'))
}
