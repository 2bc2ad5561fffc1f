package decimals

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// exact is the sum of decimals by package big, over n.
func exact(list []float64, n int64) float64 {
	sum := new(big.Rat)
	for _, x := range list {
		r, ok := new(big.Rat).SetString(strconv.FormatFloat(x, 'g', -1, 64))
		if !ok {
			panic(x)
		}
		sum.Add(sum, r)
	}
	f, _ := sum.Quo(sum, new(big.Rat).SetInt64(n)).Float64()
	return f
}

func TestSum(t *testing.T) {
	for _, test := range []struct {
		of   []float64
		n    int
		want float64
	}{
		{nil, 1, 0},
		{[]float64{.7, .1}, 1, .8},
		{[]float64{.1, .2}, 1, .3},
		{[]float64{.7, .7, .7}, 3, .7},
		{[]float64{.9, .8, .7}, 3, .8},
		{[]float64{.1, .2, .3}, 3, .2},
		{[]float64{1, 2, 3}, 2, 3},
		{[]float64{1e300, 1, -1e300}, 1, 1},
		{[]float64{1e-300, 1e300}, 1, 1e300},
		{[]float64{-.1, -.2}, 1, -.3},
		{[]float64{.3, -.1, -.2}, 1, 0},
		{[]float64{1e22, 1e-5}, 1, 1e22},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, 2, math.MaxFloat64},
		{[]float64{5e-324, 5e-324}, 2, 5e-324},
		{[]float64{1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3}, 7, 1.0 / 3},
	} {
		var s Sum
		for _, x := range test.of {
			s.Add(x)
		}
		if got := s.Over(test.n); got != test.want {
			t.Errorf("%v over %d: %v, want %v", test.of, test.n, got, test.want)
		}
	}
	var s Sum
	s.Add(math.Inf(1))
	s.Add(1)
	if !math.IsInf(s.Over(2), 1) {
		t.Errorf("the mean of an infinite number is %v", s.Over(2))
	}
	s.Add(math.Inf(-1))
	if !math.IsNaN(s.Float()) {
		t.Errorf("the sum of both infinities is %v", s.Float())
	}
	if Mean(nil) != 0 {
		t.Error("the mean of nothing is something")
	}
}

// The sum is the nearest number to the exact one, whatever is added.
func TestSumIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	kinds := map[string]func() float64{
		"tenths":       func() float64 { return float64(random.IntN(21)-10) / 10 },
		"hundredths":   func() float64 { return float64(random.IntN(2001)-1000) / 100 },
		"thirds":       func() float64 { return float64(random.IntN(7)-3) / 3 },
		"any":          func() float64 { return random.NormFloat64() },
		"large, small": func() float64 { return random.NormFloat64() * math.Pow10(random.IntN(60)-30) },
		"whole":        func() float64 { return float64(random.IntN(1 << 53)) },
		"bits": func() float64 {
			for {
				if x := math.Float64frombits(random.Uint64()); math.Abs(x) < 1e140 {
					return x
				}
			}
		},
	}
	for name, draw := range kinds {
		for range slowtest.Size(300, 5000) {
			n := 1 + random.IntN(40)
			list := make([]float64, n)
			for i := range list {
				list[i] = draw()
			}
			if got, want := Mean(list), exact(list, int64(n)); got != want {
				t.Fatalf("%s: the mean of %v is %v, want %v", name, list, got, want)
			}
			var s Sum
			for _, x := range list {
				s.Add(x)
			}
			if got, want := s.Float(), exact(list, 1); got != want {
				t.Fatalf("%s: the sum of %v is %v, want %v", name, list, got, want)
			}
		}
	}
}

