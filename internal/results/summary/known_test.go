package summary_test

import (
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// The day is the whole one in UTC, by when the run began.
func TestAKnownFailureLastsUntilItsDayIsOver(t *testing.T) {
	for _, tt := range []struct {
		started, until, outcome string
		want                    summary.Known
	}{
		{"2027-01-31T00:00:00Z", "2027-01-31", record.Fail, summary.KnownFailing},
		{"2027-01-31T23:59:59Z", "2027-01-31", record.Fail, summary.KnownFailing},
		{"2027-02-01T00:00:00Z", "2027-01-31", record.Fail, summary.KnownOver},
		{"2027-02-01T01:00:00+02:00", "2027-01-31", record.Fail, summary.KnownFailing},
		{"2020-01-01T00:00:00Z", "2027-01-31", record.Pass, summary.KnownPassing},
		{"2030-01-01T00:00:00Z", "2027-01-31", record.Pass, summary.KnownPassing},
		{"2020-01-01T00:00:00Z", "2027-01-31", record.Errored, summary.NotKnown},
		{"2020-01-01T00:00:00Z", "2027-01-31", record.Skip, summary.NotKnown},
		{"2020-01-01T00:00:00Z", "one day", record.Fail, summary.KnownOver},
	} {
		started, err := time.Parse(time.RFC3339, tt.started)
		if err != nil {
			t.Fatal(err)
		}
		c := record.Case{Suite: "ants", Case: "a", Times: 1, Need: 1}
		c.KnownFailure = &record.KnownFailure{Reason: "a bug", Until: tt.until}
		f := recordtest.Open(t, record.Run{Started: started}, c, record.Sample{Suite: "ants", Case: "a", Sample: 1, Outcome: tt.outcome}, record.Summary{Complete: true})
		run, err := summary.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := run.Suites[0].Case(f, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.Known != tt.want || (run.Totals.KnownFailures == 1) != (tt.want == summary.KnownFailing) {
			t.Errorf("%+v: %v, counted %d", tt, got.Known, run.Totals.KnownFailures)
		}
	}
}
