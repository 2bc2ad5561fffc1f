//go:build unix

package namedfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/evalrun/evalrun/internal/namedfile"
)

func TestAPipeOfTheShellIsRead(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text := strings.Repeat("0123456789", 10_000) // more than a pipe holds
	go func() {
		w.WriteString(text)
		w.Close()
	}()
	file, err := namedfile.Open(fmt.Sprintf("/dev/fd/%d", r.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.Size() != int64(len(text)) {
		t.Fatal(info, err)
	}
	some := make([]byte, 3)
	for range 2 {
		if _, err := file.ReadAt(some, 99_997); err != nil || string(some) != "789" {
			t.Errorf("%q %v", some, err)
		}
	}
}

func TestOtherPipesAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := namedfile.Open(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
	if _, err := namedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err == nil {
		t.Error("opened a named pipe for writing")
	}
}

func TestALinkToADescriptorIsNoneOfTheShells(t *testing.T) {
	dir := tree(t, map[string]string{"link": "-> /dev/fd/0", "direct": "-> /proc/self/fd/0"})
	t.Chdir(dir)
	for _, name := range []string{"link", "direct"} {
		if got, err := read(name); err == nil {
			t.Errorf("%s: read %q", name, got)
		}
	}
}
