package exprlang

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// diffCompared bounds the lines that a diff compares, diffShown those
	// that it shows.
	diffCompared = 400
	diffShown    = 24
	diffWidth    = 100
)

// diffLines is a line diff of two texts: "- " before a line of s alone, "+ "
// before one of t alone, "  " before the lines next to them.
func diffLines(s, t string) []string {
	a, b := splitLines(s), splitLines(t)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA--
		endB--
	}
	var out []string
	if start > 0 {
		out = append(out, diffLine("  ", a[start-1]))
	}
	out = append(out, diffMiddle(a[start:endA], b[start:endB])...)
	if endA < len(a) {
		out = append(out, diffLine("  ", a[endA]))
	}
	if len(out) > diffShown {
		more := len(out) - diffShown
		out = append(out[:diffShown], fmt.Sprintf("… %d more lines", more))
	}
	return out
}

func splitLines(s string) []string {
	lines := strings.Split(s, "\n")
	return lines[:min(len(lines), diffCompared)]
}

// diffMiddle diffs lines by their longest common subsequence.
func diffMiddle(textA, textB []string) []string {
	numbers := map[string]int{} // of lines: they are compared often, and may be long
	a, b := numbered(textA, numbers), numbered(textB, numbers)
	common := make([][]int, len(a)+1) // of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine("  ", textA[i]))
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, diffLine("- ", textA[i]))
			i++
		default:
			out = append(out, diffLine("+ ", textB[j]))
			j++
		}
	}
	return out
}

// numbered gives each line its number, the same for the same line.
func numbered(lines []string, numbers map[string]int) []int {
	out := make([]int, len(lines))
	for i, line := range lines {
		n, ok := numbers[line]
		if !ok {
			n = len(numbers)
			numbers[line] = n
		}
		out[i] = n
	}
	return out
}

// diffLine writes a line with its control characters escaped.
func diffLine(sign, line string) string {
	quoted := strconv.Quote(clip(line, diffWidth))
	return sign + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
