package comparereport

import (
	"bufio"
	"fmt"
	"io"

	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/page"
)

// HTML writes comparisons as one page that needs no other file and
// no network, as HTML does for a run: the verdicts with the pass rates of both
// sides, what was changed, and the grid of cases, each with the answers of
// both sides. The records of the sides must still be open. A side that is a
// baseline has no answers to show.
func HTML(w io.Writer, of Comparisons) error { return writeHTML(w, of, nil) }

// writeHTML writes the page, with the settings of a proof above the comparisons.
func writeHTML(w io.Writer, of Comparisons, proof *htmlProof) error {
	out := bufio.NewWriter(w)
	data := comparisonData{Blocks: page.NewBlocks(out, nil), refs: map[sideCase]int{}}
	shown, rows, err := newComparisonPage(of, &data)
	if err != nil {
		return err
	}
	if shown.Proof = proof; proof != nil {
		shown.Overview, shown.Title = nil, proof.Recommendation
	}
	if err := page.Templates().ExecuteTemplate(out, "compare", shown); err != nil {
		return err
	}
	for i := range rows {
		if err := data.writePair(i, &rows[i]); err != nil {
			return err
		}
	}
	if err := page.Templates().ExecuteTemplate(out, "foot", shown); err != nil {
		return err
	}
	return out.Flush()
}

// comparisonRow is a row of one of the comparisons, and what the records say
// of its case.
type comparisonRow struct {
	compare.Row
	of        int // the comparison's index
	base, new comparisonSide
}

// comparisonSide is a case on one side.
type comparisonSide struct {
	of   *compare.Side
	row  *compare.RowSide // nil where the side lacks it
	role string           // base or new
}

// result reads the case from the side's record; it reports false where there
// is none.
func (s comparisonSide) result() (record.CaseResult, bool, error) {
	if s.row == nil || s.of.Record() == nil {
		return record.CaseResult{}, false, nil
	}
	return s.of.Record().Case(s.row.ID)
}

// comparisonData writes the JSON blocks: c0, c1, … of the rows, which name
// u0, u1, … of the cases of the sides. A case that is in several rows, as
// where variants are compared with each other, is written once.
type comparisonData struct {
	*page.Blocks
	refs map[sideCase]int
	next int // the first of refs that is not written
}

// sideCase is a case of a record.
type sideCase struct {
	file *record.File
	id   record.ID
}

// The JSON block of a row, which web/case.js reads.
type (
	htmlPair struct {
		Suite    string         `json:"suite"`
		Path     string         `json:"path"`
		Line     int            `json:"line"`
		Case     string         `json:"case"`
		Tags     []string       `json:"tags"`
		State    string         `json:"state"`
		Reason   string         `json:"reason,omitempty"` // why it is not comparable
		Pairs    bool           `json:"pairs"`
		Variants []htmlPairSide `json:"variants"`
	}
	// htmlPairSide is a side: what its block says, or its outcome alone.
	htmlPairSide struct {
		Role    string        `json:"role"`
		Side    string        `json:"side"`
		Ref     string        `json:"ref,omitempty"`
		Variant string        `json:"variant"`
		Outcome string        `json:"outcome"`
		Times   int           `json:"times"`
		Need    int           `json:"need"`
		Skip    string        `json:"skip"`
		Samples []page.Sample `json:"samples"`
		Note    string        `json:"note,omitempty"`
	}
)

// ref names the block of a side's case; "" where there is none.
func (d *comparisonData) ref(s comparisonSide) string {
	if s.row == nil || s.of.Record() == nil {
		return ""
	}
	key := sideCase{s.of.Record(), s.row.ID}
	n, ok := d.refs[key]
	if !ok {
		n = len(d.refs)
		d.refs[key] = n
	}
	return fmt.Sprintf("u%d", n)
}

// writePair writes the block of a row, and those of its sides that are not
// written yet.
func (d *comparisonData) writePair(i int, row *comparisonRow) error {
	block := htmlPair{
		Suite: row.Suite, Path: row.Path, Line: row.Line, Case: row.Case, Tags: []string{}, State: string(row.State), Reason: row.Reason, Pairs: true,
	}
	for _, s := range []comparisonSide{row.base, row.new} {
		result, found, err := s.result()
		if err != nil {
			return err
		}
		if found && len(result.Case.Tags) > 0 {
			block.Tags = result.Case.Tags
		}
		block.Variants = append(block.Variants, d.pairSide(s))
		if !found || d.refs[sideCase{s.of.Record(), s.row.ID}] < d.next {
			continue
		}
		d.File = s.of.Record()
		v, err := d.NewVariant(&summary.Case{Case: result.Case, Samples: result.Samples, Outcome: s.row.Outcome}, d.File.ExchangesAt(result.Index, 0))
		if err != nil {
			return err
		}
		if err := d.Write(d.ref(s), v); err != nil {
			return err
		}
		d.next++
	}
	return d.Write(fmt.Sprintf("c%d", i), block)
}

func (d *comparisonData) pairSide(s comparisonSide) htmlPairSide {
	side := htmlPairSide{Role: s.role, Side: s.of.Name, Ref: d.ref(s), Samples: []page.Sample{}}
	switch {
	case s.row == nil:
		side.Outcome, side.Note = record.Skip, "it is not in the "+s.role+" side"
	case side.Ref == "":
		side.Variant, side.Outcome = s.row.ID.Variant, s.row.Outcome
		side.Times = s.row.Pass + s.row.Fail + s.row.Error
		side.Note = "a baseline holds no answers"
	}
	return side
}
