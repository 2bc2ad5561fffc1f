package reporters

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
)

const (
	// maxAnnotations is how many annotations of a kind GitHub shows of a step.
	maxAnnotations = 10
	// maxAnnotationWidth bounds a line of an annotation's text, in cells.
	maxAnnotationWidth = 200

	maxAnnotationTitle = 120
	maxAnnotationLines = 20
)

// workflowNote is an annotation of a GitHub Actions workflow. Its texts are
// not safe yet.
type workflowNote struct {
	command string // error, warning or notice
	file    string // "" where it is about no file
	// line, column and endColumn count from 1; 0 is unknown. endColumn is
	// behind the last character.
	line, column, endColumn int
	title, text             string
	width                   int // of a line of text, in cells; 0 is maxAnnotationWidth
}

// String writes the workflow command.
func (n workflowNote) String() string {
	var properties []string
	if n.file != "" {
		properties = append(properties, "file="+commandProperty(safetext.Cut(n.file, maxLine)))
	}
	for _, number := range []struct {
		name string
		n    int
	}{{"line", n.line}, {"col", n.column}, {"endColumn", n.endColumn}} {
		if number.n > 0 {
			properties = append(properties, number.name+"="+strconv.Itoa(number.n))
		}
	}
	properties = append(properties, "title="+commandProperty(safetext.Cut(n.title, maxAnnotationTitle)))
	width := maxAnnotationWidth
	if n.width > 0 {
		width = n.width
	}
	text := safetext.Block(strings.TrimRight(n.text, "\n"), maxAnnotationLines, width)
	return fmt.Sprintf("::%s %s::%s", n.command, strings.Join(properties, ","), commandData(text))
}

// foldWorkflow writes what write writes as a group of the log that is folded. The
// title must be safe.
func foldWorkflow(w io.Writer, title string, write func(io.Writer) error) error {
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
	commandDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func commandData(text string) string     { return commandDataEscapes.Replace(text) }
func commandProperty(text string) string { return commandPropertyEscapes.Replace(text) }
