package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocsTools runs the tool of docs/tools.md.
func TestDocsTools(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not on this machine")
	}
	program := filepath.Join(t.TempDir(), "weather.py")
	for _, b := range readBlocks(t, "../../docs/tools.md") {
		if b.language == "python" {
			if err := os.WriteFile(program, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for input, want := range map[string]string{`{"city":"Rome"}`: "18 degrees, dry\n", `{"city":"Atlantis"}`: "there is no weather of Atlantis\nexit status 1"} {
		cmd := exec.Command("python3", program)
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		got := string(out)
		if err != nil {
			got += err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", input, got, want)
		}
	}
}
