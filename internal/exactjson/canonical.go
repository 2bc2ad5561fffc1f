package exactjson

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Canonical writes a JSON value so that two values that are equal are written
// equally: without white space, members sorted by name, texts and numbers each
// in one spelling. It is RFC 8785, but that whole numbers keep all their digits,
// so that two large ones are never taken for one.
func Canonical(text []byte) ([]byte, error) {
	v := jsontext.Value(bytes.Clone(text))
	err := v.Canonicalize(jsontext.CanonicalizeRawInts(false), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return v, err
}
