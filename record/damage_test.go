package record

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A line that cannot be read is named, and those behind it are read all the same.
func TestALineThatCannotBeReadIsLeftOut(t *testing.T) {
	other := ID{Suite: "ants", Case: "other"}
	whole := strings.SplitAfter(readFile(t, write(t, header,
		caseLine(greeting, 2, 2), exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Pass),
		caseLine(other, 1, 1), exchangeLine(other, 1, "b"), sampleLine(other, 1, Fail), Summary{Complete: true})), "\n")
	for _, test := range []struct {
		name   string
		line   int // from 1
		with   string
		bad    []int // lines that are left out
		cases  []string
		opens  bool // without leaving lines out
		stands int  // exchanges
	}{
		{name: "no JSON", line: 4, with: "\x00\x00\x00\n", bad: []int{4}, cases: []string{"greeting:", "other: 1=fail"}, stands: 2},
		{name: "cut in the middle", line: 3, with: whole[2][:40] + "\n", bad: []int{3}, cases: []string{"greeting: 1=pass", "other: 1=fail"}, stands: 1},
		{name: "a lost case", line: 5, with: "{\n", bad: []int{5, 7}, cases: []string{"greeting: 1=pass"}, stands: 2},
		{name: "an outcome that there is not", line: 7, with: strings.Replace(whole[6], "fail", "fial", 1), bad: []int{7}, cases: []string{"greeting: 1=pass", "other:"}, stands: 2},
		{name: "a value of another type", line: 3, with: strings.Replace(whole[2], `"latency_ms":`, `"latency_ms":"`, 1), bad: []int{3}, cases: []string{"greeting: 1=pass", "other: 1=fail"}, stands: 1},
		{name: "within the answer", line: 3, with: strings.Replace(whole[2], `"text","text"`, `"text","te"xt"`, 1), bad: []int{3}, cases: []string{"greeting: 1=pass", "other: 1=fail"}, stands: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := append([]string(nil), whole...)
			lines[test.line-1] = test.with
			path := filepath.Join(t.TempDir(), "run.jsonl")
			if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := OpenDamaged(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var bad []int
			for _, b := range f.Damage() {
				bad = append(bad, b.Line)
			}
			if diff := cmp.Diff(test.bad, bad); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.cases, outcomes(t, f)); diff != "" {
				t.Errorf("cases (-want +got):\n%s", diff)
			}
			if len(f.index.exchanges) != test.stands || f.Summary != nil {
				t.Errorf("%d exchanges, want %d; the run came to its end: %t", len(f.index.exchanges), test.stands, f.Summary != nil)
			}
		})
	}
}

// To go on with a record mends it, and keeps what could not be read.
func TestAppendMendsARecord(t *testing.T) {
	lines := strings.SplitAfter(readFile(t, write(t, header,
		caseLine(greeting, 2, 2), exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Pass))), "\n")
	path := filepath.Join(t.TempDir(), "run.jsonl")
	lines[2] = "#" + lines[2]
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "line 3: ") {
		t.Errorf("Open: %v", err)
	}
	w, found, err := Append(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Damage()) != 1 {
		t.Errorf("damage %v", found.Damage())
	}
	found.Close()
	appendAll(t, w, exchangeLine(greeting, 1, "a"), Summary{Complete: true})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, path)
	if diff := cmp.Diff([]string{"greeting: 1=pass"}, outcomes(t, f)); diff != "" || len(f.index.exchanges) != 1 {
		t.Errorf("%d exchanges; (-want +got):\n%s", len(f.index.exchanges), diff)
	}
	if got := readFile(t, path+".damaged"); got != lines[2] {
		t.Errorf("kept %q", got)
	}
}

// A file of which nothing can be read is no record.
func TestNotEverythingIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	for text, want := range map[string]string{
		"secret\n" + readFile(t, write(t, header)):                         "not a record",
		readFile(t, write(t, header)) + strings.Repeat("#\n", maxDamage+1): "more than 1000 lines",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenDamaged(path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
