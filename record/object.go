package record

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/internal/rawjson"
)

// object is a JSON object that is being written, as encoding/json would write
// it. It does without reflection, which costs more than all else that is done
// to a line.
type object struct {
	text []byte
	err  error // the first
}

func (o *object) begin() { o.text = append(o.text, '{') }

func (o *object) end() { o.text = append(o.text, '}') }

// line ends the object that is a line of the record.
func (o *object) line() ([]byte, error) {
	o.text = append(o.text, '}', '\n')
	return o.text, o.err
}

// name begins a member.
func (o *object) name(name string) {
	if o.text[len(o.text)-1] != '{' {
		o.text = append(o.text, ',')
	}
	o.text = append(o.text, '"')
	o.text = append(o.text, name...)
	o.text = append(o.text, `":`...)
}

func (o *object) string(name, value string) {
	o.name(name)
	o.text = rawjson.AppendString(o.text, value)
}

func (o *object) int(name string, value int) {
	o.name(name)
	o.text = strconv.AppendInt(o.text, int64(value), 10)
}

func (o *object) bool(name string, value bool) {
	o.name(name)
	o.text = strconv.AppendBool(o.text, value)
}

func (o *object) float(name string, value float64) {
	o.name(name)
	var ok bool
	if o.text, ok = rawjson.AppendFloat(o.text, value); !ok {
		o.fail("%s is %v, which JSON cannot hold", name, value)
	}
}

func (o *object) null(name string) {
	o.name(name)
	o.text = append(o.text, "null"...)
}

// anyString leaves an empty text out, as omitempty does.
func (o *object) anyString(name, value string) {
	if value != "" {
		o.string(name, value)
	}
}

// anyInt leaves 0 out.
func (o *object) anyInt(name string, value int) {
	if value != 0 {
		o.int(name, value)
	}
}

// anyFloat leaves nil out.
func (o *object) anyFloat(name string, value *float64) {
	if value != nil {
		o.float(name, *value)
	}
}

// optional writes null for nil.
func (o *object) optional(name string, value *float64) {
	if value == nil {
		o.null(name)
		return
	}
	o.float(name, *value)
}

// raw writes JSON as it is spelled, in one line.
func (o *object) raw(name string, value json.RawMessage) {
	if value == nil {
		o.null(name)
		return
	}
	o.name(name)
	var ok bool
	if o.text, ok = rawjson.AppendCompact(o.text, value); !ok {
		o.fail("%s is not valid JSON: %s", name, excerpt(value))
	}
}

// list writes a list, never null.
func (o *object) list(name string, length int, item func(i int)) {
	o.name(name)
	o.text = append(o.text, '[')
	for i := range length {
		if i > 0 {
			o.text = append(o.text, ',')
		}
		item(i)
	}
	o.text = append(o.text, ']')
}

// strings writes a list of texts, never null.
func (o *object) strings(name string, values []string) {
	o.list(name, len(values), func(i int) { o.text = rawjson.AppendString(o.text, values[i]) })
}

// ints writes a list of whole numbers, never null.
func (o *object) ints(name string, values []int) {
	o.list(name, len(values), func(i int) { o.text = strconv.AppendInt(o.text, int64(values[i]), 10) })
}

// error writes null for nil.
func (o *object) error(value *Error) {
	if value == nil {
		o.null("error")
		return
	}
	o.name("error")
	o.begin()
	o.int("status", value.Status)
	o.string("type", value.Type)
	o.string("message", value.Message)
	o.anyInt("turn", value.Turn)
	o.end()
}

// sorted writes a map with the names in order; it leaves an empty one out.
func sorted[V any](o *object, name string, values map[string]V, write func(name string, value V)) {
	if len(values) == 0 {
		return
	}
	o.name(name)
	o.begin()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		quoted := rawjson.AppendString(nil, key)
		write(string(quoted[1:len(quoted)-1]), values[key])
	}
	o.end()
}

func (o *object) fail(format string, values ...any) {
	if o.err == nil {
		o.err = fmt.Errorf(format, values...)
	}
}
