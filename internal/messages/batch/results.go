package batch

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
)

// results are the lines of results on the disk, and where each is. The zero value
// is empty.
type results struct {
	dir  string
	file *tempFile
	// sorted are those that were read, by id; added those that came since.
	sorted []place
	added  map[uint64]place
}

// place is where the result of a request is.
type place struct {
	id       uint64 // the beginning of the custom_id
	offset   int64
	length   uint32
	batch    uint16 // its number; 0 for an exchange that was sent directly
	recorded bool   // it was given to be recorded
}

// append keeps a line.
func (r *results) append(id uint64, batch int, line []byte) (place, error) {
	if r.file == nil {
		var err error
		if r.file, err = newTempFile(r.dir); err != nil {
			return place{}, err
		}
	}
	p := place{id: id, offset: r.file.size, length: uint32(len(line)), batch: uint16(batch)}
	return p, r.file.append(line)
}

// keep keeps one line that can be found from now on.
func (r *results) keep(id uint64, line []byte) error {
	p, err := r.append(id, 0, line)
	if r.added == nil {
		r.added = map[uint64]place{}
	}
	p.recorded = true
	r.added[id] = p
	return err
}

// merge has the lines of a batch be found, one of those that have so many to come:
// a list that grows by steps is in memory twice at each.
func (r *results) merge(read []place, toCome int) {
	if cap(r.sorted)-len(r.sorted) < len(read) {
		r.sorted = append(make([]place, 0, len(r.sorted)+max(len(read), toCome)), r.sorted...)
	}
	r.sorted = append(r.sorted, read...)
	slices.SortStableFunc(r.sorted, func(a, b place) int { return cmp.Compare(a.id, b.id) })
}

// find gives all lines of a request.
func (r *results) find(id uint64) []*place {
	if p, ok := r.added[id]; ok {
		return []*place{&p}
	}
	var found []*place
	i := sort.Search(len(r.sorted), func(i int) bool { return r.sorted[i].id >= id })
	for ; i < len(r.sorted) && r.sorted[i].id == id; i++ {
		found = append(found, &r.sorted[i])
	}
	return found
}

// line reads a line.
func (r *results) line(p *place) ([]byte, error) {
	text := make([]byte, p.length)
	_, err := r.file.ReadAt(text, p.offset)
	return text, err
}

// differ reports whether the lines of one request are not all the same.
func (r *results) differ(found []*place) bool {
	if len(found) < 2 {
		return false
	}
	first, err := r.line(found[0])
	for _, p := range found[1:] {
		other, wrong := r.line(p)
		if err != nil || wrong != nil || !bytes.Equal(first, other) {
			return true
		}
	}
	return false
}

func (r *results) close() {
	if r.file != nil {
		r.file.close()
	}
}
