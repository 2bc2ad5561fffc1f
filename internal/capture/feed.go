package capture

import (
	"errors"
	"io"
	"iter"
)

// feed is a reader of bytes that are pushed. Whoever reads it runs as a
// coroutine: a push returns once the reader has taken all there is and wants
// more, or is done. So what was pushed is known to have been understood.
type feed struct {
	chunk  []byte
	err    error // behind the chunk
	resume func() (struct{}, bool)
	stop   func()
	done   bool
}

// errLeft is what the reader of a feed reads that is not pushed to any more.
var errLeft = errors.New("the copy was given up")

// newFeed begins to read a feed.
func newFeed(read func(io.Reader)) *feed {
	f := &feed{}
	f.resume, f.stop = iter.Pull(func(yield func(struct{}) bool) {
		read(readerFunc(func(p []byte) (int, error) {
			for len(f.chunk) == 0 {
				if f.err != nil {
					return 0, f.err
				}
				if !yield(struct{}{}) {
					f.err = errLeft
				}
			}
			n := copy(p, f.chunk)
			f.chunk = f.chunk[n:]
			return n, nil
		}))
	})
	return f
}

// push hands the reader what has come: bytes, and behind them an error or the end.
// The bytes are not kept. It reports whether the reader is done.
func (f *feed) push(chunk []byte, err error) bool {
	if f.done {
		return true
	}
	f.chunk, f.err = chunk, err
	_, more := f.resume()
	f.chunk, f.done = nil, !more
	return f.done
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
