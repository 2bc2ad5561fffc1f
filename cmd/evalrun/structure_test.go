package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/slowtest"
)

// everything is a directory with a suite and an evalrun.yaml that have every
// key of the format, and with the files that they name.
const everything = "testdata/everything"

// TestStructure changes one node of these two at a time: it drops it, writes
// it twice, or puts a value of another kind in its place. Half of the changes
// of each node go through a check, the other half through a run. Where not all
// are to be drawn, one in five changes is made.
func TestStructure(t *testing.T) {
	s := newStructure(t)
	type job struct {
		file string
		part int
		change
	}
	jobs := make(chan job)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		dir := copyEverything(t)
		workers.Go(func() {
			for j := range jobs {
				tree := s.tree(j.file)
				j.change.apply(part(tree, j.part))
				check := j.node%2 == j.operation%2
				s.hold(t, dir, j.file, tree, check, !check)
			}
		})
	}
	for _, file := range []string{"suite.yaml", "evalrun.yaml"} {
		for i := range countCases(s.tree(file)) {
			for node := range countNodes(part(s.tree(file), i)) {
				for operation := range operations {
					if !slowtest.Full() && (3*node+operation)%5 != 0 {
						continue
					}
					jobs <- job{file, i, change{node, operation}}
				}
			}
		}
	}
	close(jobs)
	workers.Wait()
}

// part leaves only the case of an index in a suite, so that it is read
// quickly, and gives the tree in which nodes are changed: the suite with its
// first case, or another case.
func part(tree *yaml.Node, index int) *yaml.Node {
	cases := member(tree, "cases")
	if cases == nil {
		return tree
	}
	cases.Content = cases.Content[index : index+1]
	if index > 0 {
		return cases.Content[0]
	}
	return tree
}

// countCases is how many parts there are.
func countCases(tree *yaml.Node) int {
	if cases := member(tree, "cases"); cases != nil {
		return len(cases.Content)
	}
	return 1
}

// member is the value of a key of a map; nil where there is none.
func member(tree *yaml.Node, key string) *yaml.Node {
	for i := 0; i < len(tree.Content); i += 2 {
		if tree.Content[i].Value == key {
			return tree.Content[i+1]
		}
	}
	return nil
}

// FuzzStructure makes several changes at once, three bytes each.
func FuzzStructure(f *testing.F) {
	f.Add([]byte{0, 7, 0})
	f.Add([]byte{0, 50, 1, 0, 90, 4})
	s := newStructure(f)
	dir := copyEverything(f)
	f.Fuzz(func(t *testing.T, changes []byte) {
		tree := s.tree("suite.yaml")
		for ; len(changes) >= 3 && len(tree.Content) > 0; changes = changes[3:] {
			node := int(changes[0])<<8 | int(changes[1])
			change{node % countNodes(tree), int(changes[2]) % operations}.apply(tree)
		}
		s.hold(t, dir, "suite.yaml", tree, true, true)
	})
}

// TestEverything holds the suite to the format: it has each key, and passes.
func TestEverything(t *testing.T) {
	s := newStructure(t)
	var schema, out bytes.Buffer
	if code := run([]string{"schema"}, nil, &schema, &schema); code != exitOK {
		t.Fatal(schema.String())
	}
	written := map[string]bool{}
	for _, file := range []string{"suite.yaml", "evalrun.yaml"} {
		eachNode(s.tree(file), func(holder *yaml.Node, i int) bool {
			if holder.Kind == yaml.MappingNode {
				written[holder.Content[i-1].Value] = true
			}
			return true
		})
	}
	for _, key := range schemaKeys(t, schema.Bytes()) {
		if !written[key] {
			t.Log(key)
			t.Errorf("the suite does not have the key %s", key)
		}
	}
	if code := run(s.runArgs(copyEverything(t)), nil, &out, &out); code != exitOK {
		t.Errorf("the suite as it is ends with %d:\n%s", code, out.String())
	}
}

