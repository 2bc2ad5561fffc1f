package record

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTornAtEveryByte cuts a record at each of its bytes, as a kill may, and
// goes on with it.
func TestTornAtEveryByte(t *testing.T) {
	image := exchangeLine(greeting, 1, "image")
	image.Request = json.RawMessage(`{"source":{"type":"base64","media_type":"image/png","data":"aGk="}}`)
	whole := readFile(t, write(t, header, caseLine(greeting, 2, 2), image, sampleLine(greeting, 1, Pass)))
	path := filepath.Join(t.TempDir(), "run.jsonl")
	for cut := range len(whole) + 1 {
		if err := os.WriteFile(path, []byte(whole[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		w, found, err := Append(path)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		w.file = unsynced{w.file}
		var lines []Line
		if found == nil {
			lines = append(lines, header)
		} else if err := found.Close(); err != nil {
			t.Fatal(err)
		}
		appendAll(t, w, append(lines, caseLine(greeting, 2, 2), image, sampleLine(greeting, 2, Fail))...)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		checkRepaired(t, path, whole, cut)
	}
}

func checkRepaired(t *testing.T, path, whole string, cut int) {
	t.Helper()
	f := mustOpen(t, path)
	want := "greeting: 2=fail"
	if cut >= len(whole)-1 { // all of the sample's line but its ending
		want = "greeting: 1=pass 2=fail"
	}
	if diff := cmp.Diff([]string{want}, outcomes(t, f)); diff != "" || f.Torn {
		t.Fatalf("cut at %d: torn %t, %s", cut, f.Torn, diff)
	}
	text := readFile(t, path)
	kept := strings.LastIndexByte(whole[:cut], '\n') + 1
	if text[:kept] != whole[:kept] {
		t.Fatalf("cut at %d: a whole line was lost", cut)
	}
	if n := strings.Count(text, `"kind":"blob"`); n != 1 {
		t.Fatalf("cut at %d: the blob is there %d times", cut, n)
	}
}

func TestATornTailIsTold(t *testing.T) {
	path := write(t, header, caseLine(greeting, 1, 1), sampleLine(greeting, 1, Pass))
	whole := readFile(t, path)
	for tail, torn := range map[string]bool{"": false, `{"kind":"sam`: true, "\x00\x00": true, " ": false} {
		if err := os.WriteFile(path, []byte(whole+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		f := mustOpen(t, path)
		if f.Torn != torn {
			t.Errorf("tail %q: torn is %t", tail, f.Torn)
		}
		if diff := cmp.Diff([]string{"greeting: 1=pass"}, outcomes(t, f)); diff != "" {
			t.Errorf("tail %q: %s", tail, diff)
		}
	}
}