// What is computed with decimals of few digits is the nearest number to the
// exact result, and what is computed with others is not far off.
func TestComputing(t *testing.T) {
	for got, want := range map[float64]float64{
		Add(.1, .2): .3, Sub(.8, .7): .1, Mul(.7, 3): 2.1, Mul(1.2, 1.05): 1.26, Div(.3, .1): 3, Div(2.1, 3): .7, Div(1, 3): 1. / 3, Sub(.3, .3): 0,
	} {
		if got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	random := rand.New(rand.NewPCG(7, 8))
	rat := func(x float64) *big.Rat {
		r, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'g', -1, 64))
		return r
	}
	few := func() float64 { return math.Round(1e6*random.NormFloat64()) / math.Pow10(random.IntN(7)) }
	any := func() float64 { return random.NormFloat64() * math.Pow10(random.IntN(40)-20) }
	for range 20_000 {
		for exact, draw := range map[bool]func() float64{true: few, false: any} {
			a, b := draw(), draw()
			if b == 0 {
				continue
			}
			for name, test := range map[string]struct {
				got  float64
				want *big.Rat
			}{
				"+": {Add(a, b), new(big.Rat).Add(rat(a), rat(b))}, "-": {Sub(a, b), new(big.Rat).Sub(rat(a), rat(b))},
				"*": {Mul(a, b), new(big.Rat).Mul(rat(a), rat(b))}, "/": {Div(a, b), new(big.Rat).Quo(rat(a), rat(b))},
			} {
				want, _ := test.want.Float64()
				if test.got != want && (exact || math.Abs(test.got-want) > 1e-15*(math.Abs(a)+math.Abs(b)+math.Abs(want))) {
					t.Fatalf("%v %s %v is %v, want %v", a, name, b, test.got, want)
				}
			}
		}
	}
	for _, x := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		if got := Mul(x, 2); !math.IsInf(got, 0) && !math.IsNaN(got) {
			t.Errorf("%v times 2 is %v", x, got)
		}
		if got := Add(x, 2); !math.IsInf(got, 0) && !math.IsNaN(got) {
			t.Errorf("%v and 2 are %v", x, got)
		}
	}
}

// A mean lies within its numbers, and that of equal ones is one of them.
func TestAMeanLiesWithin(t *testing.T) {
	for hundredths := range 101 {
		x := float64(hundredths) / 100
		for n := 1; n <= 50; n++ {
			list := make([]float64, n)
			for i := range list {
				list[i] = x
			}
			if got := Mean(list); got != x {
				t.Fatalf("the mean of %d times %v is %v", n, x, got)
			}
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		list := []float64{random.Float64(), random.Float64(), random.Float64()}
		low, high := min(list[0], list[1], list[2]), max(list[0], list[1], list[2])
		if m := Mean(list); m < low || m > high {
			t.Fatalf("the mean of %v is %v", list, m)
		}
	}
}

// The order of numbers does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		list := make([]float64, 20)
		for i := range list {
			list[i] = random.NormFloat64()
		}
		want := Mean(list)
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if got := Mean(list); got != want {
			t.Fatalf("%v and %v", got, want)
		}
	}
}

func FuzzSum(f *testing.F) {
	f.Add(.1, .2, -.3)
	f.Add(1e300, 5e-324, -1.5)
	f.Fuzz(func(t *testing.T, a, b, c float64) {
		for _, x := range []float64{a, b, c} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return
			}
		}
		list := []float64{a, b, c}
		if got, want := Mean(list), exact(list, 3); got != want {
			t.Errorf("%v: %v, want %v", list, got, want)
		}
	})
}

func BenchmarkMean(b *testing.B) {
	for name, value := range map[string]func(int) float64{
		"whole": func(i int) float64 { return float64(i) }, "hundredths": func(i int) float64 { return float64(i%100) / 100 },
		"thirds": func(i int) float64 { return float64(i%4) / 3 }, "any": func(i int) float64 { return math.Sqrt(float64(i)) },
	} {
		list := make([]float64, 1000)
		for i := range list {
			list[i] = value(i)
		}
		b.Run(fmt.Sprint(name), func(b *testing.B) {
			for b.Loop() {
				Mean(list)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/value")
		})
	}
}

func BenchmarkCompute(b *testing.B) {
	for name, pair := range map[string][2]float64{"decimals": {.7, .1}, "thirds": {1. / 3, 2. / 3}, "far apart": {1e15 / 7, 1e-15 / 7}, "too far": {1e300, 1e-300}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Add(pair[0], pair[1])
				Mul(pair[0], pair[1])
				Div(pair[0], pair[1])
			}
		})
	}
}
