package evalrun_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayDecode are the files that may decode by encoding/json, which takes
// members' names without regard to case, and why that does no harm there.
var mayDecode = map[string]string{
	"internal/exprlang/json.go":              "into any",
	"internal/exprlang/jsonerror.go":         "into a raw value, to find where it ends",
	"internal/judge/content.go":              "into any",
	"internal/messages/replay/difference.go": "into any",
	"internal/results/compare/answertext.go": "into any",
}

// Outside text is read by exact names: by exactjson, or member by member.
func TestMembersAreReadByExactNames(t *testing.T) {
	used := map[string]bool{}
	for _, dir := range packageDirs(t) {
		if dir == "internal/fakeapi" || dir == "internal/fakecloud" || strings.HasPrefix(dir, "bench") || strings.HasPrefix(dir, "examples") {
			continue // they stand for the server or for a user, or read what they wrote
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			path = filepath.ToSlash(path)
			if strings.HasSuffix(path, "_test.go") || !decodes(t, path) {
				continue
			}
			used[path] = true
			if mayDecode[path] == "" {
				t.Errorf("%s decodes by encoding/json; use exactjson.Unmarshal", path)
			}
		}
	}
	for path := range mayDecode {
		if !used[path] {
			t.Errorf("%s does not decode by encoding/json any more: take it out of the list", path)
		}
	}
}

// decodes tells whether a file calls a decoder of encoding/json.
func decodes(t *testing.T, path string) bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"encoding/json"` }) {
		return false
	}
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			of, isName := s.X.(*ast.Ident)
			found = found || isName && of.Name == "json" && (s.Sel.Name == "Unmarshal" || s.Sel.Name == "NewDecoder")
		}
		return true
	})
	return found
}
