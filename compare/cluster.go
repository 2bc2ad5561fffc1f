package compare

// clusterKey is what two pairs may have in common that makes their errors
// correlated: the cluster that the suite names, else the case, of which there
// are several variants; and the request.
type clusterKey struct {
	cluster, suite, name string
	request              uint64
}

// numberDraws numbers the independent draws among pairs. Cases that name the
// same cluster are one draw; so are the variants of a case, which is one
// question asked in several ways, and cases that sent the same request, which
// were given the same answers.
func numberDraws(pairs []pair) {
	sets := newSets(len(pairs))
	first := make(map[clusterKey]int, len(pairs))
	join := func(key clusterKey, i int) {
		if other, ok := first[key]; ok {
			sets.join(i, other)
		} else {
			first[key] = i
		}
	}
	for i, p := range pairs {
		switch name := p.new.cluster; name {
		case "":
			join(clusterKey{suite: p.new.id.Suite, name: p.new.id.Case}, i)
		default:
			join(clusterKey{cluster: name}, i)
		}
		if p.new.key != 0 {
			join(clusterKey{request: p.new.key}, i)
		}
	}
	for i := range pairs {
		pairs[i].draw = sets.find(i)
	}
}

// clustersOf gives the draws of some of the pairs that were numbered, nil where
// each is its own.
func clustersOf(pairs []pair) []int {
	seen := make(map[int]bool, len(pairs))
	cluster := make([]int, len(pairs))
	for i, p := range pairs {
		cluster[i] = p.draw
		seen[p.draw] = true
	}
	if len(seen) == len(pairs) {
		return nil
	}
	return cluster
}

// sets are disjoint sets of numbers (Galler and Fischer 1964), with the paths
// halved.
type sets struct{ parent []int }

func newSets(n int) *sets {
	s := &sets{parent: make([]int, n)}
	for i := range s.parent {
		s.parent[i] = i
	}
	return s
}

func (s *sets) find(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

func (s *sets) join(i, j int) {
	i, j = s.find(i), s.find(j)
	s.parent[max(i, j)] = min(i, j)
}
