package runner_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/messages"
	"github.com/evalrun/evalrun/messages/pace"
	"github.com/evalrun/evalrun/prices"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/runner"
	"github.com/evalrun/evalrun/summary"
)

// TestNoFaultCostsAVerdict runs 10,000 cases against an API of which three in
// ten answers go wrong in all the ways that pass, and counts.
func TestNoFaultCostsAVerdict(t *testing.T) {
	cases := 10_000
	if testing.Short() {
		cases = 1000
	}
	server := fakeapi.New(fakeapi.Options{
		SkipValidation: true,
		Faults: fakeapi.Random(7, map[fakeapi.Fault]float64{
			fakeapi.RateLimited: 0.10, fakeapi.Overloaded: 0.05, fakeapi.InternalError: 0.05,
			fakeapi.ResetBeforeHeaders: 0.03, fakeapi.ResetAfterHeaders: 0.02, fakeapi.TornBody: 0.03,
			fakeapi.Stall: 0.002,
		}),
	})
	pool := pace.New(pace.Options{Concurrency: 200})
	sender, err := messages.NewHTTP(messages.HTTPOptions{
		BaseURL: server.Start(t), APIKey: "faults", Timeout: 5 * time.Second, Pacer: pool,
		Retry: messages.RetryOptions{Sleep: hundredfold},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := record.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := runner.NewPlan(manyCases(t, cases), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	err = runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: w, Concurrency: 200, Version: "2023-06-01"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	counts := server.Counts()
	faults := 0
	for _, n := range counts.ByFault {
		faults += n
	}
	if faults < cases/4 || counts.Requests != cases+faults || len(counts.ByBody) != cases {
		t.Errorf("%d requests for %d cases and %d faults %v; %d bodies answered",
			counts.Requests, cases, faults, counts.ByFault, len(counts.ByBody))
	}
	file, err := record.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sum, err := summary.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := (summary.Outcomes{Pass: cases}); sum.Totals.Cases != want || !sum.Complete {
		t.Errorf("outcomes %+v, want %+v", sum.Totals.Cases, want)
	}
	if s := pool.Statuses()[0]; s.InFlight != 0 || s.Waiting != 0 || s.Attempts != counts.Requests || s.Retries != faults {
		t.Errorf("the pool counted %+v, the server %d requests with %d faults", s, counts.Requests, faults)
	}
}

// hundredfold sleeps a hundredth of the time.
func hundredfold(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d / 100):
	case <-ctx.Done():
	}
	return ctx.Err()
}
