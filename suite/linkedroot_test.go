package suite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever may change the files of a repository must not move the root: a
// directory that is named and has become a link needs --root.
func TestLinkedDirectoryNeedsRoot(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	here := filepath.Join(dir, "here")
	for _, d := range []string{outside, here} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, outside, "s.yaml", "model: m\nmax_tokens: 1\nmessages: [{user: hi}]\nassert: text != \"\"\ncases: [{}]\n")
	if err := os.Symlink(outside, filepath.Join(here, "suites")); err != nil {
		t.Skip("no links here: ", err)
	}
	t.Chdir(here)
	_, err := Load([]string{"suites"}, Options{})
	if err == nil || !strings.Contains(err.Error(), "is reached by a link") {
		t.Errorf("%v, want a word on the link", err)
	}
	if _, err := Load([]string{"suites"}, Options{Root: outside}); err == nil || !strings.Contains(err.Error(), "outside of the root") {
		t.Errorf("%v, want that a link leads to it from outside of the root", err)
	}
	if _, err := Load([]string{outside}, Options{}); err != nil {
		t.Errorf("the directory by its own name: %v", err)
	}
}
