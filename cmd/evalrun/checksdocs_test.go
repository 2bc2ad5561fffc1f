package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocsChecks runs the programs of docs/checks.md: each judges the same
// answer, and says the same.
func TestDocsChecks(t *testing.T) {
	programs := map[string]struct {
		command []string
		needs   []string
	}{
		"python": {[]string{"python3", "citations.py"}, nil},
		"js":     {[]string{"node", "citations.py"}, nil},
		"sh":     {[]string{"sh", "citations.py"}, []string{"jq"}},
	}
	asked := `{"id":7,"answer":{"content":[{"type":"text","text":"It says \"within 30 days\" and \"for free\"."}]},"with":{"source":"Goods can be returned within 30 days."}}`
	for _, b := range readBlocks(t, "../../docs/checks.md") {
		program, ok := programs[b.language]
		if !ok {
			continue
		}
		delete(programs, b.language)
		t.Run(b.language, func(t *testing.T) {
			for _, name := range append(program.needs, program.command[0]) {
				if _, err := exec.LookPath(name); err != nil {
					t.Skipf("%s is not on this machine", name)
				}
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "citations.py"), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(program.command[0], program.command[1:]...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(asked+"\n"+asked+"\n")
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			if len(lines) != 2 {
				t.Fatalf("line %d: it wrote %q", b.line, out)
			}
			for _, line := range lines {
				var got struct {
					ID      int
					Score   float64
					Reason  string
					Metrics map[string]float64
				}
				if err := json.Unmarshal([]byte(line), &got); err != nil {
					t.Fatal(err)
				}
				if got.ID != 7 || got.Score != 0.5 || got.Reason != "1 of 2 quotes are in the source" || got.Metrics["quotes"] != 2 {
					t.Errorf("line %d: it wrote %s", b.line, line)
				}
			}
		})
	}
	if len(programs) > 0 {
		t.Errorf("docs/checks.md has no program in %v", programs)
	}
}
