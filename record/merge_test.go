package record

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// merged merges records of the lines and gives the text of what comes of it.
func merged(t *testing.T, parts ...[]Line) (string, Merged, error) {
	t.Helper()
	var files []*File
	for _, lines := range parts {
		files = append(files, mustOpen(t, write(t, lines...)))
	}
	path := filepath.Join(t.TempDir(), "all.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	appendAll(t, w, header)
	m, err := w.Merge(files, []string{"ants", "bees"})
	if closed := w.Close(); closed != nil {
		t.Fatal(closed)
	}
	return readFile(t, path), m, err
}

// indexed is a case with its number in its suite.
func indexed(suite, name string, index int) Case {
	c := caseLine(ID{Suite: suite, Case: name}, 1, 1)
	c.Index = index
	return c
}

func TestMergeKeepsTheOrderOfThePlanAndEveryByte(t *testing.T) {
	answer := func(suite, name string) Exchange {
		e := exchangeLine(ID{Suite: suite, Case: name}, 1, name)
		e.SpentUSD, e.CostUSD = dollarsOf(0.5), dollarsOf(0.5)
		return e
	}
	pass := func(suite, name string) Sample { return sampleLine(ID{Suite: suite, Case: name}, 1, Pass) }
	image := answer("bees", "b")
	image.Blobs = []Blob{{SHA256: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", MediaType: "image/png", Data: Base64("\x00")}}
	image2 := answer("ants", "a")
	image2.Blobs = image.Blobs
	text, m, err := merged(t,
		[]Line{header, indexed("ants", "c", 3), indexed("bees", "b", 1), image, answer("ants", "c"), pass("ants", "c"), pass("bees", "b"), Summary{Complete: true}},
		[]Line{header, indexed("ants", "a", 1), indexed("ants", "b", 2), answer("ants", "b"), image2, pass("ants", "b"), sampleLine(ID{Suite: "ants", Case: "a"}, 1, Fail), Summary{Complete: true}},
	)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	f := mustOpen(t, rewritten(t, text))
	for c, err := range f.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, c.Case.Suite+" "+c.Case.Case+" "+c.Samples[0].Outcome)
	}
	if want := []string{"ants a fail", "ants b pass", "ants c pass", "bees b pass"}; !cmp.Equal(order, want) {
		t.Errorf("%q, want %q", order, want)
	}
	if n := strings.Count(text, `"kind":"blob"`); n != 1 {
		t.Errorf("%d blobs, want 1", n)
	}
	if *m.Summary.SpentUSD != 2 || m.Summary.Requests != 4 || m.Summary.Pass != 3 || m.Summary.Fail != 1 || m.Cases != 4 {
		t.Errorf("%+v spent %g", m, *m.Summary.SpentUSD)
	}
}

func TestMergeLeavesOutWhatRunsLeftBehindAndCountsWhatItCost(t *testing.T) {
	gone, kept := ID{Suite: "ants", Case: "gone"}, ID{Suite: "ants", Case: "kept"}
	paid := func(id ID) Exchange {
		e := exchangeLine(id, 1, id.Case)
		e.SpentUSD, e.CostUSD = dollarsOf(0.5), dollarsOf(0.5)
		return e
	}
	text, m, err := merged(t, []Line{
		header, caseLine(gone, 1, 1), paid(gone), sampleLine(gone, 1, Fail), caseLine(kept, 1, 1), paid(kept),
		Spent{LostUSD: dollarsOf(0.25)}, Spent{InFlightUSD: dollarsOf(1)},
		resumedHeader, caseLine(kept, 1, 1), sampleLine(kept, 1, Pass), Summary{Complete: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, `"gone"`) || m.Summary.Fail != 0 || m.Summary.Pass != 1 {
		t.Errorf("what was left behind is there: %+v\n%s", m, text)
	}
	spent, err := mustOpen(t, rewritten(t, text)).Spent()
	if want := (Spending{USD: 0.5, LostUSD: 1.75}); err != nil || spent != want {
		t.Errorf("spent %+v, want %+v (%v)", spent, want, err)
	}
}

func TestMergeRefusesACaseThatIsThereTwice(t *testing.T) {
	lines := []Line{header, caseLine(greeting, 1, 1), Summary{Complete: true}}
	_, _, err := merged(t, lines, lines)
	var same *SameCaseError
	if !errors.As(err, &same) || same.A != 0 || same.B != 1 || same.ID != greeting {
		t.Errorf("%v", err)
	}
}

func TestAFileOfSeveralRunsIsNoRecord(t *testing.T) {
	text := readFile(t, write(t, header, caseLine(greeting, 1, 1), Summary{Complete: true}))
	resumed := readFile(t, write(t, resumedHeader, caseLine(greeting, 1, 1), Summary{Complete: true}))
	old := strings.ReplaceAll(text, `"format":2`, `"format":1`)
	for name, tt := range map[string]struct {
		text string
		line int
	}{
		"two runs":          {text + text, 4},
		"after a resumed":   {text + resumed + text, 7},
		"a resumed":         {text + resumed, 0},
		"format 1":          {old + old, 0},
		"format 1, resumed": {old + resumed, 0},
		"format 1 before 2": {old + text, 4},
		"format 2 before 1": {text + old, 4},
	} {
		path := rewritten(t, tt.text)
		for _, open := range []func(string) (*File, error){Open, OpenDamaged} {
			f, err := open(path)
			var several *SeveralRunsError
			switch {
			case err == nil:
				f.Close()
				if tt.line > 0 {
					t.Errorf("%s: opened", name)
				}
			case !errors.As(err, &several) || several.Line != tt.line:
				t.Errorf("%s: %v, want line %d", name, err, tt.line)
			}
		}
	}
}

// What is at the path of a staged record stays until the record is whole.
func TestAStagedRecordTakesItsPlaceAtOnce(t *testing.T) {
	path := write(t, header, caseLine(greeting, 1, 1))
	before := readFile(t, path)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Stage(path)
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, s.Writer, header)
	s.Discard()
	if got := readFile(t, path); got != before {
		t.Errorf("a discarded record changed the one that was there: %s", got)
	}
	if s, err = Stage(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Stage(path); !errors.Is(err, ErrLocked) {
		t.Errorf("staged twice: %v", err)
	}
	appendAll(t, s.Writer, header)
	if err := s.Place(); err != nil {
		t.Fatal(err)
	}
	s.Discard()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("%v %v", info, err)
	}
	if got := readFile(t, path); strings.Count(got, "\n") != 1 {
		t.Errorf("%s", got)
	}
}

func dollarsOf(usd float64) *float64 { return &usd }

// rewritten writes a text into a file of its own.
func rewritten(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
