package exprlang

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"

	"github.com/evalrun/evalrun/internal/wording"
)

const (
	// diffCompared bounds the lines that a diff compares, diffShown those
	// that it shows.
	diffCompared = 400
	diffShown    = 24
	diffWidth    = 100
)

// diffLines is a line diff of two texts: "- " before a line of s alone, "+ "
// before one of t alone, "  " before the lines between them and next to them.
func diffLines(s, t string) []string {
	a, b := splitLines(s), splitLines(t)
	diffs := lcs.DiffLines(a, b)
	if len(diffs) == 0 {
		return []string{diffLine("  ", a[len(a)-1])}
	}
	var out []string
	add := func(sign string, lines []string) {
		for _, line := range lines {
			out = append(out, diffLine(sign, line))
		}
	}
	kept := max(diffs[0].Start-1, 0) // where the lines of a begin that are kept
	for _, d := range diffs {
		add("  ", a[kept:d.Start])
		add("- ", a[d.Start:d.End])
		add("+ ", b[d.ReplStart:d.ReplEnd])
		kept = d.End
	}
	add("  ", a[kept:min(kept+1, len(a))])
	if len(out) > diffShown {
		more := len(out) - diffShown
		out = append(out[:diffShown], fmt.Sprintf("… %d more lines", more))
	}
	return out
}

// splitLines gives as many lines as are compared.
func splitLines(s string) []string {
	lines := strings.SplitN(s, "\n", diffCompared+1)
	return lines[:min(len(lines), diffCompared)]
}

// diffLine writes a line with its control characters escaped.
func diffLine(sign, line string) string {
	quoted := strconv.Quote(wording.Start(line, diffWidth))
	return sign + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
