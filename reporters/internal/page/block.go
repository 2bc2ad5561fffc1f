package page

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"regexp"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/jsonvalue"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
	"github.com/evalrun/evalrun/reporters/internal/trace"
)

type Variant struct {
	Variant    string             `json:"variant"`
	Outcome    string             `json:"outcome"`
	Times      int                `json:"times"`
	Need       int                `json:"need"`
	Skip       string             `json:"skip"`
	Vars       json.RawMessage    `json:"vars,omitempty"`
	Note       string             `json:"note,omitempty"` // of a known failure
	Assertions []record.Assertion `json:"assertions"`
	Samples    []Sample           `json:"samples"`
}

type Sample struct {
	Sample  int      `json:"sample"`
	Outcome string   `json:"outcome"`
	Score   *float64 `json:"score"`
	// Classes are those that classifications took the answer for.
	Classes   []recordtext.Class `json:"classes,omitempty"`
	Error     *record.Error      `json:"error"`
	Ended     string             `json:"ended,omitempty"`
	Warnings  []string           `json:"warnings,omitempty"`
	Checks    []checkBlock       `json:"checks"`
	Exchanges []exchangeBlock    `json:"exchanges"`
}

type checkBlock struct {
	I       int           `json:"i"`
	Outcome string        `json:"outcome"`
	Turn    int           `json:"turn,omitempty"`
	Why     string        `json:"why,omitempty"`
	Drawing string        `json:"drawing,omitempty"`
	Votes   []record.Vote `json:"votes,omitempty"` // where there are several
}

type exchangeBlock struct {
	Turn      int             `json:"turn"`
	Role      string          `json:"role"`
	Vote      int             `json:"vote,omitempty"`
	Request   json.RawMessage `json:"request"`
	Response  json.RawMessage `json:"response"`
	Usage     json.RawMessage `json:"usage"`
	LatencyMS float64         `json:"latency_ms"`
	TTFTMS    *float64        `json:"ttft_ms,omitempty"`
	Speed     *float64        `json:"tokens_per_second,omitempty"`
	Attempts  int             `json:"attempts"`
	RequestID string          `json:"request_id"`
	CostUSD   *float64        `json:"cost_usd"`
	Reused    bool            `json:"reused"`
	Error     *record.Error   `json:"error"`
}

// Blocks writes the JSON blocks. Blobs are written once, by hash.
type Blocks struct {
	out *bufio.Writer
	// File is the record that the cases are of.
	File  *record.File
	blobs map[string]bool
}

// NewBlocks begins the blocks of a page; file may be set later.
func NewBlocks(out *bufio.Writer, file *record.File) *Blocks {
	return &Blocks{out: out, File: file, blobs: map[string]bool{}}
}

func (d *Blocks) NewVariant(c *summary.Case, exchanges iter.Seq2[*record.Exchange, error]) (Variant, error) {
	v := Variant{
		Variant: c.Variant, Outcome: c.Outcome, Times: c.Times, Need: c.Need, Skip: c.Skip, Vars: c.Vars, Note: c.KnownText(),
		Assertions: jsonvalue.NotNil(c.Assertions), Samples: []Sample{},
	}
	index := map[int]int{}
	for i := range c.Samples {
		index[c.Samples[i].Sample] = i
		v.Samples = append(v.Samples, newSample(c, &c.Samples[i]))
	}
	for e, err := range exchanges {
		if err != nil {
			return Variant{}, err
		}
		i, ok := index[e.Sample]
		if !ok {
			// Not judged yet, as while a run goes on.
			i = len(v.Samples)
			index[e.Sample] = i
			v.Samples = append(v.Samples, Sample{Sample: e.Sample, Outcome: record.Errored, Checks: []checkBlock{}, Exchanges: []exchangeBlock{}})
		}
		v.Samples[i].Exchanges = append(v.Samples[i].Exchanges, exchangeBlock{
			Turn: e.Turn, Role: e.Role, Vote: e.Vote, Request: jsonvalue.Raw(e.Request), Response: jsonvalue.Raw(e.Response), Usage: jsonvalue.Raw(e.Usage),
			LatencyMS: e.LatencyMS, TTFTMS: e.TTFTMS, Speed: e.TokensPerSecond, Attempts: len(e.Attempts), RequestID: e.RequestID, CostUSD: e.CostUSD, Reused: e.Reused, Error: e.Error,
		})
		if err := d.writeBlobs(e); err != nil {
			return Variant{}, err
		}
	}
	return v, nil
}

func newSample(c *summary.Case, s *record.Sample) Sample {
	out := Sample{
		Sample: s.Sample, Outcome: s.Outcome, Score: s.Score, Classes: recordtext.Classes(&c.Case, s), Error: s.Error, Ended: s.Ended, Warnings: s.Warnings,
		Checks: []checkBlock{}, Exchanges: []exchangeBlock{},
	}
	for _, check := range s.Assertions {
		drawn := checkBlock{I: check.I, Outcome: check.Outcome, Turn: check.Turn, Why: recordtext.CheckWhy(c.Assertions, check)}
		if len(check.Votes) > 1 {
			drawn.Votes = check.Votes
		}
		if check.I >= 0 && check.I < len(c.Assertions) {
			drawn.Drawing = trace.Draw(c.Assertions[check.I].Expr, check.Trace)
		}
		out.Checks = append(out.Checks, drawn)
	}
	return out
}

// blobReference is how a request names data that is elsewhere in the
// record.
var blobReference = regexp.MustCompile(`"data"\s*:\s*\{\s*"sha256"\s*:\s*"([0-9a-f]{64})"`)

// shownImages are the media types of the blobs that a page holds.
var shownImages = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// writeBlobs writes the images that an exchange names and that are not
// written yet, as the blocks b-HASH. One that the record lacks is left out.
func (d *Blocks) writeBlobs(e *record.Exchange) error {
	for _, m := range blobReference.FindAllSubmatch(e.Request, -1) {
		hash := string(m[1])
		if d.blobs[hash] {
			continue
		}
		d.blobs[hash] = true
		blob, err := d.File.Blob(hash)
		if err != nil || !shownImages[blob.MediaType] {
			continue
		}
		if err := d.Write("b-"+hash, map[string]string{"media_type": blob.MediaType, "data": string(blob.Data)}); err != nil {
			return err
		}
	}
	return nil
}

// Write writes a JSON block, whose text can neither end it nor begin a
// comment: <, > and & are spelled as escapes. So is what would act on who
// reads the file as text, such as a log.
func (d *Blocks) Write(id string, v any) error {
	text, err := jsonvalue.Encode(v)
	if err != nil {
		return fmt.Errorf("cannot write the report: %w", err)
	}
	var safe bytes.Buffer
	json.HTMLEscape(&safe, safetext.JSON(text))
	_, err = fmt.Fprintf(d.out, "<script type=\"application/json\" id=\"%s\">%s</script>\n", id, safe.Bytes())
	return err
}
