package layout

import (
	"github.com/evalrun/evalrun/record"
)

// Style wraps text in terminal colours, or leaves it as it is. It is given
// text that is safe already, and it never carries a meaning that the text
// lacks.
type Style bool

// Select Graphic Rendition parameters, ECMA-48 8.3.117.
const (
	sgrBold   = "1"
	sgrFaint  = "2"
	sgrRed    = "31"
	sgrGreen  = "32"
	sgrYellow = "33"
)

func (s Style) with(sgr, text string) string {
	if !s || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

func (s Style) Bold(text string) string { return s.with(sgrBold, text) }

func (s Style) Faint(text string) string { return s.with(sgrFaint, text) }

func (s Style) Red(text string) string { return s.with(sgrRed, text) }

func (s Style) Green(text string) string { return s.with(sgrGreen, text) }

func (s Style) Yellow(text string) string { return s.with(sgrYellow, text) }

// Outcome colours text by what became of a case.
func (s Style) Outcome(outcome, text string) string {
	switch outcome {
	case record.Pass:
		return s.Green(text)
	case record.Fail:
		return s.Red(text)
	case record.Skip:
		return s.Faint(text)
	}
	return s.Yellow(text)
}
