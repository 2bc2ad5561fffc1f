package summary

import "github.com/evalrun/evalrun/record"

// Comparisons are the votes of judges that compared an answer with that of
// another variant, each asked in both orders.
type Comparisons struct {
	Wins, Ties, Losses int
	// ByPlace counts the ties in which the judge preferred the same place both
	// times, whoever's answer stood there: how far it goes by place alone.
	ByPlace int
}

// Total is the number of all votes.
func (c Comparisons) Total() int { return c.Wins + c.Ties + c.Losses }

// addSample counts the votes of a sample.
func (c *Comparisons) addSample(s *record.Sample) {
	for _, check := range s.Assertions {
		c.AddVotes(check.Votes)
	}
}

// AddVotes counts the votes of a check that compares; those of other rubrics
// count nothing.
func (c *Comparisons) AddVotes(votes []record.Vote) {
	for _, v := range votes {
		if len(v.Preferred) == 2 {
			c.addVote(v)
		}
	}
}

func (c *Comparisons) addVote(v record.Vote) {
	switch {
	case v.Score > 0.5:
		c.Wins++
	case v.Score < 0.5:
		c.Losses++
	default:
		c.Ties++
		if v.Preferred[0] != 0 && v.Preferred[0] == v.Preferred[1] {
			c.ByPlace++
		}
	}
}

func (c *Comparisons) add(other Comparisons) {
	c.Wins += other.Wins
	c.Ties += other.Ties
	c.Losses += other.Losses
	c.ByPlace += other.ByPlace
}
