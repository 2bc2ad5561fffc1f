package record

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAResumedRunLeavesBehindWhatItDoesNotName(t *testing.T) {
	gone := ID{Suite: "ants", Case: "gone"}
	kept := ID{Suite: "ants", Case: "kept"}
	first := []Line{
		header, caseLine(gone, 1, 1), sampleLine(gone, 1, Pass),
		caseLine(kept, 2, 2), sampleLine(kept, 1, Pass), sampleLine(kept, 2, Fail),
	}
	again := []Line{resumedHeader, caseLine(kept, 1, 1), sampleLine(kept, 1, Pass)}
	for _, test := range []struct {
		name string
		end  []Line
		want []string
	}{
		{"ended", []Line{Summary{Complete: true}}, []string{"kept: 1=pass"}},
		{"interrupted", []Line{Summary{}}, []string{"gone: 1=pass", "kept: 1=pass 2=fail"}},
		{"under way", nil, []string{"gone: 1=pass", "kept: 1=pass 2=fail"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := append(append(first[:len(first):len(first)], again...), test.end...)
			f := mustOpen(t, write(t, lines...))
			if diff := cmp.Diff(test.want, outcomes(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is left behind is not counted, but its answers can be used again.
func TestAResumedRunLeavesExchangesBehind(t *testing.T) {
	id := ID{Suite: "ants", Case: "a"}
	turn := func(sample, turn int) Exchange {
		e := exchangeLine(id, sample, fmt.Sprintf("%d.%d", sample, turn))
		e.Turn = turn
		return e
	}
	vote := func(assertion, vote int) Exchange {
		e := exchangeLine(id, 1, fmt.Sprintf("judge %d, %d", assertion, vote))
		e.Role, e.Assertion, e.Vote = RoleJudge, assertion, vote
		return e
	}
	judged := caseLine(id, 1, 1)
	judged.Assertions = []Assertion{{Rubric: "Is kind.", Votes: 1}, {Expr: "true"}, {Rubric: "Is kind.", Votes: 3}, {Expr: "true"}}
	short := sampleLine(id, 1, Pass)
	short.Turns = 2
	lines := []Line{
		header, caseLine(id, 2, 2),
		turn(1, 1), turn(1, 2), turn(1, 3), vote(0, 1), vote(0, 3), vote(0, 5), vote(1, 1), vote(7, 1), sampleLine(id, 1, Pass),
		turn(2, 1), sampleLine(id, 2, Pass),
		resumedHeader, judged, short,
	}
	const all, kept = "1.1 1.2 1.3 judge 0, 1 judge 0, 3 judge 0, 5 judge 1, 1 judge 7, 1 2.1", "1.1 1.2 judge 0, 1 judge 0, 3"
	for _, test := range []struct {
		name string
		end  []Line
		want string
	}{
		{"ended", []Line{Summary{Complete: true}}, kept},
		{"interrupted", []Line{Summary{}}, all},
		{"under way", nil, all},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustOpen(t, write(t, append(lines[:len(lines):len(lines)], test.end...)...))
			names := func(exchanges iter.Seq2[*Exchange, error]) string {
				var out []string
				for e, err := range exchanges {
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, strings.TrimPrefix(e.Key, "sha256:"))
				}
				return strings.Join(out, " ")
			}
			if got := names(f.Exchanges(id, 0)); got != test.want {
				t.Errorf("exchanges %s\nwant      %s", got, test.want)
			}
			for v := range f.Walk() {
				if got := names(v.Exchanges()); got != test.want {
					t.Errorf("a walk's exchanges %s\nwant              %s", got, test.want)
				}
			}
			gone := turn(2, 1)
			if e, err := NewAnswers(f, nil).Find(gone.Identity, gone.Key); e == nil || err != nil || !f.Has(&gone) {
				t.Errorf("the answer to a sample that is left behind cannot be used again: %v, %v", e, err)
			}
		})
	}
}

func TestWhatIsAppendedIsFollowed(t *testing.T) {
	path := write(t, header, caseLine(greeting, 2, 2), exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Fail))
	f := mustOpen(t, path)
	second := exchangeLine(greeting, 2, "b")
	if f.Has(&second) {
		t.Fatal("an exchange is found before it is written")
	}
	w, found, err := Append(path)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	appendAll(t, w, second, sampleLine(greeting, 2, Pass), sampleLine(greeting, 1, Pass),
		Gate{Suite: "ants", Expr: "true", Outcome: Pass}, Summary{Complete: true})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Follow(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"greeting: 1=pass 2=pass"}, outcomes(t, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !f.Has(&second) {
		t.Error("the new exchange is not found")
	}
	if f.Summary == nil || !f.Summary.Complete || len(f.Gates) != 1 {
		t.Errorf("the end: %+v, %d gates", f.Summary, len(f.Gates))
	}
}

// A File that forgot the IDs of its cases reads them when one is asked for, or
// when lines are followed.
func TestCasesAreFoundAfterIDsWereForgotten(t *testing.T) {
	other := ID{Suite: "ants", Case: "other"}
	path := write(t, header, caseLine(greeting, 2, 2), caseLine(other, 1, 1), exchangeLine(other, 1, "b"), exchangeLine(greeting, 1, "a"))
	f := mustOpen(t, path)
	held := f.Held()
	f.ForgetIDs()
	if f.Held() >= held {
		t.Errorf("%d bytes are held as before", held)
	}
	keys := func(exchanges iter.Seq2[*Exchange, error]) (out string) {
		for e, err := range exchanges {
			if err != nil {
				t.Fatal(err)
			}
			out += " " + e.Key
		}
		return out
	}
	if got := keys(f.ExchangesAt(0, 0)); got != " sha256:a" || f.Held() >= held {
		t.Errorf("by index:%s", got)
	}
	w, found, err := Append(path)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	appendAll(t, w, exchangeLine(greeting, 2, "c"), sampleLine(other, 1, Pass), caseLine(ID{Case: "new"}, 1, 1), sampleLine(ID{Case: "new"}, 1, Fail))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Follow(); err != nil {
		t.Fatal(err)
	}
	if got := keys(f.Exchanges(greeting, 0)) + keys(f.Exchanges(other, 1)) + keys(f.ExchangesAt(9, 0)); got != " sha256:a sha256:c sha256:b" {
		t.Errorf("by ID:%s", got)
	}
	f.ForgetIDs()
	e, none := exchangeLine(other, 1, "b"), exchangeLine(ID{Case: "none"}, 1, "b")
	if !f.Has(&e) || f.Has(&none) {
		t.Error("an exchange that is written is not found by the ID of its case")
	}
	if diff := cmp.Diff([]string{"greeting:", "other: 1=pass", "new: 1=fail"}, outcomes(t, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What was paid for answers that others replaced was paid all the same, and what
// was lost may have been.
func TestSpentCountsAllThatWasPaid(t *testing.T) {
	id := ID{Suite: "ants", Case: "a"}
	line := func(text string, spent *float64, e *Error) Exchange {
		x := exchangeLine(id, 1, text)
		if x.SpentUSD, x.Error = spent, e; e != nil {
			x.Response = nil
		}
		return x
	}
	usd := func(v float64) *float64 { return &v }
	lost := Spent{Identity: answerOf(id, 1, 1), Key: "sha256:a", Cause: "cut off", LostUSD: usd(0.125)}
	under := func(v float64) Line { return Spent{InFlightUSD: &v} }
	paid := []Line{
		header, caseLine(id, 1, 1),
		line("first", usd(0.25), nil), line("changed", usd(0.5), nil), line("reused", usd(0), nil),
		line("refused", nil, &Error{Status: 529}),
	}
	for _, test := range []struct {
		name string
		more []Line
		want Spending
	}{
		{"known", nil, Spending{USD: 0.75}},
		{"of a model without a price", []Line{line("unknown", nil, nil)}, Spending{USD: 0.75, Unknown: true}},
		{"lost on the way", []Line{lost, lost, Summary{}}, Spending{USD: 0.75, LostUSD: 0.25}},
		{"lost without a price", []Line{Spent{}}, Spending{USD: 0.75, Unknown: true}},
		{"under way to the end", []Line{under(0.5), under(1), Summary{}}, Spending{USD: 0.75}},
		{"under way in a crash", []Line{under(0.5), under(1)}, Spending{USD: 0.75, LostUSD: 1}},
		{"resumed after a crash", []Line{under(1), resumedHeader, under(0.5), Summary{}, resumedHeader, under(2)}, Spending{USD: 0.75, LostUSD: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustOpen(t, write(t, append(paid[:len(paid):len(paid)], test.more...)...))
			if got, err := f.Spent(); got != test.want || err != nil {
				t.Errorf("spent %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

// TestARunByBatchesHasAnIndexOfTheSameSize has all cases come before all answers, as
// in the record of a run by batches.
func TestARunByBatchesHasAnIndexOfTheSameSize(t *testing.T) {
	const n = 20_000
	held := func(byBatches bool) int64 {
		var cases, answers strings.Builder
		fmt.Fprintln(&cases, `{"kind":"run","format":2,"suites":[]}`)
		for i := range n {
			to := &cases
			if byBatches {
				to = &answers
			}
			fmt.Fprintf(&cases, "{\"kind\":\"case\",\"suite\":\"s\",\"case\":\"%d\"}\n", i)
			fmt.Fprintf(to, "{\"kind\":\"exchange\",\"suite\":\"s\",\"case\":\"%d\",\"sample\":1,\"turn\":1,\"role\":\"answer\",\"key\":\"%d\",\"text\":\"%200d\"}\n", i, i, i)
			fmt.Fprintf(to, "{\"kind\":\"sample\",\"suite\":\"s\",\"case\":\"%d\",\"sample\":1,\"outcome\":\"pass\"}\n", i)
		}
		text := cases.String() + answers.String()
		f, err := newFile(strings.NewReader(text), int64(len(text)), func() error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return f.Held()
	}
	if direct, batches := held(false), held(true); float64(batches) > 1.25*float64(direct) {
		t.Errorf("the index takes %d bytes, that of a direct run %d", batches, direct)
	}
}
