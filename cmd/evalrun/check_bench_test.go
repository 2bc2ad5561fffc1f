package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkCheck is `evalrun check` on a small suite as a user has it: a
// process is started, loads the suite, compiles it, and ends.
func BenchmarkCheck(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "evalrun")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for b.Loop() {
		if out, err := exec.Command(binary, "check", "../../examples/suites/basic.yaml").CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
