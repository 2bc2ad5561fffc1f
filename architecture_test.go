// Package evalrun_test holds the repository as a whole to its promises: which
// package may import which, and that what the README says is so.
package evalrun_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/evalrun/evalrun"

// mayImport is the import table: a package may import the packages of this
// module that it may import, and no other. "*" stands for all but
// internal/results/stats. A package that is not listed fails the test, so that a new
// one is a decision and not an accident.
var mayImport = map[string]string{
	"cmd/evalrun":                  "*",
	"internal/messages/payload":    "",
	"suite":                        "suite/internal/source suite/internal/root suite/internal/dataset suite/internal/template suite/internal/work internal/messages/payload internal/diagnostic internal/exactjson internal/exprlang internal/wording",
	"suite/internal/root":          "suite/internal/source internal/diagnostic internal/namedfile",
	"suite/internal/dataset":       "suite/internal/source suite/internal/root internal/diagnostic",
	"suite/internal/template":      "suite/internal/source suite/internal/root suite/internal/work internal/diagnostic internal/exprlang",
	"suite/internal/work":          "suite/internal/source",
	"suite/internal/source":        "internal/messages/payload internal/diagnostic internal/exprlang internal/exactjson internal/safetext internal/wording",
	"internal/messages":            "internal/messages/payload internal/exactjson record internal/safetext internal/fault internal/wording",
	"internal/messages/platform":   "internal/messages internal/messages/payload internal/exactjson internal/fault internal/models",
	"internal/messages/replay":     "internal/messages record internal/exactjson",
	"internal/messages/batch":      "internal/exactjson internal/messages internal/messages/replay record",
	"internal/capture":             "internal/exactjson internal/messages internal/messages/payload internal/messages/replay internal/safetext record",
	"internal/messages/pace":       "internal/messages internal/fault",
	"assert":                       "internal/messages/payload internal/messages internal/exprlang internal/exactjson",
	"internal/judge":               "internal/messages/payload internal/messages internal/exactjson",
	"record":                       "internal/namedfile internal/exactjson internal/fault",
	"record/recordtest":            "record",
	"internal/cost/prices":         "internal/models internal/messages/payload internal/cost/tokens internal/exactjson internal/wording internal/yamlfile",
	"internal/cost/tokens":         "internal/models internal/messages/payload",
	"internal/runner":              "internal/decimals internal/messages/payload suite internal/messages assert internal/judge record internal/cost/prices internal/cost/tokens internal/results/summary internal/diagnostic internal/exactjson internal/fault internal/tools internal/wording",
	"internal/endpoint":            "internal/diagnostic internal/messages internal/messages/platform internal/models",
	"internal/tools":               "internal/diagnostic internal/exactjson internal/fault internal/wording internal/yamlfile",
	"evaltest":                     "internal/cost/prices internal/diagnostic internal/endpoint internal/exactjson internal/fault internal/messages internal/messages/pace internal/messages/replay internal/results/summary internal/results/verdict internal/runner internal/runrecord internal/safetext internal/tools record reporters/runreport suite",
	"internal/runrecord":           "internal/namedfile internal/results/summary internal/results/verdict record reporters/runreport",
	"internal/rejudge":             "internal/decimals record assert internal/exactjson internal/exprlang internal/messages/payload internal/messages/replay",
	"internal/results/summary":     "internal/decimals record internal/exprlang internal/results/stats",
	"internal/results/compare":     "internal/decimals record internal/namedfile internal/results/summary internal/results/stats internal/exactjson internal/fault internal/wording",
	"internal/results/merge":       "record internal/results/verdict",
	"internal/results/prove":       "internal/results/compare",
	"internal/results/verdict":     "internal/decimals record internal/results/summary internal/results/compare internal/results/prove",
	"internal/traffic":             "internal/diagnostic internal/exactjson internal/messages internal/messages/payload internal/safetext internal/wording record",
	"internal/logsuite":            "internal/exactjson internal/messages/payload internal/suitefile internal/traffic internal/wording suite",
	"internal/promptfoo":           "internal/diagnostic internal/exactjson internal/suitefile",
	"internal/suitefile":           "internal/diagnostic internal/namedfile",
	"internal/migrate":             "internal/models suite internal/diagnostic",
	"internal/lint":                "internal/models suite assert internal/cost/prices internal/results/summary internal/diagnostic internal/exprlang",
	"internal/results/calibration": "record internal/diagnostic internal/results/stats internal/results/summary",
	"internal/decimals":            "",
	"internal/diagnostic":          "internal/wording",
	"internal/exactjson":           "",
	"internal/exprlang":            "internal/decimals internal/diagnostic internal/wording",
	"internal/fault":               "",
	"internal/gittree":             "",
	"internal/slowtest":            "internal/fault",
	"internal/namedfile":           "",
	"internal/yamlfile":            "internal/diagnostic internal/wording",
	"internal/safetext":            "",
	"internal/wording":             "",
	"internal/results/stats":       "internal/decimals",
	"internal/models":              "",
	"internal/fakeapi":             "internal/models",
	"internal/fakecloud":           "",
	"examples/applications/go":     "",
	"bench":                        "internal/fakeapi record",

	"reporters":                      "internal/results/verdict reporters/internal/layout reporters/internal/trace reporters/internal/verdicttext",
	"reporters/checkreport":          "internal/cost/prices internal/diagnostic internal/safetext reporters reporters/internal/jsonvalue reporters/internal/layout reporters/internal/numbers reporters/internal/workflow",
	"reporters/comparereport":        "internal/results/compare internal/results/prove internal/results/summary internal/results/verdict internal/safetext record reporters reporters/internal/chart reporters/internal/jsonvalue reporters/internal/layout reporters/internal/numbers reporters/internal/page reporters/internal/recordtext reporters/internal/trace reporters/internal/verdicttext reporters/internal/worddiff reporters/internal/workflow",
	"reporters/judgereport":          "internal/exactjson internal/results/calibration internal/safetext record reporters reporters/internal/csvrow reporters/internal/layout reporters/internal/numbers reporters/internal/recordtext",
	"reporters/runreport":            "internal/exactjson internal/results/compare internal/results/summary internal/results/verdict internal/safetext record reporters reporters/internal/chart reporters/internal/csvrow reporters/internal/jsonvalue reporters/internal/layout reporters/internal/numbers reporters/internal/page reporters/internal/recordtext reporters/internal/trace reporters/internal/verdicttext reporters/internal/workflow",
	"reporters/internal/chart":       "internal/results/compare internal/safetext record reporters/internal/numbers",
	"reporters/internal/csvrow":      "internal/safetext reporters/internal/numbers",
	"reporters/internal/jsonvalue":   "internal/safetext",
	"reporters/internal/layout":      "internal/safetext record",
	"reporters/internal/numbers":     "",
	"reporters/internal/page":        "internal/results/compare internal/results/summary internal/results/verdict internal/safetext record reporters/internal/jsonvalue reporters/internal/layout reporters/internal/recordtext reporters/internal/trace reporters/internal/verdicttext",
	"reporters/internal/recordtext":  "internal/exactjson internal/results/summary internal/safetext record reporters/internal/layout",
	"reporters/internal/trace":       "internal/exactjson internal/safetext reporters/internal/layout",
	"reporters/internal/verdicttext": "internal/results/verdict internal/safetext record reporters/internal/layout",
	"reporters/internal/worddiff":    "",
	"reporters/internal/workflow":    "internal/safetext reporters/internal/layout",
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

// goFile is a path of a Go file in docs.
var goFile = regexp.MustCompile("`([a-z/]+/[a-z_]+\\.go)`")

// The page is the way into the code: it names every package, and no file that
// is gone.
func TestArchitecturePageIsTrue(t *testing.T) {
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for dir := range mayImport {
		if !strings.Contains(string(page), "`"+dir+"`") {
			t.Errorf("docs/architecture.md does not name the package %s", dir)
		}
	}
	for _, name := range goFile.FindAllSubmatch(page, -1) {
		if _, err := os.Stat(string(name[1])); err != nil {
			t.Errorf("docs/architecture.md names %s: %v", name[1], err)
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

// A goroutine that panics ends the process with Go's exit code 2, which of
// evalrun says that nothing was sent, and with what it panicked with as it is.
func TestGoroutinesCatchPanics(t *testing.T) {
	for _, dir := range packageDirs(t) {
		if dir == "bench" || dir == "internal/fakeapi" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				checkGoroutines(t, name)
			}
		}
	}
}

func checkGoroutines(t *testing.T, name string) {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		var started ast.Expr
		switch n := n.(type) {
		case *ast.GoStmt:
			started = n.Call.Fun
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 || method.Sel.Name != "Go" && method.Sel.Name != "AfterFunc" {
				return true
			}
			if started = n.Args[len(n.Args)-1]; method.Sel.Name == "AfterFunc" {
				if _, named := started.(*ast.FuncLit); !named {
					return true // the end of a context
				}
			}
		default:
			return true
		}
		if !catches(started) {
			t.Errorf("%s: the goroutine does not begin with `defer fault.Catch()`", positions.Position(n.Pos()))
		}
		return true
	})
}

// catches reports whether a function begins with `defer fault.Catch()`.
func catches(f ast.Expr) bool {
	literal, ok := f.(*ast.FuncLit)
	if !ok || len(literal.Body.List) == 0 {
		return false
	}
	first, ok := literal.Body.List[0].(*ast.DeferStmt)
	if !ok {
		return false
	}
	called, ok := first.Call.Fun.(*ast.SelectorExpr)
	return ok && called.Sel.Name == "Catch"
}
