package record

import "io"

const (
	// pageSize is how much of the file is read at once.
	pageSize = 16 << 10
	// pageCount is how many pages are held. Lines of one case are as far from
	// each other as many requests were under way at once; 4 MB hold those of
	// some thousand.
	pageCount = 256
)

// pages reads lines of a file that are close to each other.
type pages struct {
	file  io.ReaderAt
	pages [pageCount]page
	whole []byte // a line of several pages
}

// page is a part of the file; number is its place, from 1.
type page struct {
	number int64
	text   []byte
}

func newPages(file io.ReaderAt) *pages { return &pages{file: file} }

// line reads the line at a place. It is good until the next call.
func (p *pages) line(at lineRef) ([]byte, error) {
	if text, ok := p.inOnePage(at); ok {
		return text, nil
	}
	if cap(p.whole) < int(at.length) {
		p.whole = make([]byte, at.length)
	}
	p.whole = p.whole[:at.length]
	if at.length > 4*pageSize {
		return p.whole, readLine(p.file, p.whole, at.offset)
	}
	for have := 0; have < len(p.whole); {
		offset := at.offset + int64(have)
		n := copy(p.whole[have:], p.from(offset))
		if n == 0 { // the file is shorter now, or the disk fails: readLine says which
			return p.whole, readLine(p.file, p.whole, at.offset)
		}
		have += n
	}
	return p.whole, nil
}

// inOnePage gives a line that is in one page.
func (p *pages) inOnePage(at lineRef) ([]byte, bool) {
	if at.offset/pageSize != (at.offset+int64(at.length)-1)/pageSize {
		return nil, false
	}
	text := p.from(at.offset)
	if len(text) < int(at.length) {
		return nil, false
	}
	return text[:at.length:at.length], true
}

// from gives what its page holds from an offset on; nothing where it cannot be
// read.
func (p *pages) from(offset int64) []byte {
	number := offset/pageSize + 1
	page := &p.pages[number%pageCount]
	if page.number != number {
		if page.text == nil {
			page.text = make([]byte, pageSize)
		}
		n, _ := p.file.ReadAt(page.text[:pageSize], (number-1)*pageSize)
		page.number, page.text = number, page.text[:n]
	}
	return page.text[min(int(offset%pageSize), len(page.text)):]
}
