package compare

import "github.com/evalrun/evalrun/internal/results/stats"

// drawKey is what two pairs may have in common that makes their errors
// correlated: the cluster that the suite names, the case, of which there are
// several variants, or what was asked on one side.
type drawKey struct {
	cluster, suite, name string
	old, new             uint64
}

// numberDraws numbers the independent draws among pairs. Cases that name the
// same cluster are one draw; so are the variants of a case, which is one
// question asked in several ways, and cases that sent the same request, which
// were given the same answers.
func numberDraws(pairs []pair) {
	sets := stats.NewSets(len(pairs))
	first := make(map[drawKey]int, 2*len(pairs))
	join := func(key drawKey, i int) {
		if other, ok := first[key]; ok {
			sets.Join(i, other)
		} else {
			first[key] = i
		}
	}
	for i, p := range pairs {
		join(drawKey{suite: p.new.suite, name: p.new.name}, i)
		for _, cluster := range []string{p.old.cluster, p.new.cluster} {
			if cluster != "" {
				join(drawKey{cluster: cluster}, i)
			}
		}
		old, new := p.old.fingerprint(), p.new.fingerprint()
		if old != 0 {
			join(drawKey{old: old}, i)
		}
		if new != 0 {
			join(drawKey{new: new}, i)
		}
	}
	for i := range pairs {
		pairs[i].draw = sets.Find(i)
	}
}

// clustersOf gives the draws of some of the pairs that were numbered, nil where
// each is its own.
func clustersOf(pairs []pair) []int {
	most := 0
	for i := range pairs {
		most = max(most, pairs[i].draw)
	}
	seen, shared := make([]bool, most+1), false
	for i := range pairs {
		draw := pairs[i].draw
		shared = shared || seen[draw]
		seen[draw] = true
	}
	if !shared {
		return nil
	}
	cluster := make([]int, len(pairs))
	for i := range pairs {
		cluster[i] = pairs[i].draw
	}
	return cluster
}
