package record

import "sync"

// ForgetIDs lets go of what finds a case by its ID, a quarter of the index. It
// is for those who go by CaseResult.Index, and is called before the File is
// read: Case, Exchanges and Has, which go by ID, read those of all cases anew
// when one of them is first called.
func (f *File) ForgetIDs() {
	f.index.ids = identities{}
	f.byID = sync.OnceValue(f.readIDs)
}

// find gives the index of a case.
func (f *File) find(id ID) (uint32, bool, error) {
	if f.byID != nil {
		if err := f.byID(); err != nil {
			return 0, false, err
		}
	}
	owner, ok := f.index.find(id)
	return owner, ok, nil
}

// readIDs reads the IDs of all cases.
func (f *File) readIDs() error {
	x, pages := f.index, newPages(f.lines)
	ids := identities{list: make([]identity, 0, len(x.cases))}
	for _, c := range x.cases {
		line, err := pages.line(lineRef{c.offset, c.length})
		if err != nil {
			return err
		}
		h, err := readHead(line)
		if err != nil {
			return f.errorAt(lineRef{c.offset, c.length}, err)
		}
		ids.add(x.identity(&h))
	}
	x.ids, x.scratch = ids, nil
	return nil
}
