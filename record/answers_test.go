package record

import (
	"fmt"
	"strings"
	"testing"
)

// labelled is an exchange whose request ID names it.
func labelled(label string, of Identity, key string) Exchange {
	e := exchangeLine(of.ID, of.Sample, key)
	e.Identity, e.RequestID = of, label
	return e
}

// answerOf is the identity of the answer to a case's turn.
func answerOf(id ID, sample, turn int) Identity {
	return Identity{ID: id, Sample: sample, Turn: turn, Role: RoleAnswer}
}

// voteOf is the identity of a judge's vote on the first turn of a case.
func voteOf(id ID, assertion, vote int) Identity {
	return Identity{ID: id, Sample: 1, Turn: 1, Role: RoleJudge, Assertion: assertion, Vote: vote}
}

// found names the exchange that is found.
func found(t *testing.T, a *Answers, of Identity, key string) string {
	t.Helper()
	e, err := a.Find(of, "sha256:"+key)
	switch {
	case err != nil:
		t.Fatal(err)
	case e == nil:
		return "none"
	}
	return e.RequestID
}

func TestAnAnswerBelongsToItsIdentity(t *testing.T) {
	a, b := ID{"s", "a", ""}, ID{"s", "b", ""}
	again := labelled("a again", answerOf(a, 1, 1), "same")
	changed := labelled("a changed", answerOf(a, 1, 1), "changed")
	answers := NewAnswers(mustOpen(t, write(t, header, caseLine(a, 2, 2), caseLine(b, 1, 1),
		labelled("a", answerOf(a, 1, 1), "same"), labelled("a two", answerOf(a, 2, 1), "same"), labelled("b", answerOf(b, 1, 1), "same"),
		labelled("a turn two", answerOf(a, 1, 2), "two"),
		labelled("first rubric", voteOf(a, 0, 1), "judge"), labelled("third rubric", voteOf(a, 2, 1), "judge"),
		labelled("second vote", voteOf(a, 0, 2), "judge"), again, changed)), nil)
	for _, test := range []struct {
		of   Identity
		key  string
		want string
	}{
		{answerOf(a, 1, 1), "same", "a again"},
		{answerOf(a, 1, 1), "changed", "a changed"},
		{answerOf(a, 2, 1), "same", "a two"},
		{answerOf(b, 1, 1), "same", "b"},
		{answerOf(b, 2, 1), "same", "none"}, // which a has
		{answerOf(b, 1, 1), "changed", "none"},
		{answerOf(a, 1, 2), "two", "a turn two"},
		{answerOf(a, 1, 3), "two", "a turn two"}, // a turn before it was put in or taken out
		{voteOf(a, 0, 1), "judge", "first rubric"},
		{voteOf(a, 2, 1), "judge", "third rubric"},
		{voteOf(a, 0, 2), "judge", "second vote"},
		{voteOf(a, 5, 1), "judge", "first rubric"}, // assertions were put before it
		{voteOf(a, 0, 3), "judge", "none"},
		{answerOf(a, 1, 1), "judge", "none"},
		{answerOf(ID{"s", "new", ""}, 1, 1), "same", "none"},
		{answerOf(a, 0, 1), "same", "none"},
		{answerOf(a, 1<<40, 1), "same", "none"},
		{voteOf(a, 0, 1<<10), "judge", "none"},
	} {
		if got := found(t, answers, test.of, test.key); got != test.want {
			t.Errorf("%+v %s: found %s, want %s", test.of, test.key, got, test.want)
		}
	}
	for id, want := range map[ID]int{a: 2, b: 1, {"s", "new", ""}: 0} {
		if got, err := answers.Recorded(id, "sha256:same"); got != want || err != nil {
			t.Errorf("%s has %d samples, %v; want %d", id, got, err, want)
		}
	}
}

// Captured traffic has no cases: its answers are anyone's who asks the same.
func TestAnAnswerWithoutACaseIsFoundByItsRequest(t *testing.T) {
	failed := labelled("failed", answerOf(ID{}, 1, 1), "same")
	failed.Response, failed.Error = nil, &Error{Status: 400}
	refused := labelled("refused", answerOf(ID{}, 1, 1), "refused")
	refused.Response, refused.Error = nil, &Error{Status: 400}
	answers := NewAnswers(mustOpen(t, write(t, header,
		labelled("one", answerOf(ID{}, 1, 1), "same"), labelled("two", answerOf(ID{}, 2, 1), "same"),
		labelled("judge", voteOf(ID{}, 0, 3), "same"), failed, refused)), nil)
	id := ID{"s", "a", ""}
	for _, test := range []struct {
		of   Identity
		key  string
		want string
	}{
		{answerOf(id, 1, 1), "same", "one"}, // and not the error behind it
		{answerOf(id, 2, 7), "same", "two"},
		{answerOf(id, 3, 1), "same", "none"},
		{voteOf(id, 4, 3), "same", "judge"},
		{answerOf(id, 1, 1), "refused", "refused"},
		{answerOf(id, 1, 1), "other", "none"},
	} {
		if got := found(t, answers, test.of, test.key); got != test.want {
			t.Errorf("%+v %s: found %s, want %s", test.of, test.key, got, test.want)
		}
	}
	if got, err := answers.Recorded(id, "sha256:same"); got != 2 || err != nil {
		t.Errorf("%d samples, %v", got, err)
	}
}

