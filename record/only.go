package record

// Only has Walk and Cases give no more than the cases that keep says, and takes
// the gates, the summary's verdict and whatever else is of the whole run from
// the File: a part of a run has none of these. It gives how many cases are
// kept, and of how many. Nobody may read the File meanwhile; after an error it
// is of no more use.
func (f *File) Only(keep func(*Case) (bool, error)) (kept, all int, err error) {
	hidden := make([]bool, len(f.index.cases))
	for c, err := range f.Cases() {
		if err != nil {
			return 0, 0, err
		}
		ok, err := keep(&c.Case)
		if err != nil {
			return 0, 0, err
		}
		all++
		if hidden[c.Index] = !ok; ok {
			kept++
		}
	}
	f.hidden, f.Gates, f.Verdict = hidden, nil, nil
	for i := range f.Run.Suites {
		f.Run.Suites[i].Gates = nil
	}
	return kept, all, nil
}
