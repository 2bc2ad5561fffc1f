package suite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

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
		{"a misspelt list of cases", map[string]string{"a.yaml": good, "b.yaml": "case: [{messages: [{user: Hi}]}]"}, `b.yaml:1:1: the file is no suite: it has no ` + "`cases`; did you mean `cases` where it says \"case\"?"},
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
