package suite

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// encode gives the value as a part of a request.
func (v *Value) encode() payload.JSON { return payload.New(v.appendJSON(nil), v.blobs(nil)...) }

// blobs appends the data of files that the value holds.
func (v *Value) blobs(found []*payload.Blob) []*payload.Blob {
	if v.blob != nil {
		found = append(found, v.blob)
	}
	for _, item := range v.Items {
		found = item.blobs(found)
	}
	for i := range v.Members {
		found = v.Members[i].Value.blobs(found)
	}
	return found
}

// appendJSON appends the value as compact JSON: keys in their order, numbers
// as they were spelled, and of a text only escaped what JSON demands. In the
// place of a file's data stands a reference to it.
func (v *Value) appendJSON(dst []byte) []byte {
	switch v.Kind {
	case Bool, Number:
		return append(dst, v.Text...)
	case String:
		if v.blob != nil {
			return v.blob.AppendReference(dst)
		}
		return appendJSONString(dst, v.Text)
	case List:
		dst = append(dst, '[')
		for i, item := range v.Items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.appendJSON(dst)
		}
		return append(dst, ']')
	case Map:
		dst = append(dst, '{')
		for i, m := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSONString(dst, m.Key)
			dst = append(dst, ':')
			dst = m.Value.appendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// appendJSONString appends the text as a JSON string. Unlike encoding/json it
// leaves <, >, & and the line separators alone: they are part of a prompt.
// Bytes that are not UTF-8 become U+FFFD.
func appendJSONString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if c < utf8.RuneSelf || r == utf8.RuneError && size == 1 {
			dst = append(dst, text[done:i]...)
			dst = appendEscape(dst, r)
			done = i + size
		}
		i += size
	}
	dst = append(dst, text[done:]...)
	return append(dst, '"')
}

// appendEscape appends a character that JSON cannot hold as it is.
func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case utf8.RuneError:
		return utf8.AppendRune(dst, r)
	}
	return fmt.Appendf(dst, `\u%04x`, r)
}

// native is the value as expressions see it: nil, bool, int, float64, string,
// []any or map[string]any. A number is an int where it is spelled without
// fraction and exponent and fits.
func (v *Value) native() any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return nativeNumber(v.Text)
	case String:
		return v.Text
	case List:
		items := make([]any, len(v.Items))
		for i, item := range v.Items {
			items[i] = item.native()
		}
		return items
	case Map:
		members := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			members[m.Key] = m.Value.native()
		}
		return members
	}
	return nil
}

// nativeNumber is an int where it can be; beyond float64's range it is an
// infinity.
func nativeNumber(spelling string) any {
	if n, err := strconv.Atoi(spelling); err == nil {
		return n
	}
	f, _ := strconv.ParseFloat(spelling, 64)
	return f
}

// fromNative is the Value of what an expression yielded. It has no place. A
// map's keys are sorted, as Go's maps have no order. What JSON cannot hold is
// an error.
func fromNative(x any) (*Value, error) {
	switch x := x.(type) {
	case nil:
		return &Value{}, nil
	case *Value:
		return x, nil
	case bool:
		return &Value{Kind: Bool, Text: strconv.FormatBool(x)}, nil
	case string:
		return &Value{Kind: String, Text: x}, nil
	case float64:
		return fromFloat(x)
	}
	return fromReflected(reflect.ValueOf(x))
}

// fromReflected covers the types of Go that an expression's functions may
// yield besides the usual ones.
func fromReflected(x reflect.Value) (*Value, error) {
	switch x.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &Value{Kind: Number, Text: strconv.FormatInt(x.Int(), 10)}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Value{Kind: Number, Text: strconv.FormatUint(x.Uint(), 10)}, nil
	case reflect.Float32:
		return fromFloat(x.Float())
	case reflect.Slice, reflect.Array:
		return fromList(x)
	case reflect.Map:
		if x.Type().Key().Kind() == reflect.String {
			return fromMap(x)
		}
	}
	return nil, fmt.Errorf("a value of type %s has no JSON form", x.Type())
}

// fromFloat spells a whole number of ordinary size without an exponent, and
// any other in the shortest way that reads back as the same.
func fromFloat(f float64) (*Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%v is a number that JSON does not have", f)
	}
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return &Value{Kind: Number, Text: strings.Replace(strconv.FormatFloat(f, format, -1, 64), "e+", "e", 1)}, nil
}

func fromList(list reflect.Value) (*Value, error) {
	v := &Value{Kind: List, Items: make([]*Value, list.Len())}
	for i := range v.Items {
		item, err := fromNative(list.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		v.Items[i] = item
	}
	return v, nil
}

func fromMap(m reflect.Value) (*Value, error) {
	v := &Value{Kind: Map, Members: make([]Member, 0, m.Len())}
	for entries := m.MapRange(); entries.Next(); {
		value, err := fromNative(entries.Value().Interface())
		if err != nil {
			return nil, err
		}
		v.Members = append(v.Members, Member{Key: entries.Key().String(), Value: value})
	}
	slices.SortFunc(v.Members, func(a, b Member) int { return strings.Compare(a.Key, b.Key) })
	return v, nil
}
