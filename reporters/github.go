package reporters

import (
	"fmt"
	"io"
	"strconv"
	"strings"

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
	n := workflowNote{command: command, title: caseLabel(f.of) + ": " + f.title, text: strings.Join(f.explanations(), "\n")}
	n.file, n.line, n.column = splitPlace(f.place)
	if strings.TrimSpace(n.text) == "" {
		n.text = f.title
	}
	return n.String()
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
