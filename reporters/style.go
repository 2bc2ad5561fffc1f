// Package reporters shows results: one file a format, each a function that
// writes a run, or what is wrong with its input, to a writer.
//
// Every string of a record or a suite is treated as hostile. The package
// reads no file, no environment and no terminal: what depends on those is
// an option.
package reporters

import "github.com/evalrun/evalrun/record"

// style wraps text in terminal colours, or leaves it as it is. It is given
// text that is safe already, and it never stands for a meaning that the text
// lacks.
type style bool

// Select Graphic Rendition parameters, ECMA-48 8.3.117.
const (
	sgrBold   = "1"
	sgrFaint  = "2"
	sgrRed    = "31"
	sgrGreen  = "32"
	sgrYellow = "33"
)

func (s style) with(sgr, text string) string {
	if !s || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string   { return s.with(sgrBold, text) }
func (s style) faint(text string) string  { return s.with(sgrFaint, text) }
func (s style) red(text string) string    { return s.with(sgrRed, text) }
func (s style) green(text string) string  { return s.with(sgrGreen, text) }
func (s style) yellow(text string) string { return s.with(sgrYellow, text) }

// outcome colours text by what became of a case.
func (s style) outcome(outcome, text string) string {
	switch outcome {
	case record.Pass:
		return s.green(text)
	case record.Fail:
		return s.red(text)
	case record.Skip:
		return s.faint(text)
	}
	return s.yellow(text)
}
