package stats

import "testing"

func TestFisherDrop(t *testing.T) {
	for _, test := range []struct {
		pass1, n1, pass2, n2 int
		want                 float64
	}{
		{10, 10, 0, 10, 1. / 184756},
		{4, 4, 0, 4, 1. / 70},
		{0, 4, 4, 4, 1},
		{3, 4, 1, 4, 17. / 70}, // Fisher's lady tasting tea
		{5, 5, 5, 5, 1},
		{0, 5, 0, 5, 1},
		{10, 10, 5, 10, 0.016253869969040248}, // scipy.stats.fisher_exact([[10, 0], [5, 5]], "greater")
	} {
		near(t, "FisherDrop", FisherDrop(test.pass1, test.n1, test.pass2, test.n2), test.want, 1e-12)
	}
}
