package reporters

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

const (
	// maxAnnotations is how many annotations of a kind GitHub shows of a step.
	maxAnnotations = 10
	// What bounds an annotation's text.
	maxAnnotationTitle = 120
	maxAnnotationLines = 20
	maxAnnotationWidth = 200
)

// GitHub writes the log of a step in a GitHub Actions workflow: the table in
// a group that is folded, and annotations at the suites' files and lines,
// errors for what failed and warnings for warnings, as many as GitHub shows.
// No text of the record can begin a workflow command.
func GitHub(w io.Writer, src Source) error {
	run := src.Run
	if _, err := fmt.Fprintf(w, "::group::evalrun: %s\n", counted(run.Totals.Cases.Total(), "case")); err != nil {
		return err
	}
	if err := Table(w, run, TableOptions{Width: maxAnnotationWidth}); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "::endgroup::\n"); err != nil {
		return err
	}
	counts := map[string]int{}
	for _, f := range caseFindings(run) {
		command := annotationCommand(f.kind)
		if command == "" {
			continue
		}
		counts[command]++
		if counts[command] > maxAnnotations {
			continue
		}
		if _, err := io.WriteString(w, annotation(command, f)+"\n"); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "evalrun: %s\n", verdictText(run))
	return err
}

// annotationCommand is the workflow command of a kind of finding; "" where
// there is nothing to annotate.
func annotationCommand(kind string) string {
	switch kind {
	case record.Skip:
		return ""
	case warned:
		return "warning"
	}
	return "error"
}

// annotation is a workflow command at the finding's place.
func annotation(command string, f caseFinding) string {
	file, line, column := splitPlace(f.place)
	var properties []string
	if file != "" {
		properties = append(properties, "file="+commandProperty(safetext.Cut(file, maxLine)))
	}
	if line > 0 {
		properties = append(properties, "line="+strconv.Itoa(line))
	}
	if column > 0 {
		properties = append(properties, "col="+strconv.Itoa(column))
	}
	properties = append(properties, "title="+commandProperty(safetext.Cut(caseLabel(f.of)+": "+f.title, maxAnnotationTitle)))
	text := safetext.Block(strings.TrimRight(strings.Join(f.explanations(), "\n"), "\n"), maxAnnotationLines, maxAnnotationWidth)
	if text == "" {
		text = safetext.Cut(f.title, maxAnnotationTitle)
	}
	return fmt.Sprintf("::%s %s::%s", command, strings.Join(properties, ","), commandData(text))
}

// splitPlace takes a place apart that is written file:line:col, as far as it
// is one.
func splitPlace(place string) (file string, line, column int) {
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(place, ':')
		n, err := strconv.Atoi(place[i+1:])
		if i < 0 || err != nil || n < 1 {
			break
		}
		place, numbers = place[:i], append(numbers, n)
	}
	switch len(numbers) {
	case 1:
		return place, numbers[0], 0
	case 2:
		return place, numbers[1], numbers[0]
	}
	return place, 0, 0
}

// The escapes of workflow commands, as the runner's ActionCommand has them.
var (
	commandDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func commandData(text string) string     { return commandDataEscapes.Replace(text) }
func commandProperty(text string) string { return commandPropertyEscapes.Replace(text) }
