package tokens

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"hash/maphash"
	"io"
	"regexp"
	"sync"
)

// What a page of a PDF is, in tokens: its text and the image that is made of
// it. The API's documentation says 1,500 to 3,000; between 1,590 (a scan) and
// 2,480 (a table) was measured.
const (
	pageLow, pageLikely, pageHigh = 1500, 2000, 3000
)

// pdfPages is an estimate of so many pages.
func pdfPages(n int) Estimate {
	pages := float64(n)
	return Estimate{Low: pages * pageLow, Likely: pages * pageLikely, High: pages * pageHigh}
}

// maxPageCounts bounds the PDFs that are remembered, and maxInflated what is
// unpacked of one, in bytes.
const (
	maxPageCounts = 1000
	maxInflated   = 64 << 20
)

// pageCounts remembers how many pages PDFs have, by a hash of their base64:
// every row of a data set may send the same one.
type pageCounts struct {
	seed  maphash.Seed
	mu    sync.Mutex
	known map[uint64]int
}

func newPageCounts() *pageCounts {
	return &pageCounts{seed: maphash.MakeSeed(), known: map[uint64]int{}}
}

// of is how many pages a PDF in base64 has, 0 where that is not known.
func (p *pageCounts) of(data []byte) int {
	if !bytes.HasPrefix(data, []byte("JVBERi")) { // %PDF
		return 0
	}
	key := maphash.Bytes(p.seed, data)
	p.mu.Lock()
	defer p.mu.Unlock()
	n, known := p.known[key]
	if !known {
		n = countPages(data)
		if len(p.known) == maxPageCounts {
			clear(p.known)
		}
		p.known[key] = n
	}
	return n
}

// object finds objects of a type. Most runs read no PDF and need none of them.
func object(kind string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/Type\s*/` + kind + `[^a-zA-Z]`) })
}

var (
	pageObject   = object("Page")
	streamObject = object("ObjStm")
)

// maxDictionary bounds how far behind its type an object's stream begins, in
// bytes.
const maxDictionary = 1000

// countPages counts the objects of type Page, those too that are packed into
// streams of objects. An encrypted PDF shows none of those, and one that was
// changed can show some twice.
func countPages(data []byte) int {
	pdf, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(data)))
	if err != nil {
		return 0
	}
	n := len(pageObject().FindAllIndex(pdf, -1))
	left := int64(maxInflated)
	for _, at := range streamObject().FindAllIndex(pdf, -1) {
		objects := inflated(streamBehind(pdf[at[1]:]), left)
		n += len(pageObject().FindAllIndex(objects, -1))
		left -= int64(len(objects))
	}
	return n
}

// streamBehind is what follows the word that begins a stream, nil where that
// is not near.
func streamBehind(pdf []byte) []byte {
	_, found, ok := bytes.Cut(pdf[:min(len(pdf), maxDictionary)], []byte("stream"))
	if !ok {
		return nil
	}
	rest := pdf[min(len(pdf), maxDictionary)-len(found):]
	return bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n"))
}

// inflated unpacks a stream up to a limit in bytes, and gives what came where
// it is broken.
func inflated(stream []byte, limit int64) []byte {
	unpacked, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil
	}
	objects, _ := io.ReadAll(io.LimitReader(unpacked, limit))
	return objects
}
