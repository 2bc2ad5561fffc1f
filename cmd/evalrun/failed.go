package main

import (
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// notPassed reads a record. The function that it gives reports whether a case
// neither passed nor was skipped there, or is compared with one that did not.
func notPassed(path string) (func(suite, name, variant string) bool, error) {
	file, err := openForReport(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	run, err := summary.Read(file)
	if err != nil {
		return nil, err
	}
	wanted := map[record.ID]bool{}
	for i := range run.Suites {
		s := &run.Suites[i]
		for j := range s.Len() {
			if outcome := s.Mark(j).Outcome; outcome == record.Pass || outcome == record.Skip {
				continue
			}
			c, err := s.Case(file, j)
			if err != nil {
				return nil, err
			}
			wanted[c.ID()] = true
			for _, a := range c.Assertions {
				if a.Over != "" {
					wanted[record.ID{Suite: c.Suite, Case: c.Case.Case, Variant: a.Over}] = true
				}
			}
		}
	}
	return func(suite, name, variant string) bool {
		return wanted[record.ID{Suite: suite, Case: name, Variant: variant}]
	}, nil
}
