// Package evalrun_test holds the repository as a whole to its promises: which
// package may import which, and that what the README says is so.
package evalrun_test

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/evalrun/evalrun"

// mayImport is the import table: a package may import the packages of this
// module that stand behind it, and no other. "*" stands for all but
// internal/stats. A package that is not listed fails the test, so that a new
// one is a decision and not an accident.
var mayImport = map[string]string{
	"cmd/evalrun":       "*",
	"payload":           "",
	"suite":             "payload diagnostic internal/exprlang internal/rawjson",
	"messages":          "payload internal/rawjson",
	"messages/replay":   "messages record",
	"messages/pace":     "messages",
	"messages/batch":    "messages",
	"assert":            "payload messages internal/exprlang internal/possible",
	"judge":             "payload messages",
	"record":            "payload internal/rawjson",
	"prices":            "payload tokens",
	"tokens":            "payload",
	"runner":            "payload suite messages assert judge record prices tokens summary diagnostic",
	"summary":           "record internal/exprlang internal/possible internal/stats",
	"compare":           "record summary internal/stats",
	"lint":              "suite assert prices summary diagnostic",
	"calibration":       "record diagnostic internal/stats",
	"reporters":         "record summary compare calibration prices diagnostic internal/safetext",
	"diagnostic":        "",
	"internal/exprlang": "",
	"internal/possible": "internal/exprlang",
	"internal/rawjson":  "",
	"internal/safetext": "",
	"internal/stats":    "",
	"internal/fakeapi":  "",
	"bench":             "internal/fakeapi record",
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, dir := range packageDirs(t) {
		t.Run(dir, func(t *testing.T) {
			pkg, err := build.ImportDir(dir, 0)
			if err != nil {
				t.Fatal(err)
			}
			allowed, ok := mayImport[dir]
			if !ok {
				t.Fatalf("package %s is not in the import table", dir)
			}
			for _, imp := range pkg.Imports {
				local, ok := strings.CutPrefix(imp, module+"/")
				if !ok {
					continue
				}
				if allowed == "*" && local != "internal/stats" {
					continue
				}
				if !slices.Contains(strings.Fields(allowed), local) {
					t.Errorf("%s imports %s; the table allows it: %q", dir, local, allowed)
				}
			}
		})
	}
}

// packageDirs lists the directories below this one that hold Go files which
// are not tests.
func packageDirs(t *testing.T) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			dirs = append(dirs, filepath.ToSlash(filepath.Dir(path)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
