package runner

import (
	"fmt"
	"testing"

	"github.com/evalrun/evalrun/suite"
)

// Whole cases and clusters are in one part, the parts are even, and the order is that
// of the seed.
func TestSpread(t *testing.T) {
	p := &Plan{kept: keptCases{}, compiled: map[*suite.Shape]*compiled{}}
	shape := new(suite.Shape)
	p.compiled[shape] = &compiled{}
	s := &suite.Suite{Name: "s"}
	for i := range 100 {
		for _, variant := range []string{"a", "b"} {
			c := &suite.Case{CaseID: suite.CaseID{Suite: s, Name: fmt.Sprint(i), Variant: variant}, Shape: shape}
			if i < 30 {
				c.Cluster = fmt.Sprint("cluster ", i%6)
			}
			p.kept.cases = append(p.kept.cases, c)
			p.Cases++
		}
	}
	looks, err := p.Spread(1, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	parts, clusters := map[int]int{}, map[string]int{}
	for _, c := range p.kept.cases {
		asked := 0
		for part := range 5 {
			if looks.asks(part+1, c) {
				parts[part]++
				asked++
				if was, ok := clusters[c.Cluster]; ok && was != part && c.Cluster != "" {
					t.Errorf("%s is in two parts", c.Cluster)
				}
				clusters[c.Cluster] = part
			}
		}
		if asked != 1 {
			t.Errorf("%s is in %d parts", c.Name, asked)
		}
	}
	for part, n := range parts {
		if n < 30 || n > 50 {
			t.Errorf("part %d has %d of 200 cases", part, n)
		}
	}
	again, _ := p.Spread(1, 5, nil)
	other, _ := p.Spread(2, 5, nil)
	same, moved := 0, 0
	for name, part := range looks.part {
		if again.part[name] == part {
			same++
		}
		if other.part[name] != part {
			moved++
		}
	}
	if same != len(looks.part) || moved < 50 {
		t.Errorf("of %d cases %d are where they were with the same seed, and %d elsewhere with another", len(looks.part), same, moved)
	}
}

// A run does not end before it has asked the clusters that are much larger than
// others, wherever these are in its order.
func TestLargeClustersAreAskedBeforeARunMayEnd(t *testing.T) {
	p := &Plan{kept: keptCases{}, compiled: map[*suite.Shape]*compiled{}}
	shape := new(suite.Shape)
	p.compiled[shape] = &compiled{}
	s := &suite.Suite{Name: "s"}
	for i := range 240 {
		c := &suite.Case{CaseID: suite.CaseID{Suite: s, Name: fmt.Sprint(i)}, Shape: shape}
		if i < 24 {
			c.Cluster = fmt.Sprint("cluster ", i/12)
		}
		p.kept.cases = append(p.kept.cases, c)
		p.Cases++
	}
	for seed := range uint64(20) {
		looks, err := p.Spread(seed, 5, nil)
		if err != nil {
			t.Fatal(err)
		}
		last := max(looks.part[caseName{"s", "0"}], looks.part[caseName{"s", "12"}])
		if looks.first != last {
			t.Errorf("seed %d: the run may end after part %d, and asks the clusters in part %d", seed, looks.first, last)
		}
	}
}
