package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/slowtest"
)

func TestHostileSuites(t *testing.T) {
	suite := hostileDir(t, nil)
	hostileRun(t, "as it is", append([]string{"suite.json", "--log-level", "debug"}, runReports...)...)
	for _, l := range leaves(decodeJSON(t, suite)) {
		v := decodeJSON(t, suite)
		l.set(v, hostileText)
		writeTo(t, "suite.json", encodeJSON(t, v))
		hostileRun(t, l.name, "check", "suite.json", "--log-level", "debug")
		hostileRun(t, l.name, "check", "suite.json", "-o", "github", "-o", "json=out/check")
		hostileRun(t, l.name, "--dry-run", "suite.json")
		hostileRun(t, l.name, append([]string{"suite.json", "--log-level", "debug"}, runReports...)...)
	}
}

func TestHostileAnswers(t *testing.T) {
	var mu sync.Mutex // requests are answered side by side
	var hostile func(http.Header, []byte) []byte
	hostileDir(t, func(h http.Header, body []byte) []byte {
		mu.Lock()
		defer mu.Unlock()
		return hostile(h, body)
	})
	levels := []string{"debug"} // which logs what the others log, and more
	if slowtest.Full() {
		levels = logLevels
	}
	ask := func(what string) {
		t.Helper()
		for _, level := range levels {
			hostileRun(t, what, append([]string{"suite.json", "--retry-for", "1ms", "--log-level", level}, runReports...)...)
			if text, err := os.ReadFile(defaultRecord); err != nil || bytes.Contains(text, []byte(testKey)) {
				t.Errorf("%s: the record holds the key; %v", what, err)
			}
		}
		hostileRun(t, what, "suite.json", "--explore", "-o", "github", "--retry-for", "1ms", "--quiet")
	}
	online := func(what string) {
		t.Helper()
		hostileRun(t, what, "check", "suite.json", "--online", "--log-level", "debug")
	}
	var message, model []byte
	hostile = func(_ http.Header, body []byte) []byte {
		switch {
		case bytes.Contains(body, []byte(`"type":"message"`)):
			message = body
		case bytes.Contains(body, []byte(`"type":"model"`)):
			model = body
		}
		return body
	}
	ask("as it is")
	online("as it is")
	for asks, body := range map[*func(string)][]byte{&ask: message, &online: model} {
		for _, l := range leaves(decodeJSON(t, body)) {
			hostile = func(_ http.Header, body []byte) []byte {
				v := decodeJSON(t, body)
				l.set(v, hostileText)
				return encodeJSON(t, v)
			}
			(*asks)(l.name)
		}
	}
	inHeader := strings.NewReplacer("\n", " ", "\r", " ", "\x00", "").Replace(hostileText)
	for _, name := range []string{"request-id", "retry-after", "location", "x-should-retry", "anthropic-ratelimit-requests-remaining"} {
		hostile = func(h http.Header, body []byte) []byte {
			h[http.CanonicalHeaderKey(name)] = []string{inHeader}
			return body
		}
		ask("header " + name)
	}
	for name, body := range map[string]string{"text": hostileText, "a page": "<html><h1>" + hostileText, "half": `{"type":"message","id":"` + hostileText} {
		hostile = func(http.Header, []byte) []byte { return []byte(body) }
		ask(name)
	}
}

func TestHostileErrors(t *testing.T) {
	hostileDir(t, nil)
	for status := range map[int]bool{400: true, 401: true, 404: true, 429: true, 500: true, 302: true} {
		for _, form := range []string{`{"type":"error","error":{"type":%[1]s,"message":%[1]s,"details":%[1]s},"request_id":%[1]s}`, `{"error":%s}`, `{"detail":[{"msg":%s}]}`, "%s"} {
			quoted := string(bytes.TrimSpace(encodeJSON(t, hostileText)))
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("content-type", "application/json")
				w.Header().Set("location", "https://elsewhere.example/"+testKey)
				w.WriteHeader(status)
				fmt.Fprintf(w, form, quoted)
			}))
			t.Setenv("ANTHROPIC_BASE_URL", server.URL)
			what := fmt.Sprintf("%d %s", status, form)
			hostileRun(t, what, append([]string{"suite.json", "--retry-for", "1ms", "--log-level", "debug"}, runReports...)...)
			if status < 429 { // else it is tried again for a minute
				hostileRun(t, what, "check", "suite.json", "--online")
			}
			server.Close()
		}
	}
}

func TestHostileRecords(t *testing.T) {
	hostileDir(t, nil)
	if code := run([]string{"suite.json", "--record", "run.jsonl", "--quiet"}, nil, io.Discard, os.Stderr); code != exitFailed {
		t.Fatalf("exit %d", code)
	}
	text, err := os.ReadFile("run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	kinds := map[string][]byte{} // the first line of each
	for _, line := range lines {
		kind := kindOf(t, line)
		if kinds[kind] == nil || len(line) > len(kinds[kind]) {
			kinds[kind] = line
		}
	}
	// Each text by itself, and then all that leave the record one that is read.
	all := map[string][]leaf{}
	for kind, line := range kinds {
		for _, l := range leaves(decodeJSON(t, line)) {
			writeTo(t, "changed.jsonl", changedLines(t, lines, map[string][]leaf{kind: {l}}))
			code := hostileRun(t, kind+" "+l.name, "report", "changed.jsonl")
			hostileRun(t, kind+" "+l.name, "compare", "run.jsonl", "changed.jsonl")
			if code == exitOK && !strings.HasSuffix(l.name, "(name)") {
				all[kind] = append(all[kind], l)
			}
		}
		for _, only := range []map[string][]leaf{{kind: all[kind]}, all} {
			writeTo(t, "changed.jsonl", changedLines(t, lines, only))
			readHostileRecord(t, "all of "+kind)
		}
	}
}

// changedLines are the lines of a record with hostile texts in lines of these
// kinds.
func changedLines(t *testing.T, lines [][]byte, changes map[string][]leaf) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, line := range lines {
		changed := changes[kindOf(t, line)]
		if len(changed) == 0 {
			out.Write(line)
			continue
		}
		v := decodeJSON(t, line)
		for _, l := range changed {
			l.set(v, hostileText)
		}
		out.Write(encodeJSON(t, v))
	}
	return out.Bytes()
}

