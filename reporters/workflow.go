package reporters

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
)

// workflowNote is an annotation of a GitHub Actions workflow: a command that
// is error, warning or notice, at a place that need not be known. Its texts
// are not safe yet.
type workflowNote struct {
	command      string
	file         string
	line, column int
	title, text  string
}

// String writes the workflow command.
func (n workflowNote) String() string {
	var properties []string
	if n.file != "" {
		properties = append(properties, "file="+commandProperty(safetext.Cut(n.file, maxLine)))
	}
	if n.line > 0 {
		properties = append(properties, "line="+strconv.Itoa(n.line))
	}
	if n.column > 0 {
		properties = append(properties, "col="+strconv.Itoa(n.column))
	}
	properties = append(properties, "title="+commandProperty(safetext.Cut(n.title, maxAnnotationTitle)))
	text := safetext.Block(strings.TrimRight(n.text, "\n"), maxAnnotationLines, maxAnnotationWidth)
	return fmt.Sprintf("::%s %s::%s", n.command, strings.Join(properties, ","), commandData(text))
}

// The escapes of workflow commands, as the runner's ActionCommand has them.
var (
	commandDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func commandData(text string) string     { return commandDataEscapes.Replace(text) }
func commandProperty(text string) string { return commandPropertyEscapes.Replace(text) }
