//go:build unix

package tools

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// toolsOf makes Tools of a file of tools.
func toolsOf(t *testing.T, text string) *Tools {
	t.Helper()
	f, err := Load(filepath.Join(t.TempDir(), "tools.yaml"), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return NewTools(f)
}

// The file that docs/tools.md shows can be read.
func TestTheToolsOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/tools.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(page), "```yaml tools\n")
	if len(parts) < 2 {
		t.Fatal("the page shows no file of tools")
	}
	for _, part := range parts[1:] {
		text, _, _ := strings.Cut(part, "```")
		if _, err := Load("tools.yaml", strings.NewReader(text)); err != nil {
			t.Error(err)
		}
	}
}

// What a command leaves behind ends with it.
func TestNothingOfACallIsLeftBehind(t *testing.T) {
	tools := toolsOf(t, `tools: {leave: {command: [sh, -c, "sleep 1000 >/dev/null 2>&1 & echo $!"]}}`)
	result, err := tools.Sample(nil).Call(t.Context(), "leave", "leave", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.Trim(string(result.Content), `"`))
	if err != nil {
		t.Fatal(err)
	}
	waitForEnd(t, child)
}

func waitForEnd(t *testing.T, pid int) {
	t.Helper()
	for n := 0; syscall.Kill(pid, 0) == nil && !isZombie(pid); n++ {
		if runtime.Gosched(); n > 1_000_000 {
			t.Fatalf("the process %d is still there", pid)
		}
	}
}

func TestAnInterruptEndsACall(t *testing.T) {
	tools := toolsOf(t, `tools: {hang: {command: [sleep, "1000"]}}`)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := tools.Sample(nil).Call(ctx, "hang", "hang", []byte("{}")); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
