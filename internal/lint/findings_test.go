package lint_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/evalrun/evalrun/suite"
)

var update = flag.Bool("update", false, "write what is found to the files that hold what is wanted")

// TestFindings holds what is said of each suite in testdata/found: message,
// place and caret. A new one is two files and no Go.
func TestFindings(t *testing.T) {
	for _, file := range glob(t, "testdata/found/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			wanted := strings.TrimSuffix(file, ".yaml") + ".want"
			got := shown(t, file)
			if *update {
				if err := os.WriteFile(wanted, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(wanted)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", wanted, diff)
			}
		})
	}
}

// TestSilence holds that nothing is said of suites in which nothing is wrong:
// those of testdata/silent, and the examples.
func TestSilence(t *testing.T) {
	for _, file := range append(glob(t, "testdata/silent/*.yaml"), "../../examples/suites") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if got := shown(t, file); got != "" {
				t.Errorf("of %s is said:\n%s", file, got)
			}
		})
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no file matches %s: %v", pattern, err)
	}
	return files
}

// shown is what is said of the suites of a path, as it is shown.
func shown(t *testing.T, path string) string {
	t.Helper()
	var list diagnostic.List
	for _, f := range checkPath(t, path, suite.Options{}).Findings {
		list.Add(f.Diagnostic)
	}
	var b strings.Builder
	if err := checkreport.Diagnostics(&b, list, false); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(b.String())
}
