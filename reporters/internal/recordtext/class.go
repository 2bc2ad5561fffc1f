package recordtext

import (
	"maps"
	"slices"

	"github.com/evalrun/evalrun/record"
)

// Classifications are the names of a case's metrics that compare classes, sorted.
func Classifications(c *record.Case) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(c.Metrics)) {
		if c.Metrics[name].IsClassification() {
			names = append(names, name)
		}
	}
	return names
}

// Class is what a classification took a sample's answer for; Class is "" where
// the answer is of none.
type Class struct {
	Metric   string `json:"metric"`
	Expected string `json:"expected"`
	Class    string `json:"class"`
	Right    bool   `json:"right"`
}

// Classes are those of a sample that has an answer.
func Classes(c *record.Case, s *record.Sample) []Class {
	var out []Class
	for _, name := range Classifications(c) {
		if value, measured := s.Metrics[name]; measured {
			out = append(out, Class{name, c.Metrics[name].Expected, s.Classes[name], value == 1})
		}
	}
	return out
}
