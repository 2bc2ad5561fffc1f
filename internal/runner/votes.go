package runner

import (
	"fmt"
	"slices"

	"github.com/evalrun/evalrun/internal/judge"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// ballot is what one judge is asked about one answer: a rubric or, where they
// say the same, several.
type ballot struct {
	rubric  *suite.Rubric
	name    string
	rubrics []int // their indices among the assertions
	// requests are those of one vote; votes are in turn on each of them.
	requests []*messages.Request
	votes    []vote
}

// vote is what became of one request of a ballot.
type vote struct {
	verdict   judge.Verdict    // on an answer
	preferred judge.Preference // of two answers
	err       error            // a noVerdict, or why there is no exchange at all
}

// read reads what a judge answered.
func (v *vote) read(b *ballot, a *messages.Answer) (err error) {
	if s := settings(b.rubric.Judge); b.rubric.Over != "" {
		v.preferred, err = s.Preference(a)
	} else {
		v.verdict, err = s.Verdict(a)
	}
	return err
}

// tally has the majority of the votes decide. The score is their median, which
// reaches min_score exactly where the majority does; the reason is the first
// of a vote that the majority agrees with.
func tally(check *record.Check, r *suite.Rubric, votes []vote) {
	check.Votes = given(r, votes)
	passes := 0
	scores := make([]float64, len(check.Votes))
	for i, v := range check.Votes {
		if v.Pass {
			passes++
		}
		scores[i] = v.Score
	}
	slices.Sort(scores)
	check.Score = &scores[len(scores)/2]
	passed := passes > len(scores)/2
	check.Outcome = record.Fail
	if passed {
		check.Outcome = record.Pass
	}
	agrees := slices.IndexFunc(check.Votes, func(v record.Vote) bool { return v.Pass == passed })
	check.Why = check.Votes[agrees].Reason
}

// given are the votes as the record has them.
func given(r *suite.Rubric, votes []vote) []record.Vote {
	var out []record.Vote
	for i := range votes {
		switch {
		case r.Over == "":
			v := votes[i].verdict
			out = append(out, record.Vote{Pass: v.Pass, Score: v.Score, Reason: wording.Start(v.Reason, maxReason)})
		case i%2 == 1:
			out = append(out, compared(votes[i-1].preferred, votes[i].preferred))
		}
	}
	if r.MinScore != nil {
		for i := range out {
			out[i].Pass = out[i].Score >= *r.MinScore
		}
	}
	return out
}

// maxReason bounds a reason that is kept with each sample, in characters; the
// exchange has all of it.
const maxReason = 2000

// compared makes one vote of what a judge preferred with the sample's own
// answer in the first place and with it in the second. Only an answer that is
// preferred in either place wins: a judge that prefers a position, or has no preference,
// gives a tie.
func compared(inFirst, inSecond judge.Preference) record.Vote {
	v := record.Vote{Score: 0.5, Preferred: []int{inFirst.Choice, inSecond.Choice}}
	switch {
	case inFirst.Choice == judge.First && inSecond.Choice == judge.Second:
		v.Score = 1
	case inFirst.Choice == judge.Second && inSecond.Choice == judge.First:
		v.Score = 0
	case inFirst.Choice != judge.Neither || inSecond.Choice != judge.Neither:
		v.Reason = fmt.Sprintf("in the first place: %s; in the second: %s", wording.Start(inFirst.Reason, maxReason), wording.Start(inSecond.Reason, maxReason))
		return v
	}
	v.Reason = wording.Start(inFirst.Reason, maxReason)
	return v
}
