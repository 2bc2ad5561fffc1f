package assert

import "strings"

// fence is a Markdown code fence.
type fence struct {
	language string // in lower case; "" where it says none
	opens    int    // where its first line begins
	from, to int    // what it holds, without white space around it
}

func (b fence) content(text string) string { return text[b.from:b.to] }

// fences finds the code fences of a text, and gives the text with blanks in
// their place. One that is not closed goes on to the end, as an answer does that
// was cut off.
func fences(text string) (blocks []fence, prose string) {
	var out strings.Builder
	kept := 0 // up to where prose has the text
	for at := 0; at < len(text); {
		line, next := lineAt(text, at)
		mark, info, ok := opening(line)
		if !ok {
			at = next
			continue
		}
		b := fence{opens: at, language: fenceLanguage(info)}
		b.from, b.to, next = body(text, next, mark)
		blocks = append(blocks, b)
		out.WriteString(text[kept:at])
		out.WriteString(blanked(text[at:next]))
		at, kept = next, next
	}
	out.WriteString(text[kept:])
	return blocks, out.String()
}

// lineAt is the line that begins at a place, and where the next one does.
func lineAt(text string, at int) (line string, next int) {
	end := strings.IndexByte(text[at:], '\n')
	if end < 0 {
		return text[at:], len(text)
	}
	return text[at : at+end], at + end + 1
}

// opening reads the first line of a fence: its marks and what comes after
// them. It may be indented, as in a list, and models put one behind a sentence.
// Marks that a line closes again, and those before a value, are no fence.
func opening(line string) (mark, info string, ok bool) {
	for _, three := range []string{"```", "~~~"} {
		before, rest, found := strings.Cut(line, three)
		if !found || three == "~~~" && strings.TrimFunc(before, isBlank) != "" {
			continue
		}
		info = strings.TrimLeft(rest, three[:1])
		mark = three + rest[:len(rest)-len(info)]
		info = strings.TrimFunc(info, isBlank)
		value := strings.ContainsAny(info, "[\"") || strings.LastIndexByte(info, '{') > 0
		if !value && !strings.Contains(info, "`") {
			return mark, info, true
		}
	}
	return "", "", false
}

// fenceLanguage is the first word behind the marks of a fence.
func fenceLanguage(info string) string {
	words := strings.FieldsFunc(strings.ToLower(info), func(r rune) bool { return isBlank(r) || strings.ContainsRune("{}.,:;", r) })
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// body is what a fence holds that goes on at a place, up to a line that ends
// with its mark, and where the text goes on behind that line.
func body(text string, at int, mark string) (from, to, next int) {
	from, to, next = at, len(text), len(text)
	for line, end := at, 0; line < len(text); line = end {
		var of string
		of, end = lineAt(text, line)
		of = strings.TrimRightFunc(of, isBlank)
		if rest := strings.TrimRight(of, mark[:1]); len(of)-len(rest) >= len(mark) {
			to, next = line+len(rest), end
			break
		}
	}
	content := text[from:to]
	left := strings.TrimLeftFunc(content, isBlank)
	from += len(content) - len(left)
	return from, from + len(strings.TrimRightFunc(left, isBlank)), next
}

// blanked is a text of as many bytes and lines that holds nothing.
func blanked(text string) string {
	blanks := []byte(text)
	for i, c := range blanks {
		if c != '\n' {
			blanks[i] = ' '
		}
	}
	return string(blanks)
}
