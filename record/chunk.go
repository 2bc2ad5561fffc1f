package record

import (
	"bufio"
	"io"
	"iter"
	"runtime"

	"github.com/evalrun/evalrun/internal/fault"
)

// chunkSize is how many bytes of lines are skimmed at once, or one line more.
const chunkSize = 128 << 10

// chunk is a part of a record that is skimmed on its own: what takes longest
// in opening a record needs to know nothing of the lines before.
type chunk struct {
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
func (c *chunk) fill(lines *bufio.Scanner) bool {
	if cap(c.text) > 2*chunkSize { // a long line is no reason to hold so much
		c.text = nil
	}
	c.text, c.ends, c.heads, c.err = c.text[:0], c.ends[:0], c.heads[:0], nil
	for len(c.text) < chunkSize {
		if !lines.Scan() {
			c.err = lines.Err()
			return false
		}
		c.text = append(c.text, lines.Bytes()...)
		c.ends = append(c.ends, len(c.text))
	}
	return true
}

// skim reads the heads of the lines.
func (c *chunk) skim() {
	for line := range c.lines() {
		h, err := readHead(line)
		c.heads = append(c.heads, lineHead{h, err})
	}
	c.done <- struct{}{}
}

func (c *chunk) lines() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		from := 0
		for _, end := range c.ends {
			if !yield(c.text[from:end]) {
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
		free, ready, stop := make(chan *chunk, count), make(chan *chunk, count), make(chan struct{})
		for range count {
			free <- &chunk{done: make(chan struct{}, 1)}
		}
		go func() {
			defer fault.Catch()
			readAhead(r, free, ready, stop)
		}()
		defer func() {
			close(stop)
			for c := range ready { // r is not read after the return
				<-c.done
			}
		}()
		for c := range ready {
			<-c.done
			i := 0
			for line := range c.lines() {
				if !yield(line, c.heads[i]) {
					return
				}
				i++
			}
			if c.err != nil {
				yield(nil, lineHead{err: c.err})
				return
			}
			free <- c
		}
	}
}

// readAhead fills free chunks, has them skimmed, and hands them on in order,
// to the end of r or until stop.
func readAhead(r io.Reader, free <-chan *chunk, ready chan<- *chunk, stop <-chan struct{}) {
	defer close(ready)
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	lines.Split(splitLines)
	for more := true; more; {
		select {
		case <-stop:
			return
		case c := <-free:
			more = c.fill(lines)
			go func() {
				defer fault.Catch()
				c.skim()
			}()
			ready <- c
		}
	}
}
