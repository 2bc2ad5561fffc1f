package models_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sdkModule is the official Go SDK, a dependency of the tests.
const sdkModule = "github.com/anthropics/anthropic-sdk-go/v2"

// sdk is the Messages API as the SDK's source describes it.
type sdk struct {
	version string
	types   map[string]*ast.StructType
	// consts are the values of string constants by the name of their type.
	consts map[string][]sdkConst
}

// sdkConst is a value with what is written about it.
type sdkConst struct{ value, doc string }

// readSDK parses the SDK's source in the module cache.
func readSDK(t *testing.T) *sdk {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", sdkModule).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	version, dir, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	s := &sdk{version: version, types: map[string]*ast.StructType{}, consts: map[string][]sdkConst{}}
	for _, name := range []string{"message.go", "betamessage.go", "beta.go"} {
		// No objects: they take a third of the time.
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok {
				s.add(d)
			}
		}
	}
	return s
}

// add takes the structs and string constants of a declaration.
func (s *sdk) add(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if st, ok := spec.Type.(*ast.StructType); ok {
				s.types[spec.Name.Name] = st
			}
		case *ast.ValueSpec:
			kind, ok := spec.Type.(*ast.Ident)
			if !ok || len(spec.Values) != 1 {
				continue
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s.consts[kind.Name] = append(s.consts[kind.Name], sdkConst{strings.Trim(lit.Value, `"`), doc(spec.Doc)})
			}
		}
	}
}

// doc is a comment as one line.
func doc(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// sdkField is a field of a struct.
type sdkField struct {
	json, tag string // the name in JSON; the value of the tag default
	kind      string // the name of its type, without its pointer or list
	doc       string
}

// fields are the fields of a struct that have a name in JSON, and the variants
// of a union, which have none. A struct that is gone fails the test: the SDK
// has another shape then, and says nothing any more.
func (s *sdk) fields(t *testing.T, name string) []sdkField {
	t.Helper()
	st := s.types[name]
	if st == nil {
		t.Fatalf("the SDK %s has no type %s: read it anew", s.version, name)
	}
	var out []sdkField
	for _, f := range st.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		name, _, _ := strings.Cut(tag.Get("json"), ",")
		if name != "-" {
			out = append(out, sdkField{name, tag.Get("default"), typeName(f.Type), doc(f.Doc)})
		}
	}
	return out
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ArrayType:
		return typeName(e.Elt)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// members are the names in JSON of a struct's fields.
func (s *sdk) members(t *testing.T, structs ...string) []string {
	t.Helper()
	var out []string
	for _, name := range structs {
		for _, f := range s.fields(t, name) {
			out = append(out, f.json)
		}
	}
	return distinct(out)
}

// tags are the values of type of the variants of a union.
func (s *sdk) tags(t *testing.T, unions ...string) []string {
	t.Helper()
	var out []string
	for _, union := range unions {
		for _, variant := range s.fields(t, union) {
			for _, f := range s.fields(t, variant.kind) {
				if f.json != "type" {
					continue
				}
				if f.tag != "" {
					out = append(out, f.tag)
				}
				out = append(out, s.values(f.kind)...)
			}
		}
	}
	return distinct(out)
}

// roles are those of the variants of a turn.
func (s *sdk) roles(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, variant := range s.fields(t, "MessageParam") {
		for _, f := range s.fields(t, variant.kind) {
			if f.json == "role" {
				out = append(append(out, f.tag), s.values(f.kind)...)
			}
		}
	}
	return distinct(out)
}

// values are the constants of a type.
func (s *sdk) values(kind string) []string {
	var out []string
	for _, c := range s.consts[kind] {
		out = append(out, c.value)
	}
	return out
}

// anyOf are the values that the comment of a struct's member lists.
func (s *sdk) anyOf(t *testing.T, name, member string) []string {
	t.Helper()
	for _, f := range s.fields(t, name) {
		if _, list, ok := strings.Cut(f.doc, "Any of "); ok && f.json == member {
			var out []string
			for _, m := range quoted.FindAllStringSubmatch(list, -1) {
				out = append(out, m[1])
			}
			return distinct(out)
		}
	}
	t.Fatalf("the SDK %s lists no values of %s of %s: read it anew", s.version, member, name)
	return nil
}

var quoted = regexp.MustCompile(`"([^"]+)"`)

// endOfLife is what the SDK writes of a model that is deprecated.
var endOfLife = regexp.MustCompile(`Will reach end-of-life on (\w+ \d+, \d{4})`)

// lifecycles are the days on which models retire, by their ids; "" for none.
func (s *sdk) lifecycles() (map[string]string, error) {
	out := map[string]string{}
	for _, c := range s.consts["Model"] {
		out[c.value] = ""
		m := endOfLife.FindStringSubmatch(c.doc)
		if m == nil {
			if strings.Contains(c.doc, "Deprecated:") {
				return nil, fmt.Errorf("%s is deprecated in other words: %q", c.value, c.doc)
			}
			continue
		}
		day, err := time.Parse("January 2, 2006", m[1])
		if err != nil {
			return nil, err
		}
		out[c.value] = day.Format(time.DateOnly)
	}
	return out, nil
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}
