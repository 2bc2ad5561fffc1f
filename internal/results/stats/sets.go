package stats

// Sets are disjoint sets of the numbers from 0 on (Galler and Fischer 1964), with the paths
// halved.
type Sets struct{ parent []int }

// NewSets are n sets of one number each.
func NewSets(n int) *Sets {
	s := &Sets{parent: make([]int, n)}
	for i := range s.parent {
		s.parent[i] = i
	}
	return s
}

// Find is the least number of the set that i is in.
func (s *Sets) Find(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// Join makes one set of those that i and j are in.
func (s *Sets) Join(i, j int) {
	i, j = s.Find(i), s.Find(j)
	s.parent[max(i, j)] = min(i, j)
}
