package dataset

import (
	"bufio"
	"bytes"
	"io"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/source"
)

// textAhead is how far into a file of rows is looked to learn how it is
// written, in bytes.
const textAhead = 64 << 10

// rowText is the text of a file of rows without a byte order mark. Where its
// first line ends in a carriage return alone, as spreadsheets of old Macs
// write them, so do all lines, and they are given line feeds.
func rowText(f io.Reader, shown string) (io.Reader, *diagnostic.Diagnostic) {
	r := bufio.NewReaderSize(f, textAhead)
	start, _ := r.Peek(textAhead) // an error comes again when it is read
	if source.IsUTF16(start) {
		return nil, problemAt(shown, 0, 0, source.UTF16Message, source.UTF16Hint)
	}
	if bytes.HasPrefix(start, []byte("\uFEFF")) {
		r.Discard(len("\uFEFF"))
	}
	end := bytes.IndexAny(start, "\r\n")
	if end >= 0 && start[end] == '\r' && !bytes.HasPrefix(start[end+1:], []byte("\n")) {
		return lineFeeds{r}, nil
	}
	return r, nil
}

// lineFeeds puts a line feed in the place of each carriage return.
type lineFeeds struct{ r io.Reader }

// Read implements io.Reader.
func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
