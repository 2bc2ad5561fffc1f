//go:build unix

package tools

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// shell makes Checks of one check that a shell runs.
func shell(t *testing.T, script string, processes int) *Checks {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tools.yaml")
	text := fmt.Sprintf("checks:\n  c:\n    command: [sh, -c, %s]\n    processes: %d\n", strconv.Quote(script), processes)
	f, err := Load(path, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return NewChecks(f)
}

// echo answers each line with its id.
const echo = `while read -r line; do id=${line#*:}; echo "{\"id\":${id%%,*},\"pass\":true}"; done`

func TestManyAreAskedSideBySide(t *testing.T) {
	c := shell(t, echo, 3)
	defer c.Close()
	var asked sync.WaitGroup
	for i := range 300 {
		asked.Go(func() {
			if v, err := c.Check(t.Context(), "c", fmt.Appendf(nil, `{"n":%d}`, i)); err != nil || v.Pass == nil || !*v.Pass {
				t.Error(v, err)
			}
		})
	}
	asked.Wait()
}

// What a command started ends with it, also where it does not listen.
func TestNothingIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	c := shell(t, `sleep 1000 & echo $! > `+dir+`/child; `+echo, 1)
	if _, err := c.Check(t.Context(), "c", []byte(`{"n":1}`)); err != nil {
		t.Fatal(err)
	}
	c.Close()
	text, err := os.ReadFile(filepath.Join(dir, "child"))
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	waitForEnd(t, child)
	if _, err := c.Check(t.Context(), "c", []byte(`{"n":1}`)); !errors.Is(err, errClosed) {
		t.Errorf("asked after Close: %v", err)
	}
}

// isZombie reports whether a process is dead and only its parent has not asked.
func isZombie(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(status), ") Z ")
}

func TestAnInterruptEndsTheWait(t *testing.T) {
	c := shell(t, `sleep 1000`, 1)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Check(ctx, "c", []byte(`{"n":1}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// The file that docs/checks.md shows can be read.
func TestTheFileOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "```yaml tools\n")
	text, _, _ = strings.Cut(text, "```")
	f, err := Load("tools.yaml", strings.NewReader(text))
	if !ok || err != nil || strings.Join(f.Names(), " ") != "citations" {
		t.Error(err, f)
	}
}

func FuzzVerdict(f *testing.F) {
	f.Add(`{"id":1,"pass":true,"score":0.5,"reason":"r","metrics":{"a":1}}`)
	f.Add(`{"id":1,"score":1e400}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := readVerdict([]byte(text), 1)
		if err == nil && v.Pass == nil && (v.Score == nil || *v.Score < 0 || *v.Score > 1) {
			t.Errorf("%q is a verdict", text)
		}
	})
}
