package record

// ID names a case in a variant; no two of a record have the same.
type ID struct{ Suite, Case, Variant string }

// String writes the ID as people read it: "ants/greeting · prompt=terse".
func (id ID) String() string {
	s := id.Suite + "/" + id.Case
	if id.Variant != "" {
		s += " · " + id.Variant
	}
	return s
}

// ID names the case.
func (c *Case) ID() ID { return ID{c.Suite, c.Case, c.Variant} }

// ID names the case that the exchange belongs to.
func (e *Exchange) ID() ID { return ID{e.Suite, e.Case, e.Variant} }
