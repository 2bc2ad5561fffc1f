package namedfile_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/namedfile"
)

// tree makes files and, where the text begins with "-> ", links, and gives the
// directory that they are in.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if to, ok := strings.CutPrefix(text, "-> "); ok {
			err = os.Symlink(strings.ReplaceAll(to, "DIR", dir), path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(path string) (string, error) {
	file, err := namedfile.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	return string(text), err
}

func TestLinksAreFollowedOnlyInside(t *testing.T) {
	dir := tree(t, map[string]string{
		"secret":                    "secret",
		"repo/.git/config":          "secret",
		"repo/.env.local":           "secret",
		"repo/sub/plain":            "plain",
		"repo/sub/within":           "-> ../other/file",
		"repo/sub/absolute":         "-> DIR/repo/other/file",
		"repo/sub/twice":            "-> within",
		"repo/other/file":           "other",
		"repo/out":                  "-> ../secret",
		"repo/outThroughAnother":    "-> sub/../out",
		"repo/dir":                  "-> ../elsewhere",
		"repo/dirWithin":            "-> other",
		"repo/nowhere":              "-> none",
		"repo/loop":                 "-> loop",
		"repo/git":                  "-> .git/config",
		"repo/gitDir":               "-> .git",
		"repo/env":                  "-> .env.local",
		"repo/environment":          "-> /proc/self/environ",
		"repo/null":                 "-> /dev/null",
		"repo/nested/evalrun.yaml":  "",
		"repo/nested/sub/file":      "nested",
		"repo/nested/sub/up":        "-> ../../other/file",
		"repo/nested/sub/in":        "-> ../top",
		"repo/nested/top":           "top",
		"elsewhere/file":            "elsewhere",
		"loose/target":              "target",
		"loose/link":                "-> target",
		"loose/up":                  "-> ../secret",
		"linkedRepo":                "-> repo",
		"toMarked/link":             "-> ../repo/nested/sub",
		"elsewhere/.git/objects/aa": "",
	})
	t.Chdir(filepath.Join(dir, "repo"))
	const nothing = ""
	for path, want := range map[string]struct{ text, why string }{
		"sub/plain":                {"plain", nothing},
		"sub/within":               {"other", nothing},
		"sub/absolute":             {"other", nothing},
		"sub/twice":                {"other", nothing},
		"dirWithin/file":           {"other", nothing},
		"nested/sub/file":          {"nested", nothing},
		"nested/sub/in":            {"top", nothing},
		"nested/sub/up":            {nothing, "the link nested/sub/up leads out of DIR/repo/nested, to DIR/repo/other/file"},
		"out":                      {nothing, "the link out leads out of the working directory, to DIR/secret"},
		"outThroughAnother":        {nothing, "out of the working directory, to DIR/secret"},
		"dir/file":                 {nothing, "the link dir leads out of the working directory, to DIR/elsewhere"},
		"nowhere":                  {nothing, "the link nowhere leads to no file"},
		"loop":                     {nothing, "the link loop leads to no file"},
		"git":                      {nothing, "the link git leads into .git"},
		"gitDir/config":            {nothing, "the link gitDir leads into .git"},
		"env":                      {nothing, "the link env leads into .env.local"},
		"environment":              {nothing, "the link environment leads out of the working directory, to /proc/"},
		"null":                     {nothing, "to /dev/null"},
		"sub":                      {nothing, "it is a directory"},
		"none":                     {nothing, "no such file"},
		"../linkedRepo/sub/within": {"other", nothing},
		"../linkedRepo/out":        {nothing, "to DIR/secret"},
		"../loose/link":            {"target", nothing},
		"../loose/up":              {nothing, "leads out of DIR/loose, to DIR/secret"},
		"../toMarked/link/file":    {"nested", nothing},
		"../toMarked/link/up":      {nothing, "leads out of DIR/repo/nested"},
	} {
		got, err := read(path)
		why := strings.ReplaceAll(want.why, "DIR", dir)
		switch {
		case want.why == nothing && (err != nil || got != want.text):
			t.Errorf("%s: %q %v, want %q", path, got, err, want.text)
		case want.why != nothing && (err == nil || !strings.Contains(err.Error(), why)):
			t.Errorf("%s: %q %v, want %s", path, got, err, why)
		}
		var at *fs.PathError
		if err != nil && (!errors.As(err, &at) || at.Path != path) {
			t.Errorf("%s: the error names another path: %v", path, err)
		}
	}
}

func TestTheWorkingDirectoryIsTheRootWithoutAnother(t *testing.T) {
	dir := tree(t, map[string]string{
		"here/sub/link": "-> ../file", "here/file": "text", "here/sub/out": "-> ../../above", "above": "secret",
	})
	t.Chdir(filepath.Join(dir, "here"))
	if got, err := read("sub/link"); got != "text" {
		t.Errorf("%q %v", got, err)
	}
	if got, err := read("sub/out"); err == nil {
		t.Errorf("read %q", got)
	}
}

func TestWritingFollowsTheSameLinks(t *testing.T) {
	dir := tree(t, map[string]string{"repo/.git/HEAD": "", "repo/out": "-> ../secret", "secret": "secret", "repo/in": "-> file", "repo/file": ""})
	t.Chdir(filepath.Join(dir, "repo"))
	for _, flag := range []int{os.O_RDWR, os.O_RDWR | os.O_CREATE} {
		var link *namedfile.LinkError
		if _, err := namedfile.OpenFile("out", flag, 0o600); !errors.As(err, &link) {
			t.Errorf("opened a link that leads out: %v", err)
		}
		file, err := namedfile.OpenFile("in", flag, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	file, err := namedfile.OpenFile("new", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := namedfile.OpenFile("none", os.O_RDWR, 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	for path, refused := range map[string]bool{
		"out": true, "in": false, "new2": false, "missing/new": false, "/dev/stdout": false, "/dev/fd/1": false, "../beside": false,
	} {
		if err := namedfile.CheckWrite(path); (err != nil) != refused {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDevicesAndTheKernelsFilesAreRefused(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of these")
	}
	for path, want := range map[string]string{
		"/dev/null": "not a regular file", "/dev/zero": "not a regular file",
		"/proc/self/environ": "kernel", "/proc/self/cmdline": "kernel", "/sys/kernel/mm/transparent_hugepage/enabled": "kernel",
		"/proc/self/fd/99": "no such file", "/dev/fd/99": "no such file", "/proc/self/root/etc/passwd": "",
	} {
		if got, err := read(path); want != "" && (err == nil || !strings.Contains(err.Error(), want)) && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %q %v, want %s", path, got, err, want)
		}
	}
}
