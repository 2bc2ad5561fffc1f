package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// hostileText acts wherever it is printed as it is: on a terminal, in the logs
// of GitHub, Azure Pipelines and GitLab. It holds the key too.
const hostileText = "\x1b[31;8mred\x1b]0;title\a\u009b2J \u202eright\u2066 \x00\x7f\n::error::a\n  ::add-mask::b\n::set-output name=c::d " +
	"##vso[task.setvariable variable=e]f ##[add-mask]g ##teamcity[h]\r\x1b[0Ksection_start:1:i\r\x1b[0K " + testKey

var (
	anyCommand  = regexp.MustCompile(`(?m)^[\s\pZ]*::.*|##[A-Za-z]*\[.*`)
	annotations = regexp.MustCompile(`(?m)^::((error|warning|notice) [^:\n]*|group|endgroup)::`)
)

// acts says what of a text acts, "" for nothing. Annotations of a workflow are
// evalrun's own where that is asked for.
func acts(text string, annotates bool) string {
	if strings.Contains(text, testKey) {
		return "the key"
	}
	if annotates {
		text = annotations.ReplaceAllString(text, "")
	}
	if command := anyCommand.FindString(text); command != "" {
		return command
	}
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control)) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

// hostileRun runs evalrun and holds all that it prints, and all that it writes
// into out, to it that nothing acts.
func hostileRun(t *testing.T, what string, args ...string) int {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(args, strings.NewReader(""), &stdout, &stderr)
	annotates := slices.Contains(args, "github")
	fail := func(where, acting string) {
		t.Errorf("%s: evalrun %.200q, exit %d: %s holds %.100q", what, args, code, where, acting)
	}
	for where, text := range map[string]string{"stdout": stdout.String(), "stderr": stderr.String()} {
		if acting := acts(text, annotates); acting != "" {
			fail(where, acting)
		}
	}
	written, err := filepath.Glob("out/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range written {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if acting := acts(string(text), false); acting != "" {
			fail(path, acting)
		}
		os.Remove(path)
	}
	if code == exitFault {
		t.Errorf("%s: evalrun %.200q:\n%s", what, args, stderr.String())
	}
	return code
}

// toFiles has every report of these formats written into out.
func toFiles(formats ...string) (args []string) {
	for _, f := range formats {
		args = append(args, "-o", f+"=out/"+f)
	}
	return args
}

// leaf is a text in a JSON value: a member's value, or where it has a key, the
// member's name.
type leaf struct {
	name string
	set  func(v any, text string) // in a copy of the value
}

// leaves gives each text of a JSON value. Elements of lists are one leaf.
func leaves(v any) []leaf {
	var out []leaf
	seen := map[string]bool{}
	add := func(name string, set func(any, string)) {
		if !seen[name] {
			seen[name] = true
			out = append(out, leaf{name, set})
		}
	}
	walkJSON(v, "", func(name string, _ func(string)) {
		add(name, func(v any, text string) {
			walkJSON(v, "", func(other string, set func(string)) {
				if other == name {
					set(text)
				}
			})
		})
	})
	return out
}

// walkJSON visits each text of a value, and each name of a member, which it can
// set.
func walkJSON(v any, path string, visit func(name string, set func(string))) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			at := path + "." + key
			if _, isText := v[key].(string); isText {
				visit(at, func(text string) { v[key] = text })
			} else {
				walkJSON(v[key], at, visit)
			}
			visit(at+" (name)", func(text string) {
				v[text] = v[key]
				delete(v, key)
			})
		}
	case []any:
		for i := range v {
			if _, isText := v[i].(string); isText {
				visit(path+"[]", func(text string) { v[i] = text })
			} else {
				walkJSON(v[i], path+"[]", visit)
			}
		}
	}
}

func decodeJSON(t *testing.T, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return v
}

func encodeJSON(t *testing.T, v any) []byte {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hostileDir is a working directory with a suite whose every request a fake
// API answers through answer.
func hostileDir(t *testing.T, answer func(http.Header, []byte) []byte) (suite []byte) {
	t.Helper()
	suite, err := os.ReadFile("testdata/hostile/suite.json")
	if err != nil {
		t.Fatal(err)
	}
	api := fakeapi.New(fakeapi.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := httptest.NewRecorder()
		api.ServeHTTP(got, r)
		body := got.Body.Bytes()
		if answer != nil {
			body = answer(w.Header(), body)
		}
		w.Header().Set("content-type", got.Header().Get("content-type"))
		w.WriteHeader(got.Code)
		w.Write(body)
	}))
	t.Cleanup(server.Close)
	t.Chdir(t.TempDir())
	t.Setenv("ANTHROPIC_BASE_URL", server.URL)
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join("out", "summary.md"))
	if err := os.Mkdir("out", 0o755); err != nil {
		t.Fatal(err)
	}
	writeTo(t, "suite.json", suite)
	return suite
}

func writeTo(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	runReports     = toFiles("csv", "html", "json", "jsonl", "junit", "markdown", "table")
	compareReports = toFiles("html", "json", "markdown", "table")
)
