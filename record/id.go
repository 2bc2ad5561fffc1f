package record

// ID names a case in a variant; no two of a record have the same.
type ID struct {
	Suite   string `json:"suite"`
	Case    string `json:"case"`
	Variant string `json:"variant"`
}

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

// Identity names an answer of a run: what it is the answer to. No two answers
// of a run have the same, whether or not their requests are equal.
type Identity struct {
	ID
	Sample int    `json:"sample"` // from 1
	Turn   int    `json:"turn"`   // the exchange of the conversation, from 1; of a judge, the one that is judged
	Role   string `json:"role"`   // RoleAnswer or RoleJudge
	// Assertion is of a judge: the index in Case.Assertions of the rubric.
	Assertion int `json:"assertion,omitzero"`
	// Vote numbers from 1 what a judge was asked of one rubric and answer; 0
	// where no judge was.
	Vote int `json:"vote,omitzero"`
	// Place is where, of two answers that a judge compares, the sample's own
	// is: 1 or 2, and 0 where there is but one. Either place is asked for
	// each of Check.Votes then.
	Place int `json:"place,omitzero"`
}

// IsAnswer reports whether it is an answer to the case, and no judge's.
func (i Identity) IsAnswer() bool { return i.Role != RoleJudge }
