package exactjson

import (
	"encoding/json"
	"slices"
)

// Object is a JSON object whose members keep their order and their bytes. nil
// is an object without members that cannot be changed. Of two members with one
// name the last counts.
type Object struct {
	members []Member
	index   map[string]int // of each name in members; nil while they are few
}

// Member is a member of an Object.
type Member struct {
	Name  json.RawMessage // with its quotes, as spelled
	Value json.RawMessage
	// Start and End are the offsets of its name, and behind its value, in the
	// text that it was read from.
	Start, End int
}

// IsNamed reports whether the member has the name.
func (m *Member) IsNamed(name string) bool {
	if isPlain(m.Name) {
		return string(m.Name[1:len(m.Name)-1]) == name
	}
	return m.Text() == name
}

// Text is the member's name without quotes and escapes.
func (m *Member) Text() string {
	text, _ := Text(m.Name)
	return text
}

// usualMembers is how many members an object mostly has at most.
const usualMembers = 16

// ParseObject reads a text that is one JSON object. The members share the
// text's memory. The error is a *SyntaxError where the text is not JSON.
func ParseObject(text []byte) (*Object, error) {
	r := open(text)
	defer r.close()
	var usual [usualMembers]Member // on the stack, so that the object takes what it needs
	members := usual[:0]
	ok := r.list('{', '}', func() bool {
		name, named := r.value()
		start := r.offset() - len(name)
		value, valued := r.value()
		members = append(members, Member{name, value, start, r.offset()})
		return named && valued
	})
	if !ok {
		return nil, mismatch(text, '{')
	}
	return &Object{members: slices.Clone(members)}, nil
}

// ParseArray reads a text that is one JSON array. The elements share the
// text's memory. The error is a *SyntaxError where the text is not JSON.
func ParseArray(text []byte) ([]json.RawMessage, error) {
	r := open(text)
	defer r.close()
	elements := []json.RawMessage{}
	ok := r.list('[', ']', func() bool {
		value, ok := r.value()
		elements = append(elements, value)
		return ok
	})
	if !ok {
		return nil, mismatch(text, '[')
	}
	return elements, nil
}

// Members are those of the object in their order. They must not be changed.
func (o *Object) Members() []Member {
	if o == nil {
		return nil
	}
	return o.members
}

// Get gives the value of a member, nil where it is absent.
func (o *Object) Get(name string) json.RawMessage {
	if o == nil {
		return nil
	}
	if i := o.find(name); i >= 0 {
		return o.members[i].Value
	}
	return nil
}

// Set changes the value of a member, or adds the member at the end.
func (o *Object) Set(name string, value json.RawMessage) { o.put(name, nil, value) }

// Put is Set for a member of another object, whose name keeps its spelling
// where it is added.
func (o *Object) Put(m Member) { o.put(m.Text(), m.Name, m.Value) }

func (o *Object) put(name string, spelled, value json.RawMessage) {
	if i := o.find(name); i >= 0 {
		o.members[i].Value = value
		return
	}
	if spelled == nil {
		spelled = Quote(name)
	}
	if o.index != nil {
		o.index[name] = len(o.members)
	}
	o.members = append(o.members, Member{Name: spelled, Value: value})
}

// find gives the index of the last member with the name, -1 where there is
// none. An object of many members is indexed, so that one from outside does not
// take quadratic time.
func (o *Object) find(name string) int {
	if len(o.members) <= usualMembers {
		for i := range slices.Backward(o.members) {
			if o.members[i].IsNamed(name) {
				return i
			}
		}
		return -1
	}
	if o.index == nil {
		o.index = make(map[string]int, len(o.members))
		for i := range o.members {
			o.index[o.members[i].Text()] = i
		}
	}
	if i, ok := o.index[name]; ok {
		return i
	}
	return -1
}

// Append writes the object without white space between its members.
func (o *Object) Append(dst []byte) []byte {
	dst = append(dst, '{')
	for i, m := range o.Members() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, m.Name...), ':')
		dst = append(dst, m.Value...)
	}
	return append(dst, '}')
}
