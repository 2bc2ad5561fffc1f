package calibration

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// frame is what a random pick is taken from: the answers that a judge gave a
// verdict on by one rubric.
type frame []framed

// framed is an answer with the judge's verdict and people's labels.
type framed struct {
	number        int // of its case among the run's that have a rubric
	name, variant string
	sample        int
	judge         string // the model
	pass          bool
	// Digests of the rubric, of the requests, and of what came.
	rubric, asked, answer digest
	labels                []*Label
}

type digest [8]byte

// add takes a verdict that was given.
func (f *frame) add(v *Verdict, number int, said *said, labels []*Label) {
	least := 0.0
	if v.Rubric.MinScore != nil {
		least = *v.Rubric.MinScore
	}
	*f = append(*f, framed{
		number: number, name: v.Case.Case, variant: v.Case.Variant, sample: v.Sample, judge: v.Rubric.Judge, pass: v.Pass,
		rubric: digestOf(v.Rubric.Rubric, fmt.Sprint(v.Rubric.Votes, least)), asked: said.of(v.Sample), answer: said.answers[v.Sample], labels: labels,
	})
}

// sort puts the answers in an order that does not depend on the record's.
func (f frame) sort() {
	slices.SortStableFunc(f, func(a, b framed) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.variant, b.variant), cmp.Compare(a.sample, b.sample))
	})
}

// digestOf hashes texts, each with its length before it.
func digestOf(texts ...string) digest {
	h := sha256.New()
	put(h, texts...)
	return digest(h.Sum(nil)[:8])
}

func put(h hash.Hash, texts ...string) {
	for _, text := range texts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(text)))
		h.Write(length[:])
		h.Write([]byte(text))
	}
}

// of names what a pick is of, in the frame's order: a digest of each thing that
// makes it another one.
func (f frame) of() string {
	var parts [len(differences)]hash.Hash
	for i := range parts {
		parts[i] = sha256.New()
	}
	for i := range f {
		a := &f[i]
		put(parts[0], string(a.rubric[:]))
		put(parts[1], a.judge)
		put(parts[2], a.name, a.variant, strconv.Itoa(a.sample), string(a.asked[:]))
		put(parts[3], string(a.answer[:]))
		put(parts[4], strconv.FormatBool(a.pass))
	}
	var texts []string
	for i, part := range parts {
		texts = append(texts, differences[i].name+":"+hex.EncodeToString(part.Sum(nil)[:4]))
	}
	return strings.Join(texts, " ")
}

// differences are the parts of what a pick is of, and what to say where one is
// another than the run's.
var differences = [...]struct{ name, said string }{
	{"rubric", "the rubric is another one"},
	{"judge", "the judge is another model"},
	{"asked", "the cases or their requests are others, such as of another prompt or model"},
	{"answers", "the answers are those of another run"},
	{"verdicts", "the judge gave other verdicts"},
}

// difference says in what the run differs from what a pick is of; "" where in
// nothing.
func difference(run, pick string) string {
	if run == pick {
		return ""
	}
	ours, theirs := strings.Fields(run), strings.Fields(pick)
	if len(theirs) != len(differences) {
		return fmt.Sprintf("%q in the column `of` is not what the sheet had there", pick)
	}
	var said []string
	for i, d := range differences {
		if ours[i] != theirs[i] {
			said = append(said, d.said)
		}
	}
	if len(said) > 2 { // the rest follows
		said = said[:2]
	}
	return strings.Join(said, ", and ")
}

// said are the digests of a case's answers, and of what was asked, by sample.
type said struct {
	asked, answers map[int]digest
	run            string // names the run, for answers that its record lacks
}

func newSaid(run *record.Run) *said {
	return &said{map[int]digest{}, map[int]digest{}, run.Started.String()}
}

// of is the digest of what was asked.
func (s *said) of(sample int) digest {
	if asked, ok := s.asked[sample]; ok {
		return asked
	}
	return digestOf(s.run)
}

// add takes an exchange of the case.
func (s *said) add(e *record.Exchange) {
	if !e.IsAnswer() {
		return
	}
	asked, answers := s.asked[e.Sample], s.answers[e.Sample]
	s.asked[e.Sample] = digestOf(string(asked[:]), e.Key)
	s.answers[e.Sample] = digestOf(string(answers[:]), string(e.Response))
}
