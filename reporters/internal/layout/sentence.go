package layout

import (
	"bufio"
	"fmt"
	"regexp"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
)

// continued is by how much the further lines of a sentence are indented.
const continued = "  "

// beginsCommand matches a word with which a line may be a command to a CI
// system, whatever it means elsewhere.
var beginsCommand = regexp.MustCompile(`^[^0-9A-Za-z]*(::|##)`)

// coloured matches what style writes around text; it takes no cells.
var coloured = regexp.MustCompile("\x1b\\[[0-9]+m")

// Sentences writes sentences that are safe already, each in as many lines as
// it takes.
type Sentences struct {
	Out       *bufio.Writer
	LineWidth int // 0 for one line each
}

func (s Sentences) Write(text string) {
	s.Out.WriteString(sentenceLines(text, s.LineWidth) + "\n")
}

func (s Sentences) Writef(format string, args ...any) { s.Write(fmt.Sprintf(format, args...)) }

// sentenceLines breaks a line that is safe already, at spaces, into lines of no
// more than width cells. A word that is wider has a line of its own, and one that a CI
// system could take for a command at the start of a line never begins one.
// Where width is 0 the line stays whole.
func sentenceLines(line string, width int) string {
	if width <= 0 || cellsOf(line) <= width {
		return line
	}
	text := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(text)]
	var out strings.Builder
	at := 0
	for text != "" {
		word := strings.TrimLeft(text, " ")
		gap := text[:len(text)-len(word)]
		if end := strings.IndexByte(word, ' '); end >= 0 {
			word = word[:end]
		}
		text = text[len(gap)+len(word):]
		switch {
		case out.Len() == 0:
			gap = indent
		case at+len(gap)+cellsOf(word) > width && !beginsCommand.MatchString(word):
			gap = "\n" + indent + continued
			at = -1 // for the line break
		}
		out.WriteString(gap + word)
		at += len(gap) + cellsOf(word)
	}
	return out.String()
}

// cellsOf is the width of text that may be coloured.
func cellsOf(text string) int { return safetext.Width(coloured.ReplaceAllString(text, "")) }
