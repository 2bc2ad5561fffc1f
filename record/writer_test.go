package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// disk is an output with room for so many bytes that counts its syncs.
type disk struct {
	mu    sync.Mutex
	text  bytes.Buffer
	room  int
	syncs atomic.Int32
	fault error // of Sync
}

func (d *disk) WriteAt(p []byte, offset int64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text.Truncate(int(offset))
	if n := d.room - d.text.Len(); n < len(p) {
		d.text.Write(p[:n])
		return n, syscall.ENOSPC
	}
	return d.text.Write(p)
}

// lines counts the line endings that were written.
func (d *disk) lines() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.Count(d.text.Bytes(), []byte{'\n'})
}

func (d *disk) Truncate(size int64) error { d.text.Truncate(int(size)); return nil }
func (d *disk) Sync() error               { d.syncs.Add(1); return d.fault }
func (d *disk) Close() error              { return nil }

func (d *disk) ReadAt(p []byte, offset int64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.NewReader(d.text.Bytes()).ReadAt(p, offset)
}

// unsynced is an output that is quick to close.
type unsynced struct{ output }

func (unsynced) Sync() error { return nil }

func TestConcurrentAppendsAreWholeLines(t *testing.T) {
	const writers, each = 8, 50
	path := filepath.Join(t.TempDir(), "a", "b", "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, header)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			id := ID{Suite: "ants", Case: fmt.Sprint(i)}
			if err := w.Append(caseLine(id, each, each)); err != nil {
				t.Error(err)
			}
			for n := range each {
				e := exchangeLine(id, n+1, strings.Repeat("x", n*100))
				if err := errors.Join(w.Append(e), w.Append(sampleLine(id, n+1, Pass))); err != nil {
					t.Error(err)
				}
				if f, err := Open(path); err != nil {
					t.Errorf("reading while it is written: %v", err)
				} else {
					f.Close()
				}
			}
		})
	}
	group.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cases := 0
	for c, err := range mustOpen(t, path).Cases() {
		if err != nil {
			t.Fatal(err)
		}
		cases++
		if len(c.Samples) != each || c.Sent != each {
			t.Errorf("case %s: %d samples, %d sent; want %d", c.Case.Case, len(c.Samples), c.Sent, each)
		}
	}
	if cases != writers {
		t.Errorf("%d cases, want %d", cases, writers)
	}
}

// What did not fit is kept, and written once there is room; what it cost is known.
func TestWhatDoesNotFitIsKept(t *testing.T) {
	d := &disk{room: math.MaxInt}
	w := newWriter("run.jsonl", d, 0)
	appendAll(t, w, header, caseLine(greeting, 3, 3))
	if err := w.flushNow(); err != nil {
		t.Fatal(err)
	}
	if d.syncs.Load() != 1 {
		t.Error("the first line is not on the disk")
	}
	d.room = d.text.Len()
	image := exchangeLine(greeting, 1, "a")
	image.Request = json.RawMessage(`{"source":{"type":"base64","media_type":"image/png","data":"aGk="}}`)
	image.SpentUSD = new(0.25)
	reused, failed := exchangeLine(greeting, 2, "b"), exchangeLine(greeting, 3, "c")
	reused.Reused, failed.Response = true, nil
	for _, line := range []Line{image, reused, sampleLine(greeting, 1, Pass), failed, image} {
		if err := w.Append(line); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%T: %v", line, err)
		}
	}
	left := w.Unwritten()
	if left.Answers != 2 || left.USD != 0.5 || bytes.Count(left.Lines, []byte(`"kind":"blob"`)) != 1 {
		t.Errorf("%d answers of $%g are left:\n%s", left.Answers, left.USD, left.Lines)
	}
	d.room = math.MaxInt
	if err := w.End(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the failure is forgotten: %v", err)
	}
	f, err := newFileOf(d.text.String())
	if left := w.Unwritten(); err != nil || len(left.Lines) > 0 || len(f.index.exchanges) != 4 {
		t.Errorf("once there is room %d bytes are left, %v", len(left.Lines), err)
	}
}

func TestAFullDiskLeavesWholeLines(t *testing.T) {
	for _, line := range []Line{exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Pass)} {
		text, err := line.appendTo(nil)
		if err != nil {
			t.Fatal(err)
		}
		for room := range 3*len(text) + 1 {
			d := &disk{room: room}
			w := newWriter("run.jsonl", d, 0)
			var failed error
			for range 4 {
				if err := w.Append(line); err != nil {
					failed = err
				} else if failed != nil {
					t.Fatal("a line was written after a failure")
				}
			}
			if failed == nil && !mayWait(line) {
				t.Fatalf("room for %d bytes: nothing was said of an exchange that is not in the file", room)
			}
			failed = w.Close()
			if !errors.Is(failed, syscall.ENOSPC) || !strings.Contains(failed.Error(), "run.jsonl") {
				t.Fatalf("room for %d bytes: error %v", room, failed)
			}
			if want := bytes.Repeat(text, room/len(text)); !bytes.Equal(d.text.Bytes(), want) {
				t.Fatalf("room for %d bytes: the file holds %q", room, d.text.Bytes())
			}
			if left := w.Unwritten(); !bytes.Equal(append(d.text.Bytes(), left.Lines...), bytes.Repeat(text, 4)) {
				t.Fatalf("room for %d bytes: the rest is %q", room, left.Lines)
			}
			if err := errors.Join(w.Append(line), w.flushNow()); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("after Close: %v; want the failure again", err)
			}
		}
	}
}

