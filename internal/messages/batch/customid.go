package batch

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// customID names a request of a batch: the hash of what its answer belongs to, and
// of its key. Rows that are equal are different samples, and have different ones.
type customID [sha256.Size]byte

func newCustomID(of record.Identity, key string) customID {
	text, _ := json.Marshal([]any{of.Suite, of.Case, of.Variant, of.Sample, of.Turn, of.Role, of.Assertion, of.Vote, of.Place, key}) // texts and numbers
	return sha256.Sum256(text)
}

// String writes it as the API takes it.
func (id customID) String() string { return hex.EncodeToString(id[:]) }

// parseCustomID reads one; false for what no run made.
func parseCustomID(text string) (id customID, ok bool) {
	n, err := hex.Decode(id[:], []byte(text[:min(len(text), 2*len(id))]))
	return id, err == nil && n == len(id) && len(text) == 2*len(id)
}

// short is its beginning, by which it is found.
func (id customID) short() uint64 { return binary.BigEndian.Uint64(id[:]) }

// digest is the hash of all of them, whatever their order.
func digest(ids []customID) string {
	slices.SortFunc(ids, func(a, b customID) int { return slices.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, id := range ids {
		h.Write([]byte(id.String()))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// shorts are their beginnings, sorted.
func shorts(ids []customID) []uint64 {
	out := make([]uint64, len(ids))
	for i, id := range ids {
		out[i] = id.short()
	}
	slices.Sort(out)
	return out
}
