// Package source reads YAML and JSON text of outside into Values that know where
// they were written.
//
// It refuses what readers of YAML read in different ways: merge keys, duplicate
// keys, tags of other kinds, numbers that JSON does not have. Every problem of a
// file is a diagnostic at its position, also those of a text that is no YAML,
// and a text that YAML takes for something else than was likely meant, a
// comment, a key, an anchor, is found. It does not know what a suite is, but for
// the keys that hold expressions, and it reads no file.
package source

import (
	"fmt"
	"iter"
	"path"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// MaxFileSize is the largest file that is read, in bytes.
const MaxFileSize = 32 << 20

// File is a file's text, for positions, source lines and carets.
type File struct {
	Name   string // as shown to the user
	Rel    string // relative to the root, with slashes
	Data   bool   // a data file, whose values are never templated
	text   string // without a byte order mark
	starts []int  // the byte offset at which each line begins
	traced traced
	// misread are what YAML took out of texts, by the value that is left.
	misread map[*Value]misreading
}

// New takes a file's text. Lines end as YAML 1.2 has it: with a line
// feed, a carriage return, or both.
func New(name, rel, text string) *File {
	text = strings.TrimPrefix(text, "\uFEFF")
	s := &File{Name: name, Rel: rel, text: text, starts: []int{0}}
	for at := range lineEnds(text) {
		s.starts = append(s.starts, at)
	}
	return s
}

// NewData is New for a data file.
func NewData(name, rel, text string) *File {
	s := New(name, rel, text)
	s.Data = true
	return s
}

// lineEnds are the indexes behind the line breaks of a text.
func lineEnds(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		returns := strings.IndexByte(text, '\r') >= 0
		for i := 0; i < len(text); i++ {
			if !returns { // then line feeds are found much faster
				n := strings.IndexByte(text[i:], '\n')
				if n < 0 {
					return
				}
				i += n
			}
			isEnd := text[i] == '\n' || text[i] == '\r' && !strings.HasPrefix(text[i+1:], "\n")
			if isEnd && !yield(i+1) {
				return
			}
		}
	}
}

// line is the text of a line, from 1, without its ending.
func (s *File) line(n int) string {
	if n < 1 || n > len(s.starts) {
		return ""
	}
	end := len(s.text)
	if n < len(s.starts) {
		end = s.starts[n]
	}
	return strings.TrimRight(s.text[s.starts[n-1]:end], "\r\n")
}

// firstLine is the text up to its first line break.
func firstLine(text string) string {
	if n := strings.IndexAny(text, "\r\n"); n >= 0 {
		return text[:n]
	}
	return text
}

// position is the place of the character that holds a byte offset.
func (s *File) position(offset int) diagnostic.Position {
	offset = min(max(offset, 0), len(s.text))
	for offset > 0 && offset < len(s.text) && !utf8.RuneStart(s.text[offset]) {
		offset--
	}
	line := s.lineAt(offset)
	column := utf8.RuneCountInString(s.text[s.starts[line-1]:offset]) + 1
	return diagnostic.Position{File: s.Name, Line: line, Column: column}
}

// lineAt is the line of a byte offset, from 1.
func (s *File) lineAt(offset int) int { return sort.SearchInts(s.starts, offset+1) }

// offset is the byte offset of a line and column; a position beyond a line's end
// is the line's end.
func (s *File) offset(line, column int) int {
	if line < 1 || line > len(s.starts) {
		return len(s.text)
	}
	return s.starts[line-1] + skipColumns(s.line(line), column-1)
}

// skipColumns is the length in bytes of the first n characters of the line.
func skipColumns(line string, n int) int {
	i := 0
	for ; n > 0 && i < len(line); n-- {
		_, size := utf8.DecodeRuneInString(line[i:])
		i += size
	}
	return i
}

// diag builds a diagnostic at a line and column, width characters wide.
func (s *File) diag(line, column, width int, message, hint string) diagnostic.Diagnostic {
	return diagnostic.Diagnostic{
		Position: diagnostic.Position{File: s.Name, Line: line, Column: column},
		Width:    width,
		Message:  message,
		Hint:     hint,
		Source:   s.line(line),
	}
}

// diagAt builds a diagnostic at a byte offset, length bytes wide; what goes
// on over the end of the line is not underlined.
func (s *File) diagAt(offset, length int, message, hint string) diagnostic.Diagnostic {
	p := s.position(offset)
	rest := s.line(p.Line)
	rest = rest[min(len(rest), offset-s.starts[p.Line-1]):]
	width := utf8.RuneCountInString(rest[:min(len(rest), max(length, 0))])
	return s.diag(p.Line, p.Column, width, message, hint)
}

// check reports why the text is not read in any format: its size, its encoding,
// a NUL, a key in it.
func (s *File) check() diagnostic.List {
	if len(s.text) > MaxFileSize {
		message := fmt.Sprintf("the file is %d MB, over the limit of %d MB", len(s.text)>>20, MaxFileSize>>20)
		return diagnostic.List{{Position: diagnostic.Position{File: s.Name}, Message: message, Hint: "split it"}}
	}
	if IsUTF16(s.text) {
		return diagnostic.List{{Position: diagnostic.Position{File: s.Name}, Message: UTF16Message, Hint: UTF16Hint}}
	}
	if i := strings.IndexByte(s.text, 0); i >= 0 {
		return diagnostic.List{s.diagAt(i, 1, NULMessage, NULHint)}
	}
	if d := s.key(); d != nil {
		return diagnostic.List{*d}
	}
	if i := invalidUTF8(s.text); i >= 0 {
		message := fmt.Sprintf("byte 0x%02X is not valid UTF-8", s.text[i])
		return diagnostic.List{s.diagAt(i, 1, message, "save the file as UTF-8")}
	}
	return nil
}

const (
	UTF16Message = "the file is UTF-16, expected UTF-8"
	UTF16Hint    = "save it as UTF-8"
	NULMessage   = "found a NUL byte, expected UTF-8 text"
	NULHint      = "is this a binary file, or UTF-16? save it as UTF-8"
)

// IsUTF16 reports whether a text begins with the byte order mark of UTF-16.
func IsUTF16[T string | []byte](text T) bool {
	return len(text) >= 2 && (text[0] == 0xFF && text[1] == 0xFE || text[0] == 0xFE && text[1] == 0xFF)
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// Parse reads the documents of a .json file as ParseJSON does, and of any other as
// ParseYAML.
func Parse(src *File) ([]*Value, diagnostic.List) {
	if strings.EqualFold(path.Ext(src.Rel), ".json") {
		return ParseJSON(src)
	}
	return ParseYAML(src)
}

// Value is the whole text as a String.
func (s *File) Value() *Value {
	return &Value{Kind: String, Text: s.text, Line: 1, Column: 1, file: s, style: verbatimStyle}
}

// Cell is a String of the file in a line, whose text is not known to the File.
func (s *File) Cell(text string, line int) Value {
	return Value{Kind: String, Text: text, Line: line, Column: 1, file: s}
}
