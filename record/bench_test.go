package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// benchRecord writes a record of n cases, each with one exchange of about
// 1.5 kB and one sample.
func benchRecord(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		b.Fatal(err)
	}
	appendAll(b, w, header)
	for i := range n {
		id := ID{Suite: "ants", Case: fmt.Sprintf("case %d", i), Variant: "prompt=terse"}
		appendAll(b, w, caseLine(id, 1, 1), benchExchange(id, i), sampleLine(id, 1, Pass))
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

func benchExchange(id ID, i int) Exchange {
	e := exchangeLine(id, 1, fmt.Sprintf("question %d %s", i, strings.Repeat("why? ", 60)))
	e.Key = fmt.Sprintf("sha256:%064x", i)
	answer := strings.Repeat("Ants, \\\"of course\\\", are \\n insects. ", 16)
	e.Response = json.RawMessage(`{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"` +
		answer + `"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":6}}`)
	return e
}

// BenchmarkOpen reports what indexing a record costs, and the bytes that the
// index holds for a case.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := benchRecord(b, n)
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			before := heap()
			var f *File
			for b.Loop() {
				if f != nil {
					f.Close()
				}
				if f, err = Open(path); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(heap()-before)/float64(n), "held-B/case")
			f.ForgetIDs()
			b.ReportMetric(float64(heap()-before)/float64(n), "held-without-IDs-B/case")
			f.Close()
		})
	}
}

// heap gives the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkLookup(b *testing.B) {
	const n = 10_000
	answers := NewAnswers(mustOpen(b, benchRecord(b, n)), nil)
	i := 0
	for b.Loop() {
		id := ID{"ants", fmt.Sprintf("case %d", i%n), "prompt=terse"}
		of := Identity{ID: id, Sample: 1, Turn: 1, Role: RoleAnswer}
		e, err := answers.Find(of, fmt.Sprintf("sha256:%064x", i%n))
		if err != nil || e == nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkCases(b *testing.B) {
	const n = 10_000
	f := mustOpen(b, benchRecord(b, n))
	for b.Loop() {
		for _, err := range f.Cases() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/case")
}

func BenchmarkAppend(b *testing.B) {
	path := filepath.Join(b.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	e := benchExchange(greeting, 1)
	for b.Loop() {
		appendAll(b, w, e)
	}
}

// BenchmarkMembers finds the members of a line by skimming it, and by jsontext,
// which reads all of what is inside of them.
func BenchmarkMembers(b *testing.B) {
	line, err := benchExchange(greeting, 1).appendTo(nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("skimmed", func(b *testing.B) {
		b.SetBytes(int64(len(line)))
		for b.Loop() {
			if err := members(line, func(_, _ []byte) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.SetBytes(int64(len(line)))
		var d jsontext.Decoder
		for b.Loop() {
			d.Reset(bytes.NewBuffer(line), spelling)
			_, err := d.ReadToken()
			for err == nil && d.PeekKind() != '}' {
				_, err = d.ReadValue()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
