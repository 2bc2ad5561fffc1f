package runner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// BenchmarkRun1000x200ms runs 1,000 cases with two assertions against an API
// that takes 200 ms, 100 at a time, and a bare net/http loop that posts the
// same bodies and decodes the answers. The metric x-bare is the ratio of the
// two; the floor of either is 2 s.
func BenchmarkRun1000x200ms(b *testing.B) {
	const cases, concurrency = 1000, 100
	url := slowAPI(b, 200*time.Millisecond)
	set := manyCases(b, cases)
	var ours, bare time.Duration
	for b.Loop() {
		ours += timed(func() { runOnce(b, set, url, concurrency) })
		bare += timed(func() { bareLoop(b, set, url, concurrency) })
	}
	b.ReportMetric(ours.Seconds()/bare.Seconds(), "x-bare")
	b.ReportMetric(ours.Seconds()/float64(b.N), "run-s")
	b.ReportMetric(bare.Seconds()/float64(b.N), "bare-s")
}

func timed(f func()) time.Duration {
	started := time.Now()
	f()
	return time.Since(started)
}

func slowAPI(b *testing.B, latency time.Duration) string {
	return fakeapi.New(fakeapi.Options{
		SkipValidation: true,
		Latency:        func(*fakeapi.Call) time.Duration { return latency },
	}).Start(b)
}

// manyCases loads a suite of n cases.
func manyCases(b testing.TB, n int) *suite.Set {
	b.Helper()
	var text strings.Builder
	text.WriteString("model: claude-opus-4-6\nmax_tokens: 1024\nassert: |\n  len(text) > 0\n  stop_reason == \"end_turn\"\ncases:\n")
	for i := range n {
		fmt.Fprintf(&text, "  - {name: case %d, messages: [{user: \"Say %d\"}]}\n", i, i)
	}
	file := filepath.Join(b.TempDir(), "many.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	set, err := suite.Load([]string{file}, suite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return set
}

func runOnce(b *testing.B, set *suite.Set, url string, concurrency int) {
	plan, err := runner.NewPlan(set, prices.Default())
	if err != nil {
		b.Fatal(err)
	}
	sender, err := messages.NewHTTP(messages.HTTPOptions{BaseURL: url, APIKey: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	w, err := record.Create(filepath.Join(b.TempDir(), "run.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	var last runner.Progress
	err = runner.Run(context.Background(), plan, runner.Options{
		Sender: sender, Record: w, Concurrency: concurrency, Version: "2023-06-01",
		Observe: func(p runner.Progress) { last = p },
	})
	if err != nil || last.Done != plan.Samples || last.Failed+last.Errors > 0 {
		b.Fatalf("%+v: %v", last, err)
	}
}

// bareLoop is the least that can be done: post, read, decode.
func bareLoop(b *testing.B, set *suite.Set, url string, concurrency int) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrency}}
	defer client.CloseIdleConnections()
	work := make(chan []byte)
	var workers sync.WaitGroup
	for range concurrency {
		workers.Go(func() {
			for body := range work {
				post(b, client, url, body)
			}
		})
	}
	for _, s := range set.Suites {
		for c, err := range s.Cases() {
			if err != nil {
				b.Fatal(err)
			}
			work <- c.Request.Body.Text()
		}
	}
	close(work)
	workers.Wait()
}

func post(b *testing.B, client *http.Client, url string, body []byte) {
	req, err := http.NewRequest(http.MethodPost, url+"/v1/messages", bytes.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	req.Header.Set("x-api-key", "bench")
	req.Header.Set("anthropic-version", "2023-06-01")
	req.Header.Set("content-type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Error(err)
		return
	}
	var answer struct {
		StopReason string `json:"stop_reason"`
		Content    []struct{ Text string }
		Usage      struct {
			OutputTokens int `json:"output_tokens"`
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil || answer.StopReason != "end_turn" {
		b.Errorf("%s: %v", data, err)
	}
}
