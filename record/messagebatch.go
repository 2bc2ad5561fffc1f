package record

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// Batch is a line of a Message Batch that a run asked for, or is about to: the
// lines of one batch have its Number. The first is its intent, which is in the
// file before the batch is created; each later one says what changed.
type Batch struct {
	Kind   string `json:"kind"`   // "batch"
	Number int    `json:"number"` // from 1, of this record
	State  string `json:"state"`  // one of the constants below
	// Digest is the hex SHA-256 of the custom_ids, sorted, one after another, and
	// IDs are their beginnings (BatchIDs).
	Digest   string `json:"digest,omitzero"`
	IDs      string `json:"ids,omitzero"`
	Requests int    `json:"requests,omitzero"`
	// After is when the newest batch was created that the server had before; zero
	// where it had none.
	After time.Time `json:"after,omitzero"`
	// WorstUSD is the most that its answers can cost; nil where that is not known.
	WorstUSD *float64 `json:"worst_usd,omitzero"`
	// ID is the server's name of the batch.
	ID      string       `json:"id,omitzero"`
	Expires time.Time    `json:"expires,omitzero"`
	Counts  *BatchCounts `json:"counts,omitzero"`
	// Error is why there is no such batch, or no result of it.
	Error string `json:"error,omitzero"`
}

// BatchCounts are how many requests of a batch are in which state.
type BatchCounts struct {
	Processing int `json:"processing"`
	Succeeded  int `json:"succeeded"`
	Errored    int `json:"errored"`
	Canceled   int `json:"canceled"`
	Expired    int `json:"expired"`
}

// The states of a batch.
const (
	BatchIntended   = "intended"    // it may have been created
	BatchProcessing = "in_progress" // it was
	BatchEnded      = "ended"       // its results can be read
	BatchCollected  = "collected"   // they are in the record
	BatchNotCreated = "not_created" // it is certain that there is none
	BatchLost       = "lost"        // its results cannot be had any more
)

// IsOpen reports whether answers of the batch may still come.
func (b *Batch) IsOpen() bool {
	return b.State == BatchIntended || b.State == BatchProcessing || b.State == BatchEnded
}

func (b Batch) appendTo(dst []byte) ([]byte, error) {
	b.Kind = kindBatch
	return appendLine(dst, &b)
}

// maxBatches bounds the batches of a record.
const maxBatches = 100_000

// addBatch takes a line of a batch into what is known of it.
func (f *File) addBatch(line []byte) error {
	var b Batch
	if err := exactjson.Unmarshal(line, &b); err != nil {
		return err
	}
	if b.Number < 1 || b.Number > maxBatches || b.Requests < 0 {
		return errors.New("the batch has no number; they count from 1")
	}
	i, known := slices.BinarySearchFunc(f.batches, b.Number, func(b Batch, number int) int { return b.Number - number })
	if !known {
		f.batches = slices.Insert(f.batches, i, b)
		return nil
	}
	was := &f.batches[i]
	was.State = b.State
	if b.ID != "" {
		was.ID, was.Expires = b.ID, b.Expires
	}
	if b.Counts != nil {
		was.Counts = b.Counts
	}
	was.Error = b.Error
	return nil
}

// Batches are the Message Batches of the record, as its last lines have them, in
// the order of their numbers.
func (f *File) Batches() []Batch { return f.batches }

// BatchIDs writes the beginnings of custom_ids: as base64 the 8 bytes, from the
// highest on, of each.
func BatchIDs(ids []uint64) string {
	text := make([]byte, 0, 8*len(ids))
	for _, id := range ids {
		text = binary.BigEndian.AppendUint64(text, id)
	}
	return base64.StdEncoding.EncodeToString(text)
}

// ReadIDs reads the beginnings of the custom_ids.
func (b *Batch) ReadIDs() ([]uint64, error) {
	text, err := base64.StdEncoding.DecodeString(b.IDs)
	if err != nil || len(text)%8 != 0 {
		return nil, errors.New("ids are not base64 of 8 bytes each")
	}
	out := make([]uint64, 0, len(text)/8)
	for i := 0; i < len(text); i += 8 {
		out = append(out, binary.BigEndian.Uint64(text[i:]))
	}
	slices.Sort(out)
	return out, nil
}
