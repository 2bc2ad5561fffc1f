// Package slowtest is for tests of large work: it says how much of it is done,
// and fails what does not end. Only tests import it.
package slowtest

import (
	"os"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
)

// Full reports whether tests that do a part of their work by default do all of
// it: where EVALRUN_SLOW is set, as in .ci/run.
func Full() bool { return os.Getenv("EVALRUN_SLOW") != "" }

// Size is the size of a test's input: part by default, full where Full reports
// so.
func Size(part, full int) int {
	if Full() {
		return full
	}
	return part
}

// longest is far above what the work takes on a loaded machine with the race
// detector. It is no measure of speed, which benchmarks are for.
const longest = 2 * time.Minute

// Within fails the test where f does not return within two minutes. It is for
// work that is linear in its input; the input is so large that quadratic work,
// by the full size at the latest, takes many minutes. f stays under way then.
func Within(t testing.TB, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer fault.Catch()
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(longest):
		t.Fatalf("%s does not end within %v", what, longest)
	}
}
