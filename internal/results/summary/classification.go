package summary

import (
	"cmp"
	"hash/maphash"
	"maps"
	"math"
	"slices"

	"github.com/evalrun/evalrun/internal/results/stats"
	"github.com/evalrun/evalrun/record"
)

// Classification is the classes of answers against those that their cases
// expect. Counts are of samples. Rates are of cases, as all of a metric is: each
// counts once, by the shares of its samples that have an answer.
type Classification struct {
	// Classes are all that are expected or listed, in the order of the list, and
	// else by name; no more than a hundred. Joined is how many more there are,
	// whose cases are left out of all but the accuracy.
	Classes []Class
	Joined  int
	// MacroF1 is the mean of the classes' F1, of those that a case expects or an
	// answer is of; nil where there is none. Scored is how many these are.
	MacroF1 *Estimate
	Scored  int
	// Unknown are what answers of none of the classes were, the most frequent
	// first, as far as that is known.
	Unknown []UnknownClass
}

// Class is one class of a Classification.
type Class struct {
	Name string
	// Predicted counts the samples that expect the class by the class of the
	// answer, in the order of Classes.
	Predicted []int
	// Unknown, None and Missing count those whose answer is of another class, of
	// none at all, and those without an answer.
	Unknown, None, Missing int
	// Precision is nil where no answer is of the class, Recall where no case with
	// an answer expects it, F1 where neither is so.
	Precision, Recall, F1 *Estimate
}

// Answered is how many samples that expect the class have an answer.
func (c *Class) Answered() int {
	n := c.Unknown + c.None
	for _, count := range c.Predicted {
		n += count
	}
	return n
}

// Estimate is a number between 0 and 1. Interval is nil where fewer than two
// draws leave it unknown.
type Estimate struct {
	Value    float64
	Interval *Interval
}

// UnknownClass is a class that is not among those of a classification.
type UnknownClass struct {
	Text    string // as the record has it
	Samples int
}

const (
	maxClasses = 100
	// maxUnknownTexts is how many texts of answers are kept while a record is
	// read, and maxUnknown how many of them a Classification has.
	maxUnknownTexts = 1000
	maxUnknown      = 5
)

// classSum is what is kept of a classification in one variant while a record is
// read. Classes are hashes of their names.
type classSum struct {
	listed    []string // by the suite
	expected  map[uint64]string
	cases     []classified
	predicted []uint64 // of the cases' samples; noClass is none
	texts     map[uint64]string
}

// classified is what is kept of a case; draw is its number, at the end that of
// its draw.
type classified struct {
	draw, expected   uint64
	samples, missing uint32
}

const noClass = 0

func classHash(name string) uint64 {
	if name == "" {
		return noClass
	}
	return max(maphash.String(textSeed, "class\x00"+name), noClass+1)
}

func newClassSum() *classSum {
	return &classSum{expected: map[uint64]string{}, texts: map[uint64]string{}}
}

// addClasses adds the case of a number of a metric that is a classification.
func (s *metricSum) addClasses(c *Case, number int, name string, m *record.Metric) {
	if s.classes == nil {
		s.classes = newClassSum()
	}
	s.classes.add(c, number, name, m)
}

func (s *classSum) add(c *Case, number int, name string, m *record.Metric) {
	s.list(m.Classes)
	of := classified{draw: uint64(number), expected: classHash(m.Expected)}
	if len(s.expected) < maxClasses*maxClasses {
		s.expected[of.expected] = m.Expected
	}
	for i := range c.Samples {
		sample := &c.Samples[i]
		if _, missing := c.Unmeasured(sample, name); missing {
			of.missing++
		} else if value, measured := sample.Metrics[name]; measured && math.Abs(value) <= largestMetric {
			of.samples++
			s.predict(sample.Classes[name])
		}
	}
	if of.samples+of.missing > 0 {
		s.cases = append(s.cases, of)
	}
}

// list takes note of the classes that a suite lists.
func (s *classSum) list(classes []string) {
	for _, name := range classes {
		if len(s.listed) < maxClasses && !slices.Contains(s.listed, name) {
			s.listed = append(s.listed, name)
		}
	}
}

func (s *classSum) predict(class string) {
	hash := classHash(class)
	s.predicted = append(s.predicted, hash)
	if hash != noClass && len(s.texts) < maxUnknownTexts {
		s.texts[hash] = class
	}
}

// join adds what is known of another variant.
func (s *classSum) join(other *classSum) {
	s.list(other.listed)
	maps.Copy(s.expected, other.expected)
	s.cases, s.predicted = append(s.cases, other.cases...), append(s.predicted, other.predicted...)
	for hash, text := range other.texts {
		if len(s.texts) < maxUnknownTexts {
			s.texts[hash] = text
		}
	}
}

