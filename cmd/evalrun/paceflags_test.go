package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/messages"
)

// TestPaceFlagsReachThePool begins attempts of a second under each flag and
// takes the time.
func TestPaceFlagsReachThePool(t *testing.T) {
	for _, test := range []struct {
		name     string
		args     []string
		attempts int
		want     time.Duration
	}{
		{"auto is the default: 20, then twice as many", nil, 60, 2 * time.Second},
		{"-j", []string{"-j", "30"}, 60, 2 * time.Second},
		{"--max-concurrency", []string{"--max-concurrency", "10"}, 60, 6 * time.Second},
		{"--rpm, a second's worth at once", []string{"--rpm", "60"}, 4, 4 * time.Second},
		{"--tpm, by what answers took", []string{"--tpm", "6000", "-j", "1"}, 4, 7 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var f paceFlags
				flags := pflag.NewFlagSet("", pflag.ContinueOnError)
				f.bind(flags)
				if err := flags.Parse(test.args); err != nil {
					t.Fatal(err)
				}
				if err := f.check(); err != nil {
					t.Fatal(err)
				}
				if got := timeAttempts(t, f.pool(), test.attempts).Truncate(time.Second); got != test.want {
					t.Errorf("%d attempts took %v, want %v", test.attempts, got, test.want)
				}
			})
		})
	}
}

// A model that is paused must not have all samples in hand.
func TestSamplesInHand(t *testing.T) {
	for _, test := range []struct {
		args            []string
		planned, models int
		want            int
	}{
		{nil, 100_000, 1, 2000},
		{nil, 30, 1, 30},
		{[]string{"-j", "8"}, 100_000, 1, 8},
		{[]string{"-j", "8"}, 100_000, 2, 2000},
		{[]string{"-j", "8", "--max-concurrency", "3"}, 100_000, 2, 16},
		{[]string{"-j", "1"}, 100_000, 2, 1},
		{[]string{"-j", "8"}, 0, 0, 1},
	} {
		var f paceFlags
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		f.bind(flags)
		if err := flags.Parse(test.args); err != nil {
			t.Fatal(err)
		}
		if got := f.samples(test.planned, test.models); got != test.want {
			t.Errorf("%v: %d samples in hand of %d of %d models, want %d", test.args, got, test.planned, test.models, test.want)
		}
	}
}

// timeAttempts asks for attempts at once, of a second and 200 tokens each, and
// gives how long all took.
func timeAttempts(t *testing.T, pacer messages.Pacer, n int) time.Duration {
	start, tokens := time.Now(), int64(100)
	done := make(chan struct{})
	for range n {
		go func() {
			end, err := pacer.Begin(t.Context(), &messages.Request{Model: "m"}, false)
			if err != nil {
				t.Error(err)
			} else {
				time.Sleep(time.Second)
				end(messages.AttemptEvent{
					Attempt: messages.Attempt{Status: 200}, Number: 1,
					Usage: &messages.Usage{InputTokens: &tokens, OutputTokens: &tokens},
				})
			}
			done <- struct{}{}
		}()
	}
	for range n {
		<-done
	}
	return time.Since(start)
}
