package workflow

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

const (
	// MaxNotes is how many annotations of a kind GitHub shows of a step.
	MaxNotes = 10
	// Width bounds a line of an annotation's text, in cells.
	Width = 200

	maxTitle = 120
	maxLines = 20
)

// Note is an annotation of a GitHub Actions workflow. Its texts are
// not safe yet.
type Note struct {
	Command string // error, warning or notice
	File    string // "" where it is about no file
	// Line, column and endColumn count from 1; 0 is unknown. endColumn is
	// behind the last character.
	Line, Column, EndColumn int
	Title, Text             string
	Width                   int // of a line of text, in cells; 0 is maxAnnotationWidth
}

// String writes the workflow command.
func (n Note) String() string {
	var properties []string
	if n.File != "" {
		properties = append(properties, "file="+property(safetext.Cut(n.File, layout.MaxLine)))
	}
	for _, number := range []struct {
		name string
		n    int
	}{{"line", n.Line}, {"col", n.Column}, {"endColumn", n.EndColumn}} {
		if number.n > 0 {
			properties = append(properties, number.name+"="+strconv.Itoa(number.n))
		}
	}
	properties = append(properties, "title="+property(safetext.Cut(n.Title, maxTitle)))
	width := Width
	if n.Width > 0 {
		width = n.Width
	}
	text := safetext.Block(strings.TrimRight(n.Text, "\n"), maxLines, width)
	return fmt.Sprintf("::%s %s::%s", n.Command, strings.Join(properties, ","), data(text))
}

// Fold writes what write writes as a group of the log that is folded. The
// title must be safe.
func Fold(w io.Writer, title string, write func(io.Writer) error) error {
	if _, err := fmt.Fprintf(w, "::group::%s\n", title); err != nil {
		return err
	}
	if err := write(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "::endgroup::\n")
	return err
}

// The escapes of workflow commands, as the runner's ActionCommand has them.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(text string) string { return dataEscapes.Replace(text) }

func property(text string) string { return propertyEscapes.Replace(text) }
