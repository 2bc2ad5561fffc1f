package exprlang

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// What a value is as text, everywhere: for string(…), in templates, in JSON
// and in reports. A number of data is spelled as it was written there, one that
// was computed as the shortest decimal that reads back as the same, without an
// exponent.

// FormatFloat writes a number in decimals: some 340 characters at most.
func FormatFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Text is a value as text: a text itself, a number as it is spelled, a list or
// map as JSON. What has no text, nil among it, is an error.
func Text(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", &sentence{message: "nil has no text", hint: "`?? \"\"` behind the value gives one"}
	case string:
		return v, nil
	case time.Time:
		return v.Format(time.RFC3339Nano), nil
	case fmt.Stringer: // a Number, a duration, a time zone
		return v.String(), nil
	}
	text, err := AppendJSON(nil, v)
	return string(text), err
}

// AppendJSON appends a value as compact JSON, the keys of a map sorted. What
// JSON cannot hold is an error.
func AppendJSON(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return AppendJSONString(dst, v), nil
	case Number:
		return append(dst, v.text...), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return dst, &sentence{message: fmt.Sprintf("%v is a number that JSON does not have", v)}
		}
		return append(dst, FormatFloat(v)...), nil
	case time.Time, fmt.Stringer:
		text, err := Text(v)
		return AppendJSONString(dst, text), err
	}
	return appendReflected(dst, reflect.ValueOf(v))
}

// appendReflected appends integers of any type, lists and maps.
func appendReflected(dst []byte, v reflect.Value) (_ []byte, err error) {
	switch {
	case v.CanInt():
		return strconv.AppendInt(dst, v.Int(), 10), nil
	case v.CanUint():
		return strconv.AppendUint(dst, v.Uint(), 10), nil
	case isList(v):
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = AppendJSON(dst, v.Index(i).Interface()); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case v.Kind() == reflect.Map:
		return appendMap(dst, v)
	}
	return dst, &sentence{message: describeValue(v.Interface()) + " has no JSON form"}
}

func appendMap(dst []byte, v reflect.Value) (_ []byte, err error) {
	members := make(map[string]any, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, ok := it.Key().Interface().(string)
		if !ok {
			return dst, &sentence{message: "a map with a key that is " + describeValue(it.Key().Interface()) + " has no JSON form"}
		}
		members[key] = it.Value().Interface()
	}
	dst = append(dst, '{')
	for i, key := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendJSONString(dst, key), ':')
		if dst, err = AppendJSON(dst, members[key]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// AppendJSONString appends a text as a JSON string. Unlike encoding/json it
// leaves <, >, & and the line separators alone: they are part of a prompt.
// Bytes that are not UTF-8 become U+FFFD.
func AppendJSONString(dst []byte, text string) []byte {
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
