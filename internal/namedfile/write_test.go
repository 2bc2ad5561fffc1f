package namedfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/namedfile"
)

func writing(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// only expects the directory to hold one file, with the text.
func only(t *testing.T, path, text string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != text {
		t.Errorf("%s holds %q, want %q", path, got, text)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("beside %s there is something else: %v", path, entries)
	}
}

func TestWriteFileMakesParents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "report.xml")
	if err := namedfile.WriteFile(path, writing("one")); err != nil {
		t.Fatal(err)
	}
	only(t, path, "one")
}

func TestWriteFileReplacesTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xml")
	if err := os.WriteFile(path, []byte("a longer text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o662); err != nil {
		t.Fatal(err)
	}
	if err := namedfile.WriteFile(path, writing("one")); err != nil {
		t.Fatal(err)
	}
	only(t, path, "one")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o662 {
		t.Errorf("its mode is %v, and was 0662", got)
	}
}

func TestWriteFileKeepsTheOldOneOnAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xml")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := namedfile.WriteFile(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, strings.Repeat("half", 10_000)); err != nil {
			t.Fatal(err)
		}
		return broken
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("got the error %v", err)
	}
	only(t, path, "old")
}

func TestWriteFileKeepsTheOldOneOnAPanic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xml")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = namedfile.WriteFile(path, func(io.Writer) error { panic("broken") })
	}()
	only(t, path, "old")
}

func TestWriteFileFollowsALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real", "report.xml"), filepath.Join(dir, "link.xml")
	if err := namedfile.WriteFile(target, writing("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := namedfile.WriteFile(link, writing("new")); err != nil {
		t.Fatal(err)
	}
	only(t, target, "new")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v, %v", info, err)
	}
}

func TestWriteFileWritesToADevice(t *testing.T) {
	if _, err := os.Stat(os.DevNull); err != nil {
		t.Skipf("no %s here", os.DevNull)
	}
	if err := namedfile.WriteFile(os.DevNull, writing("one")); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is a file now: %v, %v", os.DevNull, info, err)
	}
}

func TestWriteFileRefusesADirectory(t *testing.T) {
	dir := t.TempDir()
	err := namedfile.WriteFile(dir, writing("one"))
	if err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("got the error %v", err)
	}
}

func TestWriteFileSaysWhatStandsInItsWay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(file, "report.xml")
	if err := namedfile.WriteFile(path, writing("one")); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got the error %v", err)
	}
}
