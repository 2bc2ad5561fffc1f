package runner_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/pace"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// TestNoFaultCostsAVerdict runs many cases against an API of which three in
// ten answers go wrong in all the ways that pass, and counts. Time is virtual,
// so that an attempt runs out of it only where the API stalls.
func TestNoFaultCostsAVerdict(t *testing.T) {
	cases := 1000
	if slowtest.Full() {
		cases = 10_000
	}
	plan, err := runner.NewPlan(manyCases(t, cases), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run.jsonl")
	synctest.Test(t, func(t *testing.T) { runIntoFaults(t, plan, cases, path) })
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
}

// runIntoFaults runs the plan, and holds the server's and the pool's counters
// to it that there are as many requests as cases and faults.
func runIntoFaults(t *testing.T, plan *runner.Plan, cases int, path string) {
	fake := fakeapi.New(fakeapi.Options{
		SkipValidation: true,
		Faults: fakeapi.Random(7, map[fakeapi.Fault]float64{
			fakeapi.RateLimited: 0.10, fakeapi.Overloaded: 0.05, fakeapi.InternalError: 0.05,
			fakeapi.ResetBeforeHeaders: 0.03, fakeapi.ResetAfterHeaders: 0.02, fakeapi.TornBody: 0.03,
			fakeapi.Stall: 0.002,
		}),
	})
	pipe := fakeapi.NewPipe()
	server := &http.Server{Handler: fake}
	go server.Serve(pipe)
	defer server.Close()
	transport := &http.Transport{DialContext: pipe.Dial, MaxIdleConnsPerHost: 200}
	defer transport.CloseIdleConnections()
	pool := pace.New(pace.Options{Concurrency: 200})
	sender, err := messages.NewHTTP(messages.HTTPOptions{
		BaseURL: "http://api.localhost", APIKey: "faults", Timeout: time.Minute, Pacer: pool, Transport: transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := record.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: w, Concurrency: 200, Version: "2023-06-01"})
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}

	counts := fake.Counts()
	faults := 0
	for _, n := range counts.ByFault {
		faults += n
	}
	if faults < cases/4 || counts.Requests != cases+faults || len(counts.ByBody) != cases {
		t.Errorf("%d requests for %d cases and %d faults %v; %d bodies answered",
			counts.Requests, cases, faults, counts.ByFault, len(counts.ByBody))
	}
	if s := pool.Statuses()[0]; s.InFlight != 0 || s.Waiting != 0 || s.Attempts != counts.Requests || s.Retries != faults {
		t.Errorf("the pool counted %+v, the server %d requests with %d faults", s, counts.Requests, faults)
	}
}
