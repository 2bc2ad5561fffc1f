package runreport

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/verdicttext"
	"github.com/evalrun/evalrun/reporters/internal/workflow"
)

// foldedHeight is how many lines the table is meant to have in a group that is
// folded.
const foldedHeight = 400

// GitHub writes the log of a step in a GitHub Actions workflow: the table in
// a group that is folded, and annotations at the suites' files and lines,
// errors for what failed and warnings for warnings, as many as GitHub shows.
// No text of the record can begin a workflow command.
func GitHub(w io.Writer, src Source) error {
	err := workflow.Fold(w, "evalrun: "+numbers.Counted(src.Run.Totals.Cases.Total(), "case"), func(w io.Writer) error {
		return Table(w, src, reporters.TableOptions{Width: workflow.Width, Height: foldedHeight, Whole: true})
	})
	if err != nil {
		return err
	}
	if err := writeAnnotations(w, src); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "evalrun: "+verdicttext.Line(src.Verdict))
	return err
}

// writeAnnotations writes what keeps the run from passing and no case shows,
// then the gates and the findings, as many of each command as are shown. What a case failed
// in that does not fail the run is a warning.
func writeAnnotations(w io.Writer, src Source) error {
	notes := map[string][]string{}
	add := func(command, note string) {
		if len(notes[command]) < workflow.MaxNotes {
			notes[command] = append(notes[command], note)
		}
	}
	for _, r := range src.Verdict.Reasons {
		if !r.Shown() {
			add("error", workflow.Note{Command: "error", Title: "evalrun: " + string(r.Kind), Text: r.Text}.String())
		}
	}
	for i := range src.Run.Suites {
		s := &src.Run.Suites[i]
		for _, g := range s.Gates {
			if src.Verdict.GateFails(g) {
				add("error", workflow.Note{Command: "error", File: s.Path, Title: s.Name + ": gate " + g.Outcome, Text: g.Expr + "\n" + g.Value}.String())
			}
		}
	}
	for _, of := range []kind{wrong, noticed} {
		for f, err := range src.findingsOf(of) {
			if err != nil {
				return err
			}
			command := "warning"
			if of == wrong && f.fails {
				command = "error"
			}
			add(command, annotation(command, f))
			if most := map[kind]string{wrong: "error", noticed: "warning"}[of]; len(notes[most]) == workflow.MaxNotes {
				break
			}
		}
	}
	for _, command := range []string{"error", "warning"} {
		for _, note := range notes[command] {
			if _, err := io.WriteString(w, note+"\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// annotation is a workflow command at the finding's place.
func annotation(command string, f caseFinding) string {
	n := workflow.Note{Command: command, Title: f.label + ": " + f.title(), Text: strings.Join(f.explanations(), "\n")}
	n.File, n.Line, n.Column = splitPlace(f.place)
	if strings.TrimSpace(n.Text) == "" {
		n.Text = f.title()
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