// names are the classes in their order, and how many more there are.
func (s *classSum) names() (names []string, more int) {
	names = slices.Clone(s.listed)
	for _, name := range slices.Sorted(maps.Values(s.expected)) {
		if !slices.Contains(names, name) {
			if len(names) < maxClasses {
				names = append(names, name)
			} else {
				more++
			}
		}
	}
	return names, more
}

// classification makes the numbers.
func (s *classSum) classification() *Classification {
	names, more := s.names()
	out := &Classification{Joined: more, Classes: make([]Class, len(names))}
	index := make(map[uint64]int, len(names))
	for i, name := range names {
		out.Classes[i] = Class{Name: name, Predicted: make([]int, len(names))}
		index[classHash(name)] = i
	}
	out.Unknown = s.count(out.Classes, index)
	s.rate(out, index)
	return out
}

// count counts the samples of the classes, and those of others.
func (s *classSum) count(classes []Class, index map[uint64]int) []UnknownClass {
	unknown := map[uint64]int{}
	for of, predicted := range s.each() {
		i, known := index[of.expected]
		if !known {
			continue
		}
		c := &classes[i]
		c.Missing += int(of.missing)
		for _, hash := range predicted {
			if j, known := index[hash]; known {
				c.Predicted[j]++
			} else if hash == noClass {
				c.None++
			} else {
				c.Unknown++
				unknown[hash]++
			}
		}
	}
	var out []UnknownClass
	for hash, n := range unknown {
		if text, known := s.texts[hash]; known {
			out = append(out, UnknownClass{text, n})
		}
	}
	slices.SortFunc(out, func(a, b UnknownClass) int {
		return cmp.Or(cmp.Compare(b.Samples, a.Samples), cmp.Compare(a.Text, b.Text))
	})
	return out[:min(len(out), maxUnknown)]
}

// each gives each case with the classes of its samples.
func (s *classSum) each() func(func(*classified, []uint64) bool) {
	return func(yield func(*classified, []uint64) bool) {
		from := 0
		for i := range s.cases {
			to := from + int(s.cases[i].samples)
			if !yield(&s.cases[i], s.predicted[from:to]) {
				return
			}
			from = to
		}
	}
}

// classParts are what cases add to the ratios of one class.
type classParts struct{ precision, recall, f1 []stats.Part }

// rate makes the rates of the classes.
func (s *classSum) rate(out *Classification, index map[uint64]int) {
	parts := make([]classParts, len(out.Classes))
	var draws []uint64
	shares := map[int]float64{} // of one case, by class
	for of, predicted := range s.each() {
		expected, known := index[of.expected]
		if !known || len(predicted) == 0 {
			continue
		}
		clear(shares)
		for _, hash := range predicted {
			if class, known := index[hash]; known {
				shares[class] += 1 / float64(len(predicted))
			}
		}
		unit := len(draws)
		draws = append(draws, of.draw)
		parts[expected].recall = append(parts[expected].recall, stats.Part{Unit: unit, Part: shares[expected], Whole: 1})
		if shares[expected] == 0 {
			parts[expected].f1 = append(parts[expected].f1, stats.Part{Unit: unit, Whole: 1})
		}
		for class, share := range shares {
			of := &parts[class]
			right, both := 0.0, share
			if class == expected {
				right, both = share, 1+share
			}
			of.precision = append(of.precision, stats.Part{Unit: unit, Part: right, Whole: share})
			of.f1 = append(of.f1, stats.Part{Unit: unit, Part: 2 * right, Whole: both})
		}
	}
	clusters := clustersOf(draws)
	var scores []stats.Ratio
	for i := range parts {
		c := &out.Classes[i]
		c.Precision, _ = estimate(parts[i].precision, clusters)
		c.Recall, _ = estimate(parts[i].recall, clusters)
		var score stats.Ratio
		if c.F1, score = estimate(parts[i].f1, clusters); c.F1 != nil {
			scores = append(scores, score)
		}
	}
	if out.Scored = len(scores); len(scores) == 0 {
		return
	}
	mean, iv := stats.MeanOfRatios(scores)
	out.MacroF1 = &Estimate{Value: mean}
	if severalDraws(draws) {
		out.MacroF1.Interval = &Interval{iv.Low, iv.High}
	}
}

// severalDraws reports whether there are two draws.
func severalDraws(draws []uint64) bool {
	return slices.ContainsFunc(draws, func(d uint64) bool { return d != draws[0] })
}

// estimate is a ratio over cases; nil where no case is counted.
func estimate(parts []stats.Part, clusters []int) (*Estimate, stats.Ratio) {
	r, ok := stats.ShareRatio(parts, clusters, alpha)
	if !ok {
		return nil, r
	}
	out := &Estimate{Value: r.Value}
	if r.Draws() > 1 {
		out.Interval = &Interval{r.Interval.Low, r.Interval.High}
	}
	return out, r
}
