package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// decode reads a line into the type that it points to, by its members' exact
// names. What is null leaves its field as it is. Raw JSON is a part of the line
// and not looked into: whoever decodes it finds what is wrong in it.
func decode(line []byte, into any) error { return decodeWith(line, into, decodeValue) }

// decodeWith is decode with another way to decode a value.
func decodeWith(line []byte, into any, decodeValue func(value []byte, field any) error) error {
	v := reflect.ValueOf(into).Elem()
	known := membersOf(v.Type())
	return members(line, func(key, value []byte) error {
		m, ok := known[string(key)]
		if !ok || string(value) == "null" {
			return nil
		}
		field := v.FieldByIndex(m.index).Addr().Interface()
		if amount, ok := field.(**float64); ok && m.isMoney {
			field = dollars{amount}
		}
		if err := decodeValue(value, field); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
}

// lineMember is a field of a line type.
type lineMember struct {
	index   []int // as reflect has it
	isMoney bool
}

// lineTypes are the members of types that were decoded, by name.
var lineTypes sync.Map // of reflect.Type to map[string]lineMember

// membersOf gives the members of a line type by their names.
func membersOf(t reflect.Type) map[string]lineMember {
	if known, ok := lineTypes.Load(t); ok {
		return known.(map[string]lineMember)
	}
	found := map[string]lineMember{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			found[name] = lineMember{f.Index, strings.HasSuffix(name, "_usd")}
		}
	}
	lineTypes.Store(t, found)
	return found
}

// decodeValue decodes what is frequent without encoding/json, which takes
// several times as long. A list without entries stays nil.
func decodeValue(value []byte, field any) error {
	switch field := field.(type) {
	case *string:
		text, err := plain(value)
		*field = string(text)
		return err
	case *json.RawMessage:
		*field = value
		return nil
	case *Base64:
		text, err := plain(value)
		*field = append(Base64(nil), text...)
		return err
	case *int:
		n, err := strconv.Atoi(string(value))
		if err != nil {
			return fmt.Errorf("found %s, expected a whole number", excerpt(value))
		}
		*field = n
		return nil
	case *float64:
		n, err := strconv.ParseFloat(string(value), 64)
		if err != nil {
			return fmt.Errorf("found %s, expected a number", excerpt(value))
		}
		*field = n
		return nil
	case **float64:
		*field = new(float64)
		return decodeValue(value, *field)
	case dollars:
		return field.decode(value)
	case *bool:
		if text := string(value); text == "true" || text == "false" {
			*field = text == "true"
			return nil
		}
	case *map[string]float64:
		if decodeNumbers(value, field) {
			return nil
		}
	case *[]Attempt:
		return decodeAttempts(value, field)
	case *[]string, *[]Assertion, *[]Check:
		if string(value) == "[]" {
			return nil
		}
	}
	return exactjson.Unmarshal(value, field)
}

// dollars is where an amount of money goes, which is never below 0: a bound of
// money is kept by sums of these.
type dollars struct{ field **float64 }

// maxDollars is more than any run costs, and little enough that no sum
// overflows.
const maxDollars = 1e100

func (d dollars) decode(value []byte) error {
	n, err := strconv.ParseFloat(string(value), 64)
	if err != nil || n < 0 || n > maxDollars {
		return fmt.Errorf("found %s, expected US dollars, 0 or more", excerpt(value))
	}
	*d.field = &n
	return nil
}

// decodeNumbers decodes an object of numbers. It reports false where it is none,
// or has a key that is written with escapes.
func decodeNumbers(value []byte, into *map[string]float64) bool {
	numbers := map[string]float64{}
	odd := errors.New("not plain")
	err := members(value, func(key, value []byte) error {
		n, err := strconv.ParseFloat(string(value), 64)
		if err != nil || bytes.IndexByte(key, '\\') >= 0 || !utf8.Valid(key) {
			return odd
		}
		numbers[string(key)] = n
		return nil
	})
	if err == nil {
		*into = numbers
	}
	return err == nil
}

// decodeAttempts decodes the attempts of an exchange. A list without entries
// stays nil.
func decodeAttempts(value []byte, into *[]Attempt) error {
	return elements(value, func(element []byte) error {
		var a Attempt
		if err := decode(element, &a); err != nil {
			return err
		}
		*into = append(*into, a)
		return nil
	})
}
