package reporters

import (
	"fmt"
	"io"
	"strconv"
	"strings"
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
	if err := Table(w, src, TableOptions{Width: maxAnnotationWidth, Whole: true}); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "::endgroup::\n"); err != nil {
		return err
	}
	for _, of := range []kind{wrong, noticed} {
		if err := writeAnnotations(w, src, of); err != nil {
			return err
		}
	}
	end := "evalrun: " + verdictText(run)
	if terms := verdictTerms(run); terms != "" {
		end += " (" + terms + ")"
	}
	_, err := fmt.Fprintln(w, end)
	return err
}

// writeAnnotations writes the findings of a kind, as many as are shown.
func writeAnnotations(w io.Writer, src Source, of kind) error {
	command := map[kind]string{wrong: "error", noticed: "warning"}[of]
	n := 0
	for f, err := range src.findingsOf(of) {
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, annotation(command, f)+"\n"); err != nil {
			return err
		}
		if n++; n == maxAnnotations {
			return nil
		}
	}
	return nil
}

// annotation is a workflow command at the finding's place.
func annotation(command string, f caseFinding) string {
	n := workflowNote{command: command, title: f.label + ": " + f.title, text: strings.Join(f.explanations(), "\n")}
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
