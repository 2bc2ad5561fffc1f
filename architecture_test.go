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
// internal/results/stats. A package that is not listed fails the test, so that a new
// one is a decision and not an accident.
var mayImport = map[string]string{
	"cmd/evalrun":                  "*",
	"internal/messages/payload":    "",
	"suite":                        "internal/messages/payload internal/diagnostic internal/exprlang internal/rawjson",
	"internal/messages":            "internal/messages/payload internal/rawjson internal/exactjson record internal/safetext",
	"internal/messages/replay":     "internal/messages record internal/exactjson",
	"internal/messages/pace":       "internal/messages",
	"assert":                       "internal/messages/payload internal/messages internal/exprlang internal/exactjson",
	"internal/judge":               "internal/messages/payload internal/messages internal/exactjson",
	"record":                       "internal/messages/payload internal/rawjson internal/namedfile internal/exactjson",
	"internal/cost/prices":         "internal/messages/payload internal/cost/tokens internal/exactjson",
	"internal/cost/tokens":         "internal/messages/payload",
	"internal/runner":              "internal/messages/payload suite internal/messages assert internal/judge record internal/cost/prices internal/cost/tokens internal/results/summary internal/diagnostic",
	"internal/results/summary":     "record internal/exprlang internal/results/stats",
	"internal/results/compare":     "record internal/namedfile internal/results/summary internal/results/stats internal/exactjson",
	"internal/results/verdict":     "record internal/results/summary internal/results/compare",
	"internal/lint":                "suite assert internal/cost/prices internal/results/summary internal/diagnostic internal/exprlang",
	"internal/results/calibration": "record internal/diagnostic internal/results/stats",
	"reporters":                    "record internal/results/summary internal/results/compare internal/results/verdict internal/results/calibration internal/cost/prices internal/diagnostic internal/safetext internal/exactjson",
	"internal/diagnostic":          "",
	"internal/exactjson":           "",
	"internal/exprlang":            "internal/diagnostic",
	"internal/namedfile":           "",
	"internal/rawjson":             "",
	"internal/safetext":            "",
	"internal/results/stats":       "",
	"internal/fakeapi":             "",
	"bench":                        "internal/fakeapi record",
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
				if allowed == "*" && local != "internal/results/stats" {
					continue
				}
				if !slices.Contains(strings.Fields(allowed), local) {
					t.Errorf("%s imports %s; the table allows it: %q", dir, local, allowed)
				}
			}
		})
	}
}

// A row of a package that is gone would allow what nobody decided.
func TestNoRowOfTheTableIsStale(t *testing.T) {
	dirs := packageDirs(t)
	for dir, allowed := range mayImport {
		if !slices.Contains(dirs, dir) {
			t.Errorf("the import table has a row for %s, which holds no Go files", dir)
		}
		for _, imp := range strings.Fields(allowed) {
			if imp != "*" && !slices.Contains(dirs, imp) {
				t.Errorf("the row of %s allows %s, which holds no Go files", dir, imp)
			}
		}
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
