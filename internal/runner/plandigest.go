package runner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// planDigest digests what suites ask: docs/record.md says how. The order in
// which cases are added says nothing.
type planDigest struct {
	cases [][sha256.Size]byte
}

// add takes a case. Its request is digested as the record has it, without data
// of files that it only refers to.
func (d *planDigest) add(c *suite.Case) {
	request, _ := record.Externalize(c.Request.Body.Text())
	sum := sha256.Sum256(request)
	h := sha256.New()
	fields := append([]string{c.Suite.Path, c.Name, c.Variant, strconv.Itoa(c.Times), hex.EncodeToString(sum[:]), c.Request.Version}, c.Request.Betas...)
	for _, field := range fields {
		h.Write(strconv.AppendInt(nil, int64(len(field)), 10))
		h.Write([]byte{':'})
		h.Write([]byte(field))
	}
	d.cases = append(d.cases, [sha256.Size]byte(h.Sum(nil)))
}

// line is the plan in the record's first line; nil where no case was added.
func (d *planDigest) line() *record.Plan {
	if len(d.cases) == 0 {
		return nil
	}
	slices.SortFunc(d.cases, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, c := range d.cases {
		h.Write(c[:])
	}
	line := &record.Plan{Digest: "sha256:" + hex.EncodeToString(h.Sum(nil)), Cases: len(d.cases)}
	d.cases = nil // which may be many
	return line
}