// kindOf is the kind of a line of a record, which is its first member.
func kindOf(t *testing.T, line []byte) string {
	t.Helper()
	kind, _, ok := bytes.Cut(bytes.TrimPrefix(line, []byte(`{"kind":"`)), []byte(`"`))
	if !ok {
		t.Fatalf("a line has no kind: %.100s", line)
	}
	return string(kind)
}

// readHostileRecord has every command read the record.
func readHostileRecord(t *testing.T, what string) {
	t.Helper()
	const path = "changed.jsonl"
	hostileRun(t, what, append([]string{"report", path}, runReports...)...)
	hostileRun(t, what, "report", path, "-o", "github")
	hostileRun(t, what, append([]string{"compare", "run.jsonl", path}, compareReports...)...)
	hostileRun(t, what, "compare", "run.jsonl", path, "-o", "github")
	hostileRun(t, what, "compare", "--by", "tone", path)
	hostileRun(t, what, "baseline", path)
	hostileRun(t, what, "judge", path)
	hostileRun(t, what, "suite.json", "--replay", path, "--log-level", "debug")
	hostileRun(t, what, "check", "suite.json", "--failed="+path)
}

func TestHostileFiles(t *testing.T) {
	hostileDir(t, nil)
	if code := run([]string{"suite.json", "--record", "run.jsonl", "--quiet"}, nil, io.Discard, os.Stderr); code != exitFailed {
		t.Fatalf("exit %d", code)
	}
	var baseline bytes.Buffer
	if code := run([]string{"baseline", "run.jsonl"}, nil, &baseline, os.Stderr); code != exitOK {
		t.Fatalf("exit %d", code)
	}
	for _, l := range leaves(decodeJSON(t, baseline.Bytes())) {
		v := decodeJSON(t, baseline.Bytes())
		l.set(v, hostileText)
		writeTo(t, "base.json", encodeJSON(t, v))
		hostileRun(t, "baseline "+l.name, append([]string{"compare", "base.json", "run.jsonl"}, compareReports...)...)
	}
	quoted := string(bytes.TrimSpace(encodeJSON(t, hostileText)))
	for _, text := range []string{
		hostileText, "models: " + quoted, quoted + ": 1", "models: {" + quoted + ": {input: 1}}", "models: {a: {input: " + quoted + "}}",
		"models: {a: {" + quoted + ": 1}}", "models: {a: {from: " + quoted + ", input: 1}}", "models: &" + hostileText,
	} {
		writeTo(t, "prices.yaml", []byte(text))
		hostileRun(t, "prices "+text, "check", "suite.json", "--prices", "prices.yaml")
	}
	cell := `"` + hostileText + `"`
	for _, text := range []string{
		hostileText, "case,pass," + cell + "\na,1,2", "case,pass\na," + cell, "case,pass\n" + cell + ",pass", "case,pass,suite,variant,rubric,sample,rater\n" + strings.Repeat(cell+",pass,", 3) + cell,
		"case,pass,sample\na,pass," + cell, "case,pass\n" + hostileText,
	} {
		writeTo(t, "labels.csv", []byte(text))
		hostileRun(t, "labels "+text, append([]string{"judge", "run.jsonl", "--labels", "labels.csv"}, toFiles("json", "table")...)...)
	}
}

// TestHostileArguments gives hostile text to every flag and as every argument.
func TestHostileArguments(t *testing.T) {
	hostileDir(t, nil)
	root := newRoot(newStreams(nil, io.Discard, io.Discard))
	for _, cmd := range append(root.Commands(), root) {
		name := []string{}
		if cmd != root {
			name = append(name, cmd.Name())
		}
		with := func(args ...string) []string { return slices.Concat(name, args) }
		if cmd.Name() != "view" { // which would serve
			hostileRun(t, "argument", with(hostileText)...)
			hostileRun(t, "arguments", with("suite.json", hostileText)...)
			hostileRun(t, "name of a flag", with("--"+hostileText)...)
			hostileRun(t, "letter of a flag", with("-"+hostileText)...)
		}
		for _, f := range flagGroups(cmd.Flags()) {
			f.flags.VisitAll(func(f *pflag.Flag) {
				hostileRun(t, "flag", with("suite.json", "--"+f.Name+"="+hostileText)...)
				hostileRun(t, "flag with a name", with("suite.json", "--"+f.Name+"=a="+hostileText)...)
			})
		}
	}
	hostileRun(t, "help", "help", hostileText)
}
