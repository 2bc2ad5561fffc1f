package source

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Encode gives the value as a part of a request.
func (v *Value) Encode() payload.JSON { return payload.New(v.AppendJSON(nil), v.blobs(nil)...) }

// blobs appends the data of files that the value holds.
func (v *Value) blobs(found []*payload.Blob) []*payload.Blob {
	if v.Blob != nil {
		found = append(found, v.Blob)
	}
	for _, item := range v.Items {
		found = item.blobs(found)
	}
	for i := range v.Members {
		found = v.Members[i].Value.blobs(found)
	}
	return found
}

// AppendJSON appends the value as compact JSON: keys in their order, numbers
// as they were spelled, and of a text only escaped what JSON demands. In the
// place of a file's data is a reference to it.
func (v *Value) AppendJSON(dst []byte) []byte {
	switch v.Kind {
	case Bool, Number:
		return append(dst, v.Text...)
	case String:
		if v.Blob != nil {
			return v.Blob.AppendReference(dst)
		}
		return exprlang.AppendJSONString(dst, v.Text)
	case List:
		dst = append(dst, '[')
		for i, item := range v.Items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.AppendJSON(dst)
		}
		return append(dst, ']')
	case Map:
		dst = append(dst, '{')
		for i, m := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = exprlang.AppendJSONString(dst, m.Key)
			dst = append(dst, ':')
			dst = m.Value.AppendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// Native is the value as expressions see it: nil, bool, string, []any,
// map[string]any, or a number as exprlang.NewNumber makes it.
func (v *Value) Native() any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return exprlang.NewNumber(v.Text)
	case String:
		return v.Text
	case List:
		items := make([]any, len(v.Items))
		for i, item := range v.Items {
			items[i] = item.Native()
		}
		return items
	case Map:
		members := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			members[m.Key] = m.Value.Native()
		}
		return members
	}
	return nil
}

// FromNative is the Value of what an expression yielded. It has no position. A
// map's keys are sorted, as Go's maps have no order. What JSON cannot hold is
// an error.
func FromNative(x any) (*Value, error) {
	switch x := x.(type) {
	case nil:
		return &Value{}, nil
	case *Value:
		return x, nil
	case bool:
		return &Value{Kind: Bool, Text: strconv.FormatBool(x)}, nil
	case string:
		return &Value{Kind: String, Text: x}, nil
	case exprlang.Number:
		return &Value{Kind: Number, Text: x.String()}, nil
	case float64:
		return fromFloat(x)
	case time.Time, time.Duration:
		text, err := exprlang.Text(x)
		return &Value{Kind: String, Text: text}, err
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

// fromFloat spells a number that was computed in decimals, as string(…) does.
func fromFloat(f float64) (*Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%v is a number that JSON does not have", f)
	}
	return &Value{Kind: Number, Text: exprlang.FormatFloat(f)}, nil
}

func fromList(list reflect.Value) (*Value, error) {
	v := &Value{Kind: List, Items: make([]*Value, list.Len())}
	for i := range v.Items {
		item, err := FromNative(list.Index(i).Interface())
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
		value, err := FromNative(entries.Value().Interface())
		if err != nil {
			return nil, err
		}
		v.Members = append(v.Members, Member{Key: entries.Key().String(), Value: value})
	}
	slices.SortFunc(v.Members, func(a, b Member) int { return strings.Compare(a.Key, b.Key) })
	return v, nil
}
