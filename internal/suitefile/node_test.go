package suitefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/suite"
)

// sent writes a suite whose one user turn has the content, loads it, and gives the
// body.
func sent(t *testing.T, content *suitefile.Node) string {
	t.Helper()
	turn, one, doc := suitefile.Map(), suitefile.Map(), suitefile.Map()
	suitefile.Set(turn, "user", content)
	suitefile.Set(one, "messages", suitefile.List(turn))
	suitefile.Set(doc, "model", suitefile.Text("m"))
	suitefile.Set(doc, "max_tokens", suitefile.Plain("5"))
	suitefile.Set(doc, "assert", suitefile.Plain("true"))
	suitefile.Comment(suitefile.Set(doc, "cases", suitefile.List(one)), "a\nb: c\u2028d\re", "#")
	yaml, err := suitefile.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "suite.yaml")
	if err := os.WriteFile(path, yaml, 0o600); err != nil {
		t.Fatal(err)
	}
	body := ""
	if _, err := suite.Load([]string{path}, suite.Options{Each: func(c *suite.Case) { body = c.Request.Body.String() }}); err != nil {
		t.Fatalf("%v\n%s", err, yaml)
	}
	return body
}

// hostile are texts that readers of YAML take for something else.
var hostile = []string{
	"", " ", "a", "a ", " a", "no", "Null", "~", "1", "1_000", "0x1f", "2026-01-01", "1e5", ".inf", "-", "- a", "? a", ": a", "a: b", "a #b", "#a", "!raw", "!!str a",
	"&a", "*a", "|", ">", "%TAG", "---", "...", "a\nb", "a\n\nb\n", "a\n\n", "\na", " a\nb", "\ta\nb", "a\n\tb", "a\n \nb", "a\r\nb", "a\u2028b\nc", "a\u0085b", "\ufeffa\nb",
	"{{ x }}", "a {{", "{{ x }}\nb\n", "'", `"`, `a"b`, `a"b'c`, `\`, "a\\nb", "\x00", "\x1b[31m", "é", "é\nü", "\U0001F600\nb", "[a]", "{a: b}", "a,b", "<<", "=", "@a", "`a`", "\u200b\na", "a\n  b\n c\n",
	"a\n---\nb", "a\n...\n", "key: |\n  text", strings.Repeat("long ", 100), strings.Repeat("x", 200) + "\n" + strings.Repeat("y", 200), "\u202ea\nb", "\ufffe", "\U000e0001a\nb",
}

func TestTextsComeOutAsTheyWere(t *testing.T) {
	for _, text := range hostile {
		checkText(t, text)
	}
}

func checkText(t *testing.T, text string) {
	t.Helper()
	want := sent(t, suitefile.Text("x"))
	quoted := exactQuote(text)
	if got := sent(t, suitefile.Text(text)); got != strings.Replace(want, `"x"`, quoted, 1) {
		t.Errorf("the text %q comes out as %s", text, got)
	}
}

func TestJSONComesOutAsItWas(t *testing.T) {
	for _, raw := range []string{
		`{"type":"a","n":[1,-0,1.50,1E5,12345678901234567890,0.1e-7],"b":[true,false,null],"e":[{},[],""],"<<":"x","a b":{"é":{"":"no"}},"1":"2","? x":1,"- y":2,"z:":3,"#":4}`,
		`{"type":"x","deep":` + strings.Repeat(`{"a":[`, 60) + "1" + strings.Repeat(`]}`, 60) + "}",
	} {
		n, err := suitefile.JSON([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got := sent(t, suitefile.List(n)); !strings.Contains(got, `"content":[`+raw+`]`) {
			t.Errorf("%s comes out as %s", raw, got)
		}
	}
	if _, err := suitefile.JSON([]byte(strings.Repeat("[", 300) + strings.Repeat("]", 300))); err == nil {
		t.Error("what is nested too deep is not refused")
	}
}

func FuzzText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\ufffd")
		if len(text) > 10_000 {
			return
		}
		checkText(t, text)
	})
}

func TestFilesHaveNamesOfTheirOwn(t *testing.T) {
	var f suitefile.Files
	var names []string
	for _, text := range []string{"a", "b", "a", "c"} {
		names = append(names, f.Add("system.txt", []byte(text)))
	}
	if got := fmt.Sprint(names); got != "[system.txt system-2.txt system.txt system-3.txt]" {
		t.Error("the names are", got)
	}
}

func TestFilesAreWrittenAllOrNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "dir")
	var f suitefile.Files
	f.Put("a.yaml", []byte("a"))
	f.Put("media/b.png", []byte("b"))
	stage := func(force bool) *suitefile.Staged {
		t.Helper()
		s, err := suitefile.Stage(dir, &f, force)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	failed := fmt.Errorf("failed")
	if err := stage(false).Commit(func() error { return failed }); err == nil {
		t.Error("the failure is not reported")
	}
	if found := walk(t, dir); found != "" {
		t.Errorf("after a failure there are %s", found)
	}
	if err := stage(false).Commit(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if found := walk(t, dir); found != "a.yaml=a media/b.png=b" {
		t.Errorf("there are %s", found)
	}
	if _, err := suitefile.Stage(dir, &f, false); err == nil || !strings.Contains(err.Error(), "a.yaml is there already") || !strings.Contains(err.Error(), "b.png is there") {
		t.Errorf("of files that are there is said %v", err)
	}
	f = suitefile.Files{}
	f.Put("a.yaml", []byte("new"))
	if err := stage(true).Commit(func() error { return failed }); err == nil {
		t.Error("the failure is not reported")
	}
	if found := walk(t, dir); found != "a.yaml=a media/b.png=b" {
		t.Errorf("after a failure to replace there are %s", found)
	}
	if err := stage(true).Commit(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if found := walk(t, dir); found != "a.yaml=new media/b.png=b" {
		t.Errorf("replaced there are %s", found)
	}
}

// walk lists the files below a directory with what they hold.
func walk(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out = append(out, filepath.ToSlash(rel)+"="+string(text))
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// exactQuote is a JSON string as requests have it.
func exactQuote(text string) string { return string(exprlang.AppendJSONString(nil, text)) }
