package suite

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// addFiles adds what the files that match hold as seeds.
func addFiles(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s matches %d files: %v", pattern, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
}

// checkProblems holds what is said of a hostile file: a message each, and no
// place outside of it.
func checkProblems(t *testing.T, err error) {
	t.Helper()
	var list diagnostic.List
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("%T: %v, want diagnostics", err, err)
	}
	for _, d := range list {
		if d.Message == "" || d.Line < 0 || d.Column < 0 || d.Width < 0 {
			t.Fatalf("bad diagnostic %#v", d)
		}
	}
}

// FuzzLoad loads any text as a suite beside the files of testdata: what loads
// gives requests that are JSON.
func FuzzLoad(f *testing.F) {
	file, dir := fuzzedSuite(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		set, err := Load([]string{file}, Options{Root: dir})
		if err != nil {
			checkProblems(t, err)
			return
		}
		for _, s := range set.Suites {
			for c, err := range s.Cases() {
				if err != nil || !json.Valid([]byte(c.Request.Body.String())) {
					t.Fatalf("%v, body %s", err, c.Request.Body)
				}
			}
		}
	})
}

// FuzzSchema holds that the schema takes what the loader takes.
func FuzzSchema(f *testing.F) {
	file, dir := fuzzedSuite(f)
	schema := compileSchema(f, Schema())
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Load([]string{file}, Options{Root: dir}); err != nil {
			return
		}
		documents, _ := source.ParseYAML(source.New(file, file, string(text)))
		for _, doc := range documents {
			if err := schema.Validate(jsonValue(doc)); err != nil && !replaces(doc) {
				t.Fatalf("the loader takes what the schema does not: %v", err)
			}
		}
	})
}

// replaces reports whether a case or a label of the matrix says again what the
// suite says, so that the suite's value may be used by nobody.
func replaces(doc *Value) bool {
	inner := append([]*Value{}, doc.Get("cases").Items...)
	if matrix := doc.Get("matrix"); matrix != nil {
		for _, axis := range matrix.Members {
			for _, label := range axis.Value.Members {
				inner = append(inner, label.Value)
			}
		}
		inner = append(inner, matrix)
	}
	for _, v := range inner {
		for _, m := range v.Members {
			if m.Key == "inherit_assert" || doc.Get(m.Key) != nil {
				return true
			}
		}
	}
	return false
}

// fuzzedSuite gives the place of the suite that a target makes, under a root
// with the files that testdata's suites name, which are the seeds.
func fuzzedSuite(f *testing.F) (file, root string) {
	addFiles(f, "testdata/ok/*.yaml", "testdata/err/*.yaml")
	root = f.TempDir()
	if err := os.CopyFS(filepath.Join(root, "files"), os.DirFS("testdata/files")); err != nil {
		f.Fatal(err)
	}
	file = filepath.Join(root, "suites", "fuzz.yaml")
	if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
		f.Fatal(err)
	}
	return file, root
}
