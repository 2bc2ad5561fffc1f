package record

import (
	"bufio"
	"io"
	"iter"
	"runtime"

	"github.com/evalrun/evalrun/internal/fault"
)

// batchSize is how many bytes of lines are skimmed at once, or one line more.
const batchSize = 128 << 10

// batch is a part of a record that is skimmed on its own: what takes longest
// in opening a record needs to know nothing of the lines before.
type batch struct {
	text  []byte
	ends  []int // of the lines in text, their endings with them
	heads []lineHead
	done  chan struct{} // closed once heads are there
	err   error         // what ended the reading
}

// lineHead is the head of a line, or why it has none.
type lineHead struct {
	head
	err error
}

// fill takes the next lines. It reports false after the last one.
func (b *batch) fill(lines *bufio.Scanner) bool {
	if cap(b.text) > 2*batchSize { // a long line is no reason to hold so much
		b.text = nil
	}
	b.text, b.ends, b.heads, b.err = b.text[:0], b.ends[:0], b.heads[:0], nil
	for len(b.text) < batchSize {
		if !lines.Scan() {
			b.err = lines.Err()
			return false
		}
		b.text = append(b.text, lines.Bytes()...)
		b.ends = append(b.ends, len(b.text))
	}
	return true
}

// skim reads the heads of the lines.
func (b *batch) skim() {
	for line := range b.lines() {
		h, err := readHead(line)
		b.heads = append(b.heads, lineHead{h, err})
	}
	b.done <- struct{}{}
}

func (b *batch) lines() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		from := 0
		for _, end := range b.ends {
			if !yield(b.text[from:end]) {
				return
			}
			from = end
		}
	}
}

// skimmed gives the lines of r in order with their heads, which are good until
// the next one. Lines ahead are read and skimmed meanwhile, by as many
// goroutines as can run. The last error is that of reading, without a line.
func skimmed(r io.Reader) iter.Seq2[[]byte, lineHead] {
	return func(yield func([]byte, lineHead) bool) {
		count := 2 * min(runtime.GOMAXPROCS(0), 8)
		free, ready, stop := make(chan *batch, count), make(chan *batch, count), make(chan struct{})
		for range count {
			free <- &batch{done: make(chan struct{}, 1)}
		}
		go func() {
			defer fault.Catch()
			readAhead(r, free, ready, stop)
		}()
		defer func() {
			close(stop)
			for b := range ready { // r is not read after the return
				<-b.done
			}
		}()
		for b := range ready {
			<-b.done
			i := 0
			for line := range b.lines() {
				if !yield(line, b.heads[i]) {
					return
				}
				i++
			}
			if b.err != nil {
				yield(nil, lineHead{err: b.err})
				return
			}
			free <- b
		}
	}
}

// readAhead fills free batches, has them skimmed, and hands them on in order,
// to the end of r or until stop.
func readAhead(r io.Reader, free <-chan *batch, ready chan<- *batch, stop <-chan struct{}) {
	defer close(ready)
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	lines.Split(splitLines)
	for more := true; more; {
		select {
		case <-stop:
			return
		case b := <-free:
			more = b.fill(lines)
			go func() {
				defer fault.Catch()
				b.skim()
			}()
			ready <- b
		}
	}
}
