package dataset

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzRows reads any bytes as a data set of each kind.
func FuzzRows(f *testing.F) {
	files, err := filepath.Glob("../../testdata/files/*.[cjy]*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"a.csv", "a.jsonl", "a.json", "a.yaml"} {
			for r, d := range readerOf(name)(bytes.NewReader(data), name, name) {
				switch {
				case d != nil && (d.Message == "" || d.Line < 0 || d.Column < 0 || d.Width < 0):
					t.Fatalf("%s: bad diagnostic %#v", name, d)
				case d != nil:
				case len(r.Columns) == 0:
					t.Fatalf("%s: a row without columns", name)
				case !json.Valid(r.AppendJSON(nil)):
					t.Fatalf("%s: the row %s is no JSON", name, r.AppendJSON(nil))
				}
			}
		}
	})
}