// TestWhatWasPaidForIsWrittenAtOnce looks at the file after each line.
func TestWhatWasPaidForIsWrittenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{room: math.MaxInt}
		w := newWriter("run.jsonl", d, 0)
		reused := exchangeLine(greeting, 2, "a")
		reused.Reused = true
		for _, step := range []struct {
			line Line
			want int
		}{
			{header, 1}, {caseLine(greeting, 1, 1), 1}, {exchangeLine(greeting, 1, "a"), 3},
			{sampleLine(greeting, 1, Pass), 3}, {reused, 3},
		} {
			if appendAll(t, w, step.line); d.lines() != step.want {
				t.Errorf("%d lines are in the file after %T, want %d", d.lines(), step.line, step.want)
			}
		}
		time.Sleep(flushEvery)
		synctest.Wait()
		if d.lines() != 5 {
			t.Errorf("%d lines are in the file after %v, want 5", d.lines(), flushEvery)
		}
		appendAll(t, w, sampleLine(greeting, 2, Pass))
		if err := w.flushNow(); err != nil || d.lines() != 6 {
			t.Errorf("%d lines after Flush, want 6: %v", d.lines(), err)
		}
		for range flushFrom {
			appendAll(t, w, sampleLine(greeting, 3, Pass))
			if d.lines() > 6 {
				return
			}
		}
		t.Errorf("more than %d bytes wait", flushFrom)
	})
}

func TestSyncsAtIntervalsWhileThereIsSomethingToSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{room: math.MaxInt}
		w := newWriter("run.jsonl", d, 0)
		for range 14 {
			appendAll(t, w, sampleLine(greeting, 1, Pass))
			time.Sleep(300 * time.Millisecond)
		}
		synctest.Wait()
		if n := d.syncs.Load(); n != 3 { // at 1.0 s, 2.2 s and 3.4 s
			t.Errorf("%d syncs in 4.2 s of writing, want 3", n)
		}
		time.Sleep(time.Hour)
		if n := d.syncs.Load(); n != 4 {
			t.Errorf("%d syncs after an idle hour, want 4", n)
		}
		appendAll(t, w, sampleLine(greeting, 1, Pass))
		if err := w.Close(); err != nil || d.syncs.Load() != 5 {
			t.Errorf("Close = %v with %d syncs, want the fifth", err, d.syncs.Load())
		}
	})
}

func TestAFailedSyncIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{room: math.MaxInt, fault: syscall.EIO}
		w := newWriter("run.jsonl", d, 0)
		appendAll(t, w, sampleLine(greeting, 1, Pass))
		time.Sleep(2 * syncEvery)
		synctest.Wait()
		if err := w.Append(sampleLine(greeting, 1, Pass)); !errors.Is(err, syscall.EIO) {
			t.Errorf("Append after a failed sync: %v", err)
		}
		if err := w.Close(); !errors.Is(err, syscall.EIO) {
			t.Errorf("Close after a failed sync: %v", err)
		}
	})
}

func TestALineThatCannotBeEncodedLeavesTheRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, header, caseLine(greeting, 1, 1))
	bad := exchangeLine(greeting, 1, "a")
	bad.Response = json.RawMessage(`<html>`)
	nan := sampleLine(greeting, 1, Pass)
	nan.Metrics = map[string]float64{"length": math.NaN()}
	for _, line := range []Line{bad, nan} {
		if err := w.Append(line); err == nil {
			t.Errorf("%T was written", line)
		}
	}
	if checkLength(maxLine) != nil || checkLength(maxLine+1) == nil {
		t.Error("the longest line is not maxLine")
	}
	appendAll(t, w, sampleLine(greeting, 1, Pass))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Append(header); err == nil {
		t.Error("a closed record was written")
	}
	if diff := cmp.Diff([]string{"greeting: 1=pass"}, outcomes(t, mustOpen(t, path))); diff != "" {
		t.Error(diff)
	}
}

func TestRawJSONKeepsItsSpelling(t *testing.T) {
	e := exchangeLine(greeting, 1, "a")
	e.Request = json.RawMessage("{\n  \"temperature\": 1.0,\t\"z\": \"<\\u0041&\\/\",\n\"a\": 1e2 }")
	e.Response = json.RawMessage("{\"é\u2028\": \"</script>\"}")
	text := readFile(t, write(t, header, e))
	for _, want := range []string{
		`"request":{"temperature":1.0,"z":"<\u0041&\/","a":1e2}`,
		"\"response\":{\"é\u2028\":\"</script>\"}",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the record lacks %s:\n%s", want, text)
		}
	}
}

func TestListsAreNeverNull(t *testing.T) {
	e := exchangeLine(greeting, 1, "a")
	e.Attempts = nil
	text := readFile(t, write(t, Run{}, caseLine(greeting, 1, 1), e, sampleLine(greeting, 1, Pass)))
	for _, want := range []string{`"suites":[]`, `"tags":[]`, `"assertions":[]`, `"attempts":[]`, `"format":2`} {
		if !strings.Contains(text, want) {
			t.Errorf("the record lacks %s:\n%s", want, text)
		}
	}
}
