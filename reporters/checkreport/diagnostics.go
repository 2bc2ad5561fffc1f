package checkreport

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// sourceIndent comes before a source line and its caret.
const sourceIndent = "      "

// sourceWidth is how many cells of a source line are shown; of a longer
// one, those around the caret.
const sourceWidth = 100

// Diagnostics writes the problems in the order of the list, each with its
// source line, a caret under the place that is meant and its hint, as far as
// the diagnostic has them:
//
//	ants.yaml:7:5: unknown key "asert"; did you mean "assert"?
//	      asert: len(text) > 0
//	      ^~~~~
//	hint: …
//
// A hint that the next one has too comes after the last of them, where they
// have no place that it would are below.
//
// With colour, terminal colours set off the place and the caret.
func Diagnostics(w io.Writer, list diagnostic.List, colour bool) error {
	out := bufio.NewWriter(w)
	for i, d := range list {
		if i+1 < len(list) && d.File == "" && list[i+1].File == "" && d.Hint == list[i+1].Hint {
			d.Hint = ""
		}
		writeDiagnostic(out, d, layout.Style(colour))
	}
	return out.Flush()
}

func writeDiagnostic(out *bufio.Writer, d diagnostic.Diagnostic, st layout.Style) {
	if place := d.Position.String(); place != "" {
		out.WriteString(st.Bold(safetext.Cut(place, layout.MaxLine)+":") + " ")
	}
	mark := st.Red
	if d.Severity == diagnostic.Warning {
		mark = st.Yellow
		out.WriteString(mark("warning:") + " ")
	}
	out.WriteString(safetext.Cut(d.Message, layout.MaxLine))
	if d.Rule != "" {
		out.WriteString(st.Faint(" [" + safetext.Line(d.Rule) + "]"))
	}
	out.WriteString("\n")
	if source, caret := sourceAndCaret(d); source != "" {
		out.WriteString(sourceIndent + source + "\n")
		if caret != "" {
			out.WriteString(sourceIndent + mark(caret) + "\n")
		}
	}
	if d.Hint != "" {
		out.WriteString(st.Bold("hint:") + " " + safetext.Cut(d.Hint, layout.MaxLine) + "\n")
	}
}

// sourceAndCaret is the diagnostic's source line as it is shown, without the
// white space that it begins with, and the line that underlines the place in
// it. The caret line is "" where the place is not in the source line.
func sourceAndCaret(d diagnostic.Diagnostic) (source, caret string) {
	text := strings.TrimRight(d.Source, "\r\n")
	margin := len(text) - len(strings.TrimLeft(text, " \t"))
	begin := runeOffset(text, d.Column-1)
	end := runeOffset(text, d.Column-1+max(d.Width, 1))
	if d.Column < 1 || begin < 0 {
		return safetext.Cut(text[margin:], sourceWidth), ""
	}
	if end < 0 {
		end = len(text)
	}
	margin = min(margin, begin)
	if far := begin - nearby; margin < far { // a line may be as long as its file
		margin = runeStart(text, far)
	}
	if far := max(begin, margin) + nearby; far < len(text) {
		text = text[:runeStart(text, far)]
		end = min(end, len(text))
	}

	from := safetext.Width(safetext.Line(text[margin:begin]))
	to := safetext.Width(safetext.Line(text[margin:end]))
	source, at := safetext.Window(safetext.Line(text[margin:]), from, sourceWidth)
	tildes := max(0, min(to-from, safetext.Width(source)-at)-1)
	return source, strings.Repeat(" ", at) + "^" + strings.Repeat("~", tildes)
}

// nearby is how many bytes of a source line are looked at on each side of the
// place: more than are shown, whatever characters they are.
const nearby = 16 * sourceWidth

// runeStart is where the character begins that holds a byte.
func runeStart(s string, at int) int {
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// runeOffset is where the n-th character of s begins, in bytes; len(s) for
// the place after the last one, and -1 beyond.
func runeOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	if n == 0 {
		return len(s)
	}
	return -1
}
