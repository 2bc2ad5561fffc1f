package messages

import (
	"math"
	"time"

	"github.com/evalrun/evalrun/record"
)

// RecordLine is the line of an exchange in a record, without its cost and when
// it was answered.
func RecordLine(of record.Identity, req *Request, ex *Exchange) record.Exchange {
	line := record.Exchange{
		Identity: of, Key: req.Key(), Betas: req.Betas, Request: req.Body.Text(), Source: ex.Source, RequestID: ex.RequestID, Batch: ex.Batch, Reused: ex.Reused,
		Measured: record.Measured{LatencyMS: milliseconds(ex.Latency), InFlight: ex.InFlight},
	}
	for _, b := range req.Body.Blobs() {
		line.Blobs = append(line.Blobs, record.Blob{SHA256: b.SHA256, MediaType: b.MediaType, Data: b.Data})
	}
	if ex.TTFT != nil {
		ms := milliseconds(*ex.TTFT)
		line.TTFTMS = &ms
	}
	if speed := ex.TokensPerSecond(); speed != nil {
		rounded := math.Round(*speed*100) / 100
		line.TokensPerSecond = &rounded
	}
	for _, a := range ex.Attempts {
		line.Attempts = append(line.Attempts, record.Attempt{Status: a.Status, MS: milliseconds(a.Duration), Cause: a.Cause})
	}
	if ex.Answer != nil {
		line.Response = ex.Answer.Raw
		line.Usage = ex.Answer.Usage.Raw
	}
	if ex.Error != nil {
		line.Error = ex.Error.Record()
	}
	return line
}

// Record is the error as a record has it.
func (e *Error) Record() *record.Error {
	return &record.Error{Status: e.Status, Type: e.Type, Message: e.Message}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
