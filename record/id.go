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

// The roles of exchanges.
const (
	// RoleAnswer is of a request that the case itself asks.
	RoleAnswer = "answer"
	// RoleJudge is of a request that asks a judge about an answer.
	RoleJudge = "judge"
)

// Identity names an answer of a run: what it is the answer to. No two answers
// of a run have the same, whether or not their requests are equal.
type Identity struct {
	ID
	Sample int    // from 1
	Turn   int    // the exchange of the conversation, from 1; of a judge, the one that is judged
	Role   string // RoleAnswer or RoleJudge
	// Assertion, Vote and Place are those of Exchange where a judge is asked;
	// else they are 0.
	Assertion, Vote, Place int
}

// Identity names the answer that the exchange has, or would have had.
func (e *Exchange) Identity() Identity {
	of := Identity{ID: e.ID(), Sample: e.Sample, Turn: e.Turn, Role: e.Role, Vote: e.Vote, Place: e.Place}
	if e.Assertion != nil {
		of.Assertion = *e.Assertion
	}
	return of
}
