package messages

import "encoding/json"

// orderedObject is a JSON object that can be changed: what is not set anew
// keeps its place and its bytes.
type orderedObject struct {
	members []orderedMember
	places  map[string]int // of each name in members
}

type orderedMember struct {
	name  json.RawMessage // with its quotes, as spelled
	value json.RawMessage
}

// orderedObjectOf gives nil for everything but an object. raw must be valid
// JSON; the result shares its memory.
func orderedObjectOf(raw json.RawMessage) *orderedObject {
	members, ok := scanMembers(raw)
	if !ok {
		return nil
	}
	o := newOrderedObject()
	for _, m := range members {
		o.put(m.name, m.value)
	}
	return o
}

func newOrderedObject() *orderedObject { return &orderedObject{places: map[string]int{}} }

// membersOf gives the members of an object, none for any other value.
func membersOf(raw json.RawMessage) []orderedMember {
	if o := orderedObjectOf(raw); o != nil {
		return o.members
	}
	return nil
}

// get gives nil for a member that is absent.
func (o *orderedObject) get(name string) json.RawMessage {
	if i, ok := o.places[name]; ok {
		return o.members[i].value
	}
	return nil
}

// set gives a member its value.
func (o *orderedObject) set(name string, value json.RawMessage) {
	if i, ok := o.places[name]; ok {
		o.members[i].value = value
		return
	}
	quoted, _ := json.Marshal(name) // a string always can
	o.put(quoted, value)
}

// put is set for a name as it is spelled in JSON.
func (o *orderedObject) put(name, value json.RawMessage) {
	plain := stringOf(name)
	if i, ok := o.places[plain]; ok {
		o.members[i].value = value
		return
	}
	o.places[plain] = len(o.members)
	o.members = append(o.members, orderedMember{name, value})
}

// update puts a member that came later. A null stands for "nothing new": it
// is put only where the member is absent.
func (o *orderedObject) update(m orderedMember) {
	if string(m.value) == "null" && o.get(stringOf(m.name)) != nil {
		return
	}
	o.put(m.name, m.value)
}

// appendJSON writes the object without white space between its members.
func (o *orderedObject) appendJSON(out []byte) []byte {
	out = append(out, '{')
	for i, m := range o.members {
		if i > 0 {
			out = append(out, ',')
		}
		out = m.appendJSON(out)
	}
	return append(out, '}')
}

func (m orderedMember) appendJSON(out []byte) []byte {
	out = append(out, m.name...)
	out = append(out, ':')
	return append(out, m.value...)
}
