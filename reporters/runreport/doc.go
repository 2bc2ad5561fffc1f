// Package runreport shows a run: one function a format, each of which writes a
// Source to a writer. Cases and answers are read one by one, so that the memory
// of a report does not grow with the run.
//
// It decides nothing: outcomes, gates and the verdict are those of the Source,
// and what is not known is never written as 0. It reads nothing but the record.
package runreport
