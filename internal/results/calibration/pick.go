package calibration

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// Pick is how answers of one rubric were picked for people to label. With the
// run's answers it says which they are and how likely each was.
type Pick struct {
	// Even picks as many answers that the judge fails as such that it passes.
	Even bool
	N    int
	Seed uint64
}

// The words of a pick in a sheet.
const (
	randomWord = "random"
	evenWord   = "next"
)

var pickText = regexp.MustCompile(`^(random|next) ([0-9]{1,9}) seed ([0-9]{1,10})$`)

// String is the pick as a sheet has it. Spreadsheets leave it as it is.
func (p Pick) String() string {
	word := randomWord
	if p.Even {
		word = evenWord
	}
	return fmt.Sprintf("%s %d seed %d", word, p.N, p.Seed)
}

// parsePick reads what String wrote.
func parsePick(text string) (Pick, bool) {
	m := pickText.FindStringSubmatch(text)
	if m == nil {
		return Pick{}, false
	}
	n, _ := strconv.Atoi(m[2])
	seed, _ := strconv.ParseUint(m[3], 10, 64)
	return Pick{m[1] == evenWord, n, seed}, n > 0
}

// drawn is a pick from a frame: which answers are in it, and how likely each was
// to be, by their indexes.
type drawn struct {
	in     []bool
	chance []float64
}

// from draws the pick from the answers, which are in the frame's order.
func (p Pick) from(answers []framed) drawn {
	out := drawn{make([]bool, len(answers)), make([]float64, len(answers))}
	keys := make([][]byte, len(answers))
	order := make([]int, len(answers))
	for i := range answers {
		keys[i], order[i] = p.key(&answers[i]), i
	}
	if p.Even {
		passed, failed := p.evenChances(answers)
		for i := range answers {
			out.chance[i] = failed
			if answers[i].pass {
				out.chance[i] = passed
			}
			out.in[i] = float64(binary.BigEndian.Uint64(keys[i])) < out.chance[i]*math.Exp2(64)
		}
		return out
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(bytes.Compare(keys[a], keys[b]), cmp.Compare(a, b)) })
	n := min(p.N, len(answers))
	for _, i := range order[:n] {
		out.in[i] = true
	}
	for i := range out.chance {
		out.chance[i] = float64(n) / float64(len(answers))
	}
	return out
}

// evenChances are the chances of an answer that the judge passes and of one that
// it fails. They depend on nothing that people say, so that a pick may follow
// another.
func (p Pick) evenChances(answers []framed) (passed, failed float64) {
	passes := 0
	for i := range answers {
		if answers[i].pass {
			passes++
		}
	}
	fails, half := len(answers)-passes, (p.N+1)/2
	ofFails := min(fails, max(half, p.N-passes))
	ofPasses := min(passes, p.N-min(p.N, ofFails))
	return share(ofPasses, passes), share(ofFails, fails)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return min(1, float64(n)/float64(of))
}

// key is a number that the seed gives an answer.
func (p Pick) key(a *framed) []byte {
	key := digestOf(p.String(), a.name, a.variant, strconv.Itoa(a.sample))
	return key[:]
}

// drawAll gives what several picks of one frame chose together. An answer is in
// it unless all of them left it out, each by chances of its own.
func drawAll(picks []Pick, answers []framed) drawn {
	out := drawn{make([]bool, len(answers)), make([]float64, len(answers))}
	for _, p := range picks {
		one := p.from(answers)
		for i := range answers {
			out.in[i] = out.in[i] || one.in[i]
			out.chance[i] = 1 - (1-out.chance[i])*(1-one.chance[i])
		}
	}
	return out
}
