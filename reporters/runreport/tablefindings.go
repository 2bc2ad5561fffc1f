package runreport

import (
	"fmt"
	"math"
	"strings"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
	"github.com/evalrun/evalrun/reporters/internal/trace"
)

// maxFindings is how many findings are shown.
const maxFindings = 50

// writeFindings writes what did not go as it should, failures and errors
// first, then warnings, then what was skipped, as many as the table has lines
// for.
func (t *table) writeFindings() error {
	most, left := maxFindings, t.left-2 // for the line that counts the others
	if t.opts.All {
		most, left = math.MaxInt, math.MaxInt
	}
	shown, more, err := fold(t.src.findings(), most, !t.opts.All)
	if err != nil {
		return err
	}
	for i := range shown {
		text, lines, err := t.captured(func() error { t.writeFinding(&shown[i]); return nil })
		if err != nil {
			return err
		}
		if lines > left && i > 0 {
			more += len(shown) - i
			break
		}
		left -= lines
		t.Out.Write(text)
	}
	if more > 0 {
		fmt.Fprintf(t.Out, "… and %s (--wide shows all)\n\n", numbers.Counted(more, "more finding"))
	}
	return nil
}

// writeFinding writes one finding: its place, case and title, then the
// expression and the explanations, indented.
func (t *table) writeFinding(of *folded) {
	f := of.finding
	head := ""
	if place := safetext.Cut(f.place, layout.MaxLine); place != "" {
		head = t.style.Bold(place+":") + " "
	}
	title := safetext.Cut(f.title(), layout.MaxLine)
	if f.kind == record.Skip && len(f.details) > 0 {
		title += ": " + safetext.Cut(f.details[0], layout.MaxLine)
		f.details = nil
	}
	title = t.style.Outcome(f.kind, title)
	if f.equality != "" {
		title += ": " + safetext.Cut(f.equality, layout.MaxLine)
		f.source, f.details, f.drawings = "", nil, nil
	}
	t.Writef("%s%s: %s", head, safetext.Cut(of.label, layout.MaxLine), title)
	if f.source != "" && len(f.drawings) == 0 {
		t.writeDetail(f.source, layout.MaxLine)
	}
	width := max(t.opts.Width-len(layout.Indent), layout.MinName)
	if t.opts.Wide || f.kind == record.Errored || f.source == "" { // a sentence, of which every word may be needed
		width = layout.MaxLine
	}
	all, write := f.details, t.writeDetail
	if len(f.drawings) > 0 {
		all, write = f.drawings, t.writeDrawing
	}
	shown := all
	if !t.opts.All {
		shown = shown[:min(len(shown), layout.MaxDetails)]
	}
	for _, detail := range shown {
		write(detail, width)
	}
	if more := len(all) - len(shown); more > 0 {
		t.writeDetail(fmt.Sprintf("… %d more", more), width)
	}
	for _, answer := range f.answers {
		t.writeDetail(answer, width)
	}
	if text := of.alikeText(); text != "" {
		t.Write(layout.Indent + text)
	}
	t.Out.WriteString("\n")
}

// writeDrawing writes a trace, indented.
func (t *table) writeDrawing(drawing string, width int) {
	for _, line := range trace.Cut(drawing, width) {
		if strings.HasPrefix(line, trace.FailedMark) {
			t.Write(layout.Indent + line)
			continue
		}
		t.Out.WriteString(strings.TrimRight(layout.Indent+line, " ") + "\n")
	}
}

// writeDetail writes an indented block of text, its lines cut to width and
// broken where the terminal ends.
func (t *table) writeDetail(text string, width int) {
	text = strings.TrimRight(text, "\n")
	for line := range strings.SplitSeq(safetext.Block(text, layout.MaxDetailLines, width), "\n") {
		t.Write(strings.TrimRight(layout.Indent+line, " "))
	}
}
