package root

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestReadRefuses(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	for _, name := range []string{filepath.Join(outside, "x"), filepath.Join(dir, ".env.local"), filepath.Join(dir, "a.txt")} {
		if err := os.WriteFile(name, []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out": filepath.Join(outside, "x"), "env.txt": ".env.local", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := r.Read("a.txt"); string(text) != "text" || err != nil {
		t.Errorf("a.txt holds %q, %v", text, err)
	}
	for name, want := range map[string]string{
		".env.local": "never read", ".ENV": "never read", "x/.git/config": "never read", "env.txt": "never read",
		"out": "out of the root", ".": "a directory", "no": "no such file", "loop": "",
	} {
		if _, err := r.Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for _, name := range []string{"", "/etc/passwd", "../x", "a/../../x", "a\x00"} {
		if rel, err := r.Resolve(".", name); err == nil {
			t.Errorf("%q is resolved to %s, want an error", name, rel)
		}
	}
}

// Some of the kernel's files are waited for without end, and look like any
// other.
func TestFilesOfTheKernelAreNotRead(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /proc here")
	}
	r, err := Open("/proc/self")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := r.Read("environ"); err == nil || !strings.Contains(err.Error(), "system's kernel") {
		t.Errorf("read %d bytes, %v", len(text), err)
	}
}
