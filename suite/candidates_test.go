package suite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// A file of a directory that was meant to be a suite is never left alone, even
// where it cannot be read or has no key of one; and where there is none, what is
// there instead is named.
func TestFilesOfADirectory(t *testing.T) {
	const good = "model: m\nmax_tokens: 1\ncases: [{name: a, messages: [{user: Hi}], assert: text != \"\"}]\n"
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(good)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string // of the first problem, "" for none
	}{
		{"a suite beside data", map[string]string{"a.yaml": good, "data.yaml": "x: 1"}, ""},
		{"UTF-16", map[string]string{"a.yaml": good, "b.yaml": string(wide)}, "b.yaml: the file is UTF-16, expected UTF-8"},
		{"a misspelt list of cases", map[string]string{"a.yaml": good, "b.yaml": "case: [{messages: [{user: Hi}]}]"}, `b.yaml:1:1: the file is not a suite: it has no ` + "`cases`; did you mean `cases` where it says \"case\"?"},
		{"data of a like name", map[string]string{"a.yaml": good, "b.yaml": "case: [{id: 1}]"}, ""},
		{"data alone", map[string]string{"d.yaml": "x: 1"}, "no suite in DIR; a suite is a YAML file with a top-level `cases`, which DIR/d.yaml does not have; `evalrun init` writes a first one"},
		{"much data", map[string]string{"d.yaml": "x: 1", "e.yml": "y: 1"}, "no suite in DIR; a suite is a YAML file with a top-level `cases`, which none of the 2 YAML files there has; `evalrun init` writes a first one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Load([]string{dir}, Options{})
			var got string
			if list := (diagnostic.List)(nil); errors.As(err, &list) {
				got = strings.TrimSuffix(list[0].Error()+"; "+list[0].Hint, "; ")
				got = strings.ReplaceAll(filepath.ToSlash(got), filepath.ToSlash(dir), "DIR")
			}
			if test.want == "" && err != nil || !strings.HasPrefix(strings.TrimPrefix(got, "DIR/"), test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A directory has the suites of its links too, each once; a link that is not
// followed is named.
func TestLinkedDirectoriesAreWalked(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "root")
	for _, d := range []string{"suites/deep", "suites/testdata", "shared", ".git", "../outside"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"suites/a.yaml", "suites/B.YML", "suites/deep/c.Yaml", "suites/testdata/no.yaml", "shared/d.yaml", "../outside/no.yaml"} {
		write(t, root, file, "model: m\nmax_tokens: 1\nmessages: [{user: hi}]\nassert: text != \"\"\ncases: [{}]\n")
	}
	for link, target := range map[string]string{
		"suites/shared": "../shared", "suites/again": "../shared", "suites/inner": "deep", "suites/self": ".", "shared/back": "../suites",
		"suites/up": "..", "suites/out": "../../outside", "suites/gone": "nowhere", "suites/git": "../.git", "suites/loop": "loop",
		"suites/linked.yaml": "../shared/d.yaml", "suites/dir.yaml": "../shared", "suites/notes.md": "../shared/d.yaml", "suites/.hidden": "../shared",
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	t.Chdir(root)
	set, err := Load([]string{"suites"}, Options{Root: "."})
	if err != nil {
		t.Fatal(err)
	}
	var names, unwalked []string
	for _, s := range set.Suites {
		names = append(names, s.Path)
	}
	for _, u := range set.SkippedLinks {
		unwalked = append(unwalked, filepath.ToSlash(u.Path)+": "+u.Reason)
	}
	if diff := cmp.Diff([]string{"shared/d.yaml", "suites/B.YML", "suites/a.yaml", "suites/deep/c.Yaml", "suites/linked.yaml"}, names); diff != "" {
		t.Error("suites:", diff)
	}
	if diff := cmp.Diff([]string{
		"suites/git: it leads into .git or .env, which are never read",
		"suites/gone: no such file",
		"suites/loop: too many links",
		"suites/out: it leads out of the root .",
		"suites/up: it leads to a directory that it is in",
	}, unwalked); diff != "" {
		t.Error("links that are not followed:", diff)
	}
	if set, err = Load([]string{"suites/shared", "shared"}, Options{Root: "."}); err != nil || set.Suites[0].Path != "shared/d.yaml" {
		t.Errorf("a linked directory by its name: %v, %v", set, err)
	}
}

// A glob names a linked directory that it passes by: its rows would be
// missing.
func TestGlobsDoNotPassLinks(t *testing.T) {
	root := t.TempDir()
	for _, d := range []string{"data/real", "data/node_modules", "other"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, root, "data/real/a.csv", "n\n1\n")
	write(t, root, "other/b.csv", "n\n2\n")
	for _, link := range []string{"data/linked", "data/node_modules/x"} {
		if err := os.Symlink(filepath.Join(root, "other"), filepath.Join(root, link)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	for glob, wrong := range map[string]bool{
		"data/*/*.csv": true, "data/**/*.csv": true, "**/b.csv": true,
		"data/linked/*.csv": false, "data/real/*.csv": false, "data/{real,linked}/*.csv": false, "data/node_modules/*/*.csv": false,
	} {
		write(t, root, "s.yaml", "model: m\nmax_tokens: 1\nassert: text != \"\"\ncases: [{name: \"{{ n }}\", dataset: \""+glob+"\", messages: [{user: hi}]}]\n")
		_, err := Load([]string{filepath.Join(root, "s.yaml")}, Options{Root: root})
		if named := err != nil && strings.Contains(err.Error(), `does not follow the linked directory "data/linked"`); named != wrong {
			t.Errorf("%s: %v", glob, err)
		}
	}
}
