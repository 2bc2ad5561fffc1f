package batch

import (
	"context"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// API is what a server has of Message Batches.
type API interface {
	CreateBatch(ctx context.Context, body messages.BatchBody) (*messages.Batch, error)
	GetBatch(ctx context.Context, id string) (*messages.Batch, error)
	ListBatches(ctx context.Context, after string, limit int) (page []messages.Batch, more bool, err error)
	BatchResults(ctx context.Context, id string, each func(line []byte) error) error
	ReadResult(line []byte) messages.BatchResult
}

// Mode is what becomes of requests that are in no batch.
type Mode int

const (
	// Wait has them go into batches, and waits for these; what no batch takes is
	// sent directly.
	Wait Mode = iota
	// Submit has them go into batches, and leaves the rest to later.
	Submit
	// Collect sends them directly, and waits for nothing.
	Collect
)

// Options say how a Sender works.
type Options struct {
	API    API
	Direct messages.Sender
	Record interface{ Append(record.Line) error }
	Mode   Mode
	// Known are the batches of the record that the run goes on with.
	Known []record.Batch
	// Dir is where files are that are gone at the end.
	Dir string
	// RetryFor bounds how long after its first failure a request is asked again.
	RetryFor time.Duration
	// Money is asked where there is a bound of it; nil has none.
	Money Money
	// Pace is when batches are looked at.
	Pace Pace
	// Observe, if set, is shown all batches whenever one changed.
	Observe func([]record.Batch)
	// MaxRequests and MaxBytes are the limits of a batch; 0 are the API's.
	MaxRequests int
	MaxBytes    int64
}

// Pace is when batches are looked at, and with which clock.
type Pace struct {
	// First is the wait after which a batch is looked at again; it doubles up to
	// Most. 0 are a second and a minute.
	First, Most time.Duration
	// Settle is how long a batch that may have been created is looked for in the
	// server's list. 0 is 30 seconds.
	Settle time.Duration
	Now    func() time.Time                                 // nil is the real clock
	Sleep  func(ctx context.Context, d time.Duration) error // nil sleeps
}

// Money knows what requests in batches cost.
type Money interface {
	// Worst is the most that an answer costs in a batch; nil where that is not known.
	Worst(req *messages.Request) *float64
	// Hold reserves the most that the answers of a batch cost that is there.
	Hold(worst float64)
	// Settle puts what answers cost in the place of the most that was reserved for
	// them.
	Settle(worst, cost float64)
	// Cost is what an answer costs; false where that is not known.
	Cost(answer *messages.Answer) (float64, bool)
}
