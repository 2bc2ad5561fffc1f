package exprlang

import "strings"

// Line is one expression of a block. Offset is where Text starts in the
// block, in bytes: a place in Text plus Offset is a place in the block.
type Line struct {
	Text   string
	Offset int
}

// Lines splits a block of text into its expressions: one a line, where a line
// that is indented more than the first, or that begins with a closing
// bracket, continues the one above. Blank lines are skipped, and so are
// comments: lines that begin with # or // and do not continue another.
func Lines(block string) []Line {
	var lines []Line
	base := -1
	for offset := 0; offset < len(block); {
		raw, _, _ := strings.Cut(block[offset:], "\n")
		next := offset + len(raw) + 1
		text := strings.TrimLeft(raw, " \t")
		indent := len(raw) - len(text)
		text = strings.TrimRight(text, " \t\r")
		switch {
		case text == "":
		case len(lines) > 0 && (indent > base || strings.ContainsRune(")]}", rune(text[0]))):
			last := &lines[len(lines)-1]
			last.Text = block[last.Offset : offset+indent+len(text)]
		case strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//"):
		default:
			if base < 0 {
				base = indent
			}
			lines = append(lines, Line{Text: text, Offset: offset + indent})
		}
		offset = next
	}
	return lines
}
