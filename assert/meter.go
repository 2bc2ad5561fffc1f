package assert

import (
	"fmt"
	"reflect"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxSchemaSteps bounds one validation, in subschemas applied to values, each
// counting as much as its value is large. A
// schema that tries two ways at each level takes 2ⁿ of them for a value that
// nests n levels deep, and the model decides how deep that is.
const maxSchemaSteps = 100_000

// How much of a text, and of a list or a map, is looked at in one step, and how
// many pairs of a list's elements are compared, which uniqueItems may do.
const (
	bytesPerStep = 256
	partsPerStep = 16
	pairsPerStep = 1024
)

// meter counts the work of a validation. It takes the place of every
// subschema's format, which is looked at before the values below.
type meter struct {
	count int
	seen  map[*jsonschema.Schema]bool
}

// spend counts steps.
func (m *meter) spend(steps int) {
	m.count += steps
	if m.count > maxSchemaSteps {
		panic(errSchemaSteps)
	}
}

// attach puts the meter into a schema and all that it leads to. Compiled
// schemas are a graph of pointers, in fields, lists, maps and interfaces.
func (m *meter) attach(s *jsonschema.Schema) {
	if s == nil || m.seen[s] {
		return
	}
	m.seen[s] = true
	s.Format = m.format(s.Format, s.UniqueItems)
	fields := reflect.ValueOf(s).Elem()
	for i := range fields.NumField() {
		if fields.Type().Field(i).IsExported() {
			m.follow(fields.Field(i))
		}
	}
}

// format counts a value and then does what a subschema's own format does.
func (m *meter) format(own *jsonschema.Format, unique bool) *jsonschema.Format {
	name, validate := "any", func(any) error { return nil }
	if own != nil {
		name, validate = own.Name, own.Validate
	}
	return &jsonschema.Format{Name: name, Validate: func(v any) error {
		m.step(v)
		if list, ok := v.([]any); ok && unique {
			m.spend(len(list) * len(list) / pairsPerStep)
		}
		return validate(v)
	}}
}

// follow attaches the meter to the schemas in a field.
func (m *meter) follow(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		switch target := v.Interface().(type) {
		case *jsonschema.Schema:
			m.attach(target)
		case *jsonschema.DynamicRef:
			if target != nil {
				m.attach(target.Ref)
			}
		}
	case reflect.Interface:
		if !v.IsNil() {
			m.follow(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			m.follow(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			m.follow(it.Value())
		}
	}
}

// errSchemaSteps is what step panics with, and validate recovers from.
var errSchemaSteps = fmt.Errorf("the validation was stopped: it takes more than %d steps", maxSchemaSteps)

// step counts what is looked at of a value in one subschema.
func (m *meter) step(v any) {
	steps := 1
	switch v := v.(type) {
	case string:
		steps += len(v) / bytesPerStep
	case []any:
		steps += len(v) / partsPerStep
	case map[string]any:
		steps += len(v) / partsPerStep
	}
	m.spend(steps)
}
