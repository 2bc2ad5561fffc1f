package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestASecondWriterIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, header)
	if _, err := Create(path); !errors.Is(err, ErrLocked) {
		t.Errorf("Create: %v", err)
	}
	if _, _, err := Append(path); !errors.Is(err, ErrLocked) {
		t.Errorf("Append: %v", err)
	}
	if _, err := Replace(path, path+".previous"); !errors.Is(err, ErrLocked) {
		t.Errorf("Replace: %v", err)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	if _, err := Replace(path, path+".previous"); !errors.Is(err, ErrLocked) {
		t.Errorf("Replace, while it is reported from: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if readFile(t, path) == "" {
		t.Error("the record was emptied by those who were refused")
	}
	if w, err = Create(path); err != nil {
		t.Fatalf("once it is closed: %v", err)
	}
	w.Close()
}

func TestCreateSparesOtherFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"ants.yaml": "cases: []\n", "k8s.json": `{"kind":"Pod"}`, "short": "{", "torn": `{"kind":"run","fo`,
		"run.jsonl": `{"kind":"run","format":1}` + "\n", "later.jsonl": `{"kind":"run","format":7}` + "\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := Create(path)
		if isRecord := !strings.Contains("ants.yaml k8s.json", name); (err == nil) != isRecord {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			w.Close()
		} else if readFile(t, path) != text {
			t.Errorf("%s was changed", name)
		}
	}
	if _, err := Create(dir); err == nil {
		t.Error("a directory was taken")
	}
	if _, err := Create(filepath.Join(dir, "ants.yaml", "run.jsonl")); err == nil {
		t.Error("a file was taken for a directory")
	}
}

func TestOnlyTheOwnerMayReadARecord(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	path := write(t, header)
	if err := os.Chmod(path, 0o644); err != nil { // as of an older version
		t.Fatal(err)
	}
	for name, begin := range map[string]func() (*Writer, error){
		"Create":  func() (*Writer, error) { return Create(path) },
		"Replace": func() (*Writer, error) { return Replace(path, path+".previous") },
	} {
		w, err := begin()
		if err != nil {
			t.Fatal(err)
		}
		appendAll(t, w, header)
		w.Close()
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
}

func TestReplaceKeepsWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	last, previous := filepath.Join(dir, "a", "last.jsonl"), filepath.Join(dir, "a", "previous.jsonl")
	for _, step := range []struct{ there, kept string }{
		{"", ""}, {"one", "one"}, {"two", "two"}, {"", "two"}, // an empty file is no run
	} {
		if step.there != "" {
			if err := os.WriteFile(last, []byte(step.there), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		w, err := Replace(last, previous)
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
		if got := readFile(t, last); got != "" {
			t.Errorf("the new record holds %q", got)
		}
		kept, err := os.ReadFile(previous)
		if string(kept) != step.kept || errors.Is(err, os.ErrNotExist) != (step.kept == "") {
			t.Errorf("after %q previous holds %q (%v), want %q", step.there, kept, err, step.kept)
		}
	}
}

// Runs that begin, end and report at the same time read what they wrote.
func TestRecordsThatReplaceEachOtherAreNotMixedUp(t *testing.T) {
	const runs, each = 8, 40
	last := filepath.Join(t.TempDir(), "last.jsonl")
	var wrong, written atomic.Int32
	var all sync.WaitGroup
	for run := range runs {
		all.Go(func() {
			for i := range each {
				w, err := Replace(last, last+".previous")
				if errors.Is(err, ErrLocked) {
					continue
				}
				own := header
				own.Tool = fmt.Sprintf("run %d.%d", run, i)
				if err != nil || w.Append(own) != nil || w.End() != nil {
					t.Error("a record could not be written:", err)
					return
				}
				if f, err := w.Read(); err != nil || f.Run.Tool != own.Tool {
					wrong.Add(1)
				}
				written.Add(1)
				w.Close()
			}
		})
	}
	all.Wait()
	if wrong.Load() > 0 || written.Load() == 0 {
		t.Errorf("%d of %d runs read another's record", wrong.Load(), written.Load())
	}
}

func TestAppendSparesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	for _, text := range []string{"cases: []", "{", `{"a":1}`, "<html>\n", `{"kind":"run","format":3}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Append(path); err == nil && text != "{" {
			t.Errorf("%q was taken for a record", text)
		} else if text != "{" && readFile(t, path) != text {
			t.Errorf("%q was changed to %q", text, readFile(t, path))
		}
	}
	if _, _, err := Append(path + "none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