// Format 1 looked every answer up by its request: what is not found otherwise
// still is.
func TestFormat1IsLookedUpByRequestToo(t *testing.T) {
	a, b := ID{"s", "a", ""}, ID{"s", "b", ""}
	text := strings.ReplaceAll(readFile(t, write(t, header, caseLine(a, 1, 1), caseLine(b, 1, 1),
		labelled("a", answerOf(a, 1, 1), "same"), labelled("b", answerOf(b, 1, 1), "same"), labelled("only b", answerOf(b, 1, 1), "other"))),
		`"format":2`, `"format":1`)
	text = strings.ReplaceAll(text, `"sample":1,`, `"ordinal":1,`)
	f, err := newFileOf(text)
	if err != nil {
		t.Fatal(err)
	}
	answers := NewAnswers(f, func(ID) bool { return true })
	for _, test := range []struct {
		of        Identity
		key, want string
	}{
		{answerOf(a, 1, 1), "same", "a"},
		{answerOf(b, 1, 1), "same", "b"},
		{answerOf(a, 1, 1), "other", "only b"},
		{answerOf(ID{"s", "new", ""}, 1, 1), "same", "b"},
		{answerOf(a, 2, 1), "same", "none"},
	} {
		if got := found(t, answers, test.of, test.key); got != test.want {
			t.Errorf("%+v %s: found %s, want %s", test.of, test.key, got, test.want)
		}
	}
}

// A case that was renamed keeps its answers, and shares them with nobody.
func TestARenamedCaseKeepsItsAnswers(t *testing.T) {
	lines := []Line{header}
	for i := range 4 {
		id := ID{"old", fmt.Sprintf("row %d", i), ""}
		lines = append(lines, caseLine(id, 1, 1), labelled(fmt.Sprint(i), answerOf(id, 1, 1), "same"), labelled(fmt.Sprint("turn two of ", i), answerOf(id, 1, 2), fmt.Sprint(i)))
	}
	lines = append(lines, caseLine(ID{"old", "kept", ""}, 1, 1), labelled("kept", answerOf(ID{"old", "kept", ""}, 1, 1), "same"))
	path := write(t, lines...)
	for _, test := range []struct {
		name  string
		cases []ID
		want  []string
	}{
		{"a case", []ID{{"old", "row 0", ""}, {"old", "row one", ""}, {"old", "row 2", ""}, {"old", "row 3", ""}, {"old", "kept", ""}}, []string{"0", "1", "2", "3", "kept"}},
		{"the suite", []ID{{"new", "kept", ""}, {"new", "row 3", ""}, {"new", "row 0", ""}}, []string{"kept", "3", "0"}},
		{"one of two that are the same", []ID{{"old", "kept", ""}, {"old", "copy", ""}, {"old", "row 0", ""}, {"old", "row 1", ""}, {"old", "row 2", ""}, {"old", "row 3", ""}}, []string{"kept", "none", "0", "1", "2", "3"}},
		{"all rows", []ID{{"old", "w", ""}, {"old", "x", ""}, {"old", "y", ""}, {"old", "z", ""}, {"old", "kept", ""}, {"old", "more", ""}}, []string{"0", "1", "2", "3", "kept", "none"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			planned := map[ID]bool{}
			for _, id := range test.cases {
				planned[id] = true
			}
			answers := NewAnswers(mustOpen(t, path), func(id ID) bool { return planned[id] })
			for i, id := range test.cases {
				if err := answers.Adopt(id, func() string { return "sha256:same" }); err != nil {
					t.Fatal(err)
				}
				if got := found(t, answers, answerOf(id, 1, 1), "same"); got != test.want[i] {
					t.Errorf("%s has the answer %s, want %s", id, got, test.want[i])
				}
				if want := "turn two of " + test.want[i]; test.want[i] != "none" && test.want[i] != "kept" {
					if got := found(t, answers, answerOf(id, 1, 2), test.want[i]); got != want {
						t.Errorf("%s has the second answer %s, want %s", id, got, want)
					}
				}
			}
		})
	}
}
