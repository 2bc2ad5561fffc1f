package record

import (
	"bytes"
	"iter"
)

// Walk gives every case as Cases does, each with a way to its exchanges that
// is cheaper than File.Exchanges for a reader of the whole record: lines that
// are close together are read at once, and memory is used again. A Visit is
// good until the next one; its CaseResult may be kept, as that of Cases.
func (f *File) Walk() iter.Seq2[*Visit, error] {
	return func(yield func(*Visit, error) bool) {
		v := &Visit{file: f, pages: newPages(f.lines)}
		for i := range f.index.cases {
			if f.isGone(f.index.cases[i].offset) || i < len(f.hidden) && f.hidden[i] {
				continue
			}
			v.owner = uint32(i)
			err := v.load()
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Cases gives every case in the order of the plan, with its samples. Where a
// run was resumed and came to its end, cases and samples that it did not name
// again are left out: its suites no longer have them. Results may share their
// lists and maps, which must not be changed. An error ends it.
func (f *File) Cases() iter.Seq2[CaseResult, error] {
	return func(yield func(CaseResult, error) bool) {
		for v, err := range f.Walk() {
			if !yield(v.CaseResult, err) {
				return
			}
		}
	}
}

// Visit is a case that Walk has come to.
type Visit struct {
	CaseResult

	file     *File
	owner    uint32
	exchange Exchange
	pages    *pages
	decoder  decoder
}

// Exchanges gives all exchanges of the case, as File.Exchanges does. Each is
// good until the next one is asked for.
func (v *Visit) Exchanges() iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		for _, entry := range v.file.kept(&v.CaseResult, v.file.index.exchangesOf(v.owner, 0)) {
			v.exchange = Exchange{}
			err := v.decode(lineRef{entry.offset, entry.length}, &v.exchange)
			v.exchange.Sample = int(entry.sample)
			if !yield(&v.exchange, err) || err != nil {
				return
			}
		}
	}
}

// load reads the case and its samples.
func (v *Visit) load() error {
	entry := v.file.index.cases[v.owner]
	v.CaseResult = CaseResult{Index: int(v.owner), Sent: int(entry.sent)}
	if err := v.decode(lineRef{entry.offset, entry.length}, &v.Case); err != nil {
		return err
	}
	v.Case.Vars = bytes.Clone(v.Case.Vars) // which is a part of a page
	samples := v.file.index.samplesOf(v.owner)
	if len(samples) > 0 {
		v.Samples = make([]Sample, 0, len(samples))
	}
	for _, s := range samples {
		if v.file.isGone(s.offset) {
			continue
		}
		v.Samples = append(v.Samples, Sample{})
		if err := v.decode(lineRef{s.offset, s.length}, &v.Samples[len(v.Samples)-1]); err != nil {
			return err
		}
	}
	return nil
}

func (v *Visit) decode(at lineRef, into any) error {
	line, err := v.pages.line(at)
	if err != nil {
		return err
	}
	if err := v.decoder.decode(line, into); err != nil {
		return v.file.errorAt(at, err)
	}
	return nil
}
