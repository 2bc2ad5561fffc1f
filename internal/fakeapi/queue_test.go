package fakeapi

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestQueueAnswersSoManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		latency := Queue(2, time.Second)
		for i, want := range []time.Duration{1, 1, 2, 2, 3} {
			if got := latency(nil); got != want*time.Second {
				t.Errorf("call %d waits %v, want %v", i, got, want*time.Second)
			}
		}
		time.Sleep(10 * time.Second)
		if got := latency(nil); got != time.Second {
			t.Errorf("a call to an idle server waits %v, want 1s", got)
		}
	})
}