// schemaKeys are the keys of evalrun's own maps and the request's fields, but
// not those of what the fields hold.
func schemaKeys(t *testing.T, schema []byte) []string {
	type object struct{ Properties map[string]any }
	var parsed struct {
		object
		Defs struct {
			Case, Judge, Override, Prefer object
			Assert, Repeat                struct {
				AnyOf []struct {
					object
					Items struct{ AnyOf []object }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema, &parsed); err != nil {
		t.Fatal(err)
	}
	objects := []object{parsed.object, parsed.Defs.Case, parsed.Defs.Judge, parsed.Defs.Override, parsed.Defs.Prefer}
	for _, form := range append(parsed.Defs.Assert.AnyOf, parsed.Defs.Repeat.AnyOf...) {
		objects = append(append(objects, form.object), form.Items.AnyOf...)
	}
	var keys []string
	for _, o := range objects {
		keys = slices.AppendSeq(keys, maps.Keys(o.Properties))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// structure checks and runs changed suites.
type structure struct {
	url  string
	text map[string][]byte
}

func newStructure(t testing.TB) *structure {
	// A run leaves its connections open for the next one, which thousands of
	// runs in one process cannot afford.
	server := httptest.NewUnstartedServer(fakeapi.New(fakeapi.Options{SkipValidation: true}))
	server.Config.SetKeepAlivesEnabled(false)
	server.Start()
	t.Cleanup(server.Close)
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	s := &structure{url: server.URL, text: map[string][]byte{}}
	for _, file := range []string{"suite.yaml", "evalrun.yaml"} {
		text, err := os.ReadFile(filepath.Join(everything, file))
		if err != nil {
			t.Fatal(err)
		}
		s.text[file] = text
	}
	return s
}

// copyEverything copies the suite and its files to a directory.
func copyEverything(t testing.TB) string {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(everything)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (s *structure) tree(file string) *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal(s.text[file], &document); err != nil {
		panic(err)
	}
	return document.Content[0]
}

func (s *structure) runArgs(dir string) []string {
	return []string{filepath.Join(dir, "suite.yaml"), "--root", dir, "--base-url", s.url, "--record", filepath.Join(dir, "run.jsonl"), "-q", "--tools", filepath.Join(dir, "tools.yaml")}
}

// hold checks and runs a changed suite: nothing panics, what is wrong has a
// place, and both find it.
func (s *structure) hold(t *testing.T, dir, file string, tree *yaml.Node, check, ask bool) {
	text, err := yaml.Marshal(tree)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() {
		if v := recover(); v != nil {
			t.Errorf("panic: %v\n%s\n%s", v, text, debug.Stack())
		}
		if err := os.WriteFile(filepath.Join(dir, file), s.text[file], 0o644); err != nil {
			t.Error(err)
		}
	}()
	if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
		t.Error(err)
		return
	}
	var codes []int
	for _, command := range []struct {
		wanted bool
		args   []string
	}{{check, []string{"check", filepath.Join(dir, "suite.yaml"), "--root", dir, "--tools", filepath.Join(dir, "tools.yaml")}}, {ask, s.runArgs(dir)}} {
		if !command.wanted {
			continue
		}
		var out, errs bytes.Buffer
		code := run(command.args, nil, &out, &errs)
		codes = append(codes, code)
		if wrong := code == exitUsage; wrong && !strings.Contains(errs.String(), ".yaml:") || !wrong && code != exitOK && code != exitFailed && code != exitErrors {
			t.Errorf("%s: exit %d and\n%s\nof\n%s", command.args, code, errs.String(), text)
		}
	}
	if len(codes) == 2 && (codes[0] == exitUsage) != (codes[1] == exitUsage) {
		t.Errorf("a check exits with %d, a run with %d:\n%s", codes[0], codes[1], text)
	}
}

// eachNode visits the values below a node, by the list or map that holds them
// and their index there, until visit returns false.
func eachNode(holder *yaml.Node, visit func(holder *yaml.Node, i int) bool) bool {
	for i := entryWidth(holder) - 1; i < len(holder.Content); i += entryWidth(holder) {
		if !visit(holder, i) || !eachNode(holder.Content[i], visit) {
			return false
		}
	}
	return true
}

// entryWidth is how many nodes an entry of a list or map is.
func entryWidth(holder *yaml.Node) int {
	if holder.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

func countNodes(tree *yaml.Node) (n int) {
	eachNode(tree, func(*yaml.Node, int) bool { n++; return true })
	return n
}

// replacements are values of every kind.
var replacements = []string{"null", "true", "7", "text", `""`, "[]", "{}", "[text, 1]", "{a: 1}"}

// operations is how many ways there are to change a node: to drop it, to
// write it twice, to put another in its place.
var operations = 2 + len(replacements)

// change is one change of one node.
type change struct{ node, operation int }

func (c change) apply(tree *yaml.Node) {
	eachNode(tree, func(holder *yaml.Node, i int) bool {
		if c.node--; c.node >= 0 {
			return true
		}
		first := i - entryWidth(holder) + 1
		switch c.operation {
		case 0:
			holder.Content = slices.Delete(holder.Content, first, i+1)
		case 1:
			holder.Content = slices.Insert(holder.Content, i+1, holder.Content[first:i+1]...)
		default:
			var other yaml.Node
			if err := yaml.Unmarshal([]byte(replacements[c.operation-2]), &other); err != nil {
				panic(err)
			}
			holder.Content[i] = other.Content[0]
		}
		return false
	})
}
