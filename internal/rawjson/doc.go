// Package rawjson checks and writes JSON text without decoding it, for what
// is done to every answer and every line of a record: is it valid, and how is
// it written in one line.
//
// It says what encoding/json says, byte for byte, several times as fast. It
// refuses to decode: whoever needs a value takes encoding/json for it.
package rawjson
