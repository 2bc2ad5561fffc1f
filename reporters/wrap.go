package reporters

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

// sentenceWidth is the width at which sentences are broken, that of the
// terminal. It is 0 where they stay whole: no terminal would break them
// itself, and who reads a file or a pipe looks for whole lines.
func (o TableOptions) sentenceWidth() int {
	if o.Wide || o.Whole || o.Width <= 0 {
		return 0
	}
	return max(o.Width, minName)
}

// sentences writes sentences that are safe already, each in as many lines as
// it takes.
type sentences struct {
	out           *bufio.Writer
	sentenceWidth int // 0 for one line each
}

func (s sentences) sentence(text string) {
	s.out.WriteString(sentenceLines(text, s.sentenceWidth) + "\n")
}

func (s sentences) sentencef(format string, args ...any) { s.sentence(fmt.Sprintf(format, args...)) }

// sentenceLines breaks a line that is safe already, at spaces, into lines of no
// more than width cells. A word that is wider stands alone, and one that a CI
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

// wrap breaks lines at spaces before they are wider than width bytes.
func wrap(text string, width int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		for len(line) > width {
			at := strings.LastIndexByte(line[:width], ' ')
			if at <= 0 {
				break
			}
			out = append(out, line[:at])
			line = line[at+1:]
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
