package runner

import (
	"slices"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// tally has the majority of the votes decide. The score is their median, which
// reaches min_score exactly where the majority does; the reason is the first
// of a vote that the majority agrees with.
func tally(check *record.Check, r *suite.Rubric, votes []vote) {
	passes := 0
	scores := make([]float64, len(votes))
	for i, v := range votes {
		given := record.Vote{Pass: v.verdict.Pass, Score: v.verdict.Score, Reason: shortened(v.verdict.Reason)}
		if r.MinScore != nil {
			given.Pass = given.Score >= *r.MinScore
		}
		if given.Pass {
			passes++
		}
		scores[i] = given.Score
		check.Votes = append(check.Votes, given)
	}
	slices.Sort(scores)
	check.Score = &scores[len(scores)/2]
	passed := passes > len(votes)/2
	check.Outcome = record.Fail
	if passed {
		check.Outcome = record.Pass
	}
	agrees := slices.IndexFunc(check.Votes, func(v record.Vote) bool { return v.Pass == passed })
	check.Why = check.Votes[agrees].Reason
}

// shortened bounds a reason that is kept with each sample; the exchange has
// all of it.
func shortened(reason string) string {
	const most = 2000
	if runes := []rune(reason); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return reason
}
