package safetext

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"
)

// ellipsis stands for what was cut out; it is one cell wide.
const ellipsis = "…"

// maxCluster is the most bytes that are taken for one character with its
// marks. No script stacks as many; a longer pile has no limit but the text's
// and is taken to be as wide as it has runes, so that a cut is a limit on
// bytes too.
const maxCluster = 64

// Width is how many cells of a terminal the line takes: 2 for a wide
// character, 0 for a combining mark. Emoji that are joined into one picture
// count as their parts, as tablewriter counts them: terminals differ in how
// they draw those, and this is the widest. The line must be one that this
// package made, which holds no escape sequences.
func Width(line string) int {
	width := 0
	g := graphemes.FromString(line)
	for g.Next() {
		width += cells(g.Value())
	}
	return width
}

// cells is the width of one character with its marks.
func cells(cluster string) int {
	if len(cluster) > maxCluster {
		return utf8.RuneCountInString(cluster)
	}
	width := 0
	for _, r := range cluster {
		width += displaywidth.Rune(r)
	}
	return width
}

// Cut makes s safe like Line and at most width cells wide: of a longer one
// it keeps the start and the end, with … between them.
func Cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	start, end := bound(s, width)
	line := Line(start)
	if end == "" {
		if Width(line) <= width {
			return line
		}
		end = line
	} else {
		end = Line(end)
	}
	room := width - Width(ellipsis)
	first, _ := span(line, 0, (room+1)/2)
	total := Width(end)
	last, _ := span(end, total-room/2, total)
	return first + ellipsis + last
}

// bound returns the start and the end of s that a cut to width cells can
// show any of, so that cutting a huge text costs no more than a small one;
// the end is "" where the start is all of s.
func bound(s string, width int) (start, end string) {
	most := (width + 1) * maxCluster
	if len(s) <= 2*most {
		return s, ""
	}
	i, j := most, len(s)-most
	for i > most-utf8.UTFMax && !utf8.RuneStart(s[i]) {
		i--
	}
	for j < len(s)-most+utf8.UTFMax && !utf8.RuneStart(s[j]) {
		j++
	}
	return s[:i], s[j:]
}

// span is what is in the cells from up to to of the line, without the
// characters that are only partly in them, and the cell that it begins at.
func span(line string, from, to int) (text string, begin int) {
	start, end, cell := len(line), len(line), 0
	pos := 0
	g := graphemes.FromString(line)
	for g.Next() {
		if cell >= from && start == len(line) {
			start, begin = pos, cell
		}
		cell += cells(g.Value())
		if cell > to {
			end = pos
			break
		}
		pos += len(g.Value())
	}
	if start >= end {
		return "", from
	}
	return line[start:end], begin
}

// Window shows the part of a line around one of its cells: it cuts the line,
// which this package made, to width cells, with … where something is
// missing, and returns the text and the cell's place in it. Cells count
// from 0.
func Window(line string, cell, width int) (string, int) {
	total := Width(line)
	if total <= width {
		return line, cell
	}
	// A third of the window comes before the cell, and no window reaches
	// past either end of the line.
	from := max(0, min(cell-width/3, total-width))
	to := from + width
	before, after := "", ""
	if from > 0 {
		before = ellipsis
	}
	if to < total {
		after = ellipsis
	}
	text, begin := span(line, from+Width(before), to-Width(after))
	return before + text + after, cell - begin + Width(before)
}

// tabStop is what a tab in running text becomes where widths count.
const tabStop = "    "

// Block makes s safe like Text and bounds it: at most lines lines (no fewer
// than one), each at most width cells wide. Of more lines it keeps the first
// and the last, and says between them how many are left out.
func Block(s string, lines, width int) string {
	all := strings.Split(s, "\n")
	first, last := len(all), 0
	if len(all) > lines {
		first = lines / 2
		last = max(lines-first-1, 0)
	}
	var out []string
	for _, line := range all[:first] {
		out = append(out, cutTabbed(line, width))
	}
	if left := len(all) - first - last; left > 0 {
		out = append(out, Cut(fmt.Sprintf("… %d more lines …", left), width))
	}
	for _, line := range all[len(all)-last:] {
		out = append(out, cutTabbed(line, width))
	}
	return strings.Join(out, "\n")
}

func cutTabbed(line string, width int) string {
	return Cut(strings.ReplaceAll(line, "\t", tabStop), width)
}
