package assert

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// isJSON reports whether a text is one JSON value and nothing else but
// whitespace.
func isJSON(text string) bool { return json.Valid([]byte(text)) }

// readPerStep is how many bytes of JSON are read in one step.
const readPerStep = 64

// extract is extractJSON as expressions call it: how often it reads the text
// over is known behind it.
func extract(texts []string) (any, error) {
	v, read, err := extractJSON(texts[0])
	return exprlang.Because{Value: v, Steps: read / readPerStep}, err
}

// extractJSON is the JSON in a text that may hold more than that:
//
//   - the text itself, where it is JSON;
//   - else what its first code fence of JSON holds;
//   - else what the first fence without a language holds that is JSON;
//   - else the first object or array outside of fences that is whole;
//   - else what the first fence of any language holds that is an object or an
//     array.
//
// What begins as JSON and is broken is an error with its place: what comes
// inside of it, or behind it, is another value than the one that was meant.
// Numbers in brackets, as [1] and [2, 3], are marks of notes in text
// around them. read is how many bytes it has read beyond a few times the text's
// length.
func extractJSON(text string) (v any, read int, err error) {
	if v, err := exprlang.DecodeJSON(strings.TrimFunc(text, isBlank)); err == nil {
		return v, 0, nil
	}
	blocks, prose := fences(text)
	for _, b := range blocks {
		if b.isJSON() {
			v, err := exprlang.DecodeJSON(b.content(text))
			return v, 0, b.broken(text, err)
		}
	}
	for _, b := range blocks {
		if b.language != "" {
			continue
		}
		v, err := exprlang.DecodeJSON(b.content(text))
		if err == nil || b.opensValue(text) && opensJSON(b.content(text)) {
			return v, 0, b.broken(text, err)
		}
	}
	s := jsonScan{text: prose}
	if v, err := s.find(); v != nil || err != nil {
		return v, s.read, err
	}
	for _, b := range blocks {
		if v, err := exprlang.DecodeJSON(b.content(text)); err == nil && b.opensValue(text) {
			return v, s.read, nil
		}
	}
	return nil, s.read, s.none()
}

// isBlank is what may be around JSON: white space, also where JSON has none
// such, and a byte order mark.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' }

// isJSON reports whether the fence says that it holds JSON.
func (b fence) isJSON() bool {
	return b.language == "json" || strings.HasSuffix(b.language, "/json") || strings.HasSuffix(b.language, "+json")
}

// opensValue reports whether what the fence holds begins with a bracket.
func (b fence) opensValue(text string) bool {
	return b.from < b.to && strings.ContainsRune("{[", rune(text[b.from]))
}

// broken says why what the fence holds, which is to be JSON and nothing else,
// is none; nil where it is.
func (b fence) broken(text string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the code fence at %s holds no whole JSON: %s", position(text, b.opens), jsonProblem(text, b.from, err))
}

// jsonProblem says what is wrong with the JSON that begins at from, and where
// in the text.
func jsonProblem(text string, from int, err error) string {
	var problem *exprlang.JSONError
	switch {
	case !errors.As(err, &problem):
		return err.Error()
	case problem.CutOff:
		return "it is cut off"
	}
	return problem.Message + ", at " + position(text, from+problem.Offset)
}

// position is a place in a text: line 2, column 5, in characters.
func position(text string, at int) string {
	before := text[:min(at, len(text))]
	line := strings.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, column %d", strings.Count(before, "\n")+1, utf8.RuneCountInString(before[line:])+1)
}

// jsonScan looks for the first object or array in a text.
type jsonScan struct {
	text string
	read int
	mark int // where the first number in brackets stood, plus 1; 0 is nowhere
	// numbers is the first list of numbers in the middle of a sentence, which
	// counts where there is nothing else.
	numbers any
}

// find gives the first value, nil where there is none. The error says that one
// is broken.
func (s *jsonScan) find() (any, error) {
	most := extractWork + 4*len(s.text)
	for at := 0; ; {
		next := strings.IndexAny(s.text[at:], "{[")
		if next < 0 {
			return s.numbers, nil
		}
		at += next
		if end := listOfNumbers(s.text[at:]); end > 0 && !s.alone(at, at+end) {
			if err := s.note(at, end); err != nil {
				return nil, err
			}
			at += end
			continue
		}
		v, end, err := s.value(at)
		if v != nil || err != nil {
			return v, err
		}
		if s.read > most {
			return nil, errors.New("the text has too many brackets that open no JSON")
		}
		at += end
	}
}

// readAhead is how many bytes are read at least to look for a value.
const readAhead = 512

// extractWork bounds how often a text is read over, in bytes beyond a few times
// its length.
const extractWork = 1 << 20

// value gives the value at a bracket. Where the bracket is one of prose it
// gives none, and how long what it holds is.
func (s *jsonScan) value(at int) (v any, end int, err error) {
	rest := s.text[at:]
	if mayOpenJSON(rest) {
		if end, err = exprlang.JSONEnd(rest); err == nil {
			v, err = exprlang.DecodeJSON(rest[:end])
			return v, end, err
		}
		var problem *exprlang.JSONError
		if errors.As(err, &problem) {
			s.read += problem.Offset + readAhead
		}
	}
	if end = closing(rest); end > 0 && !opensJSON(rest) {
		return nil, end, nil
	}
	if err == nil {
		return nil, 0, fmt.Errorf("the text holds no whole JSON: the bracket at %s is never closed", position(s.text, at))
	}
	return nil, 0, fmt.Errorf("the text holds no whole JSON: what begins at %s is broken: %s", position(s.text, at), jsonProblem(s.text, at, err))
}

// note keeps a list of numbers that is in a sentence.
func (s *jsonScan) note(at, end int) error {
	if s.mark == 0 {
		s.mark = at + 1
	}
	list := s.text[at : at+end]
	if s.numbers != nil || strings.TrimSpace(list[1:len(list)-1]) != "" && !strings.Contains(list, ",") {
		return nil
	}
	if list != "[]" && strings.TrimSpace(list[1:len(list)-1]) == "" {
		return nil // a box to tick
	}
	v, err := exprlang.DecodeJSON(list)
	s.numbers = v
	return err
}

// none says that the text holds nothing, and what may look like something.
func (s *jsonScan) none() error {
	const none = "the text holds no JSON object or array"
	if s.mark == 0 {
		return errors.New(none)
	}
	at := s.mark - 1
	return fmt.Errorf("%s: %s at %s reads as a note in a sentence", none, s.text[at:at+listOfNumbers(s.text[at:])], position(s.text, at))
}

// alone reports whether nothing else is on the lines of a part of the text.
func (s *jsonScan) alone(from, to int) bool {
	inLine := func(r rune) bool { return isBlank(r) && r != '\n' }
	before, after := strings.TrimRightFunc(s.text[:from], inLine), strings.TrimLeftFunc(s.text[to:], inLine)
	return (before == "" || strings.HasSuffix(before, "\n")) && (after == "" || strings.HasPrefix(after, "\n"))
}

// maxNote bounds a list of numbers that may be a note, in bytes.
const maxNote = 100

// listOfNumbers is the length of the list of whole numbers that a text begins
// with, 0 where it begins with none.
func listOfNumbers(text string) int {
	if !strings.HasPrefix(text, "[") {
		return 0
	}
	for i := 1; i < min(len(text), maxNote); i++ {
		switch c := text[i]; {
		case c == ']':
			if json.Valid([]byte(text[:i+1])) {
				return i + 1
			}
			return 0
		case (c < '0' || c > '9') && c != ',' && c != ' ':
			return 0
		}
	}
	return 0
}

// mayOpenJSON reports whether what comes after a bracket could be JSON.
func mayOpenJSON(text string) bool {
	inside := strings.TrimLeft(text[1:], " \t\r\n")
	if inside == "" {
		return true
	}
	if text[0] == '{' {
		return strings.ContainsRune(`"}`, rune(inside[0])) || opensJSON(text)
	}
	return strings.ContainsRune(`"{[]-0123456789tfn`, rune(inside[0])) || opensJSON(text)
}

// opensJSON reports whether a bracket is meant to open JSON, well spelled or
// not: an object whose first key is quoted in some way, or has its colon, or
// hides behind a comment; a list that begins with an object or a text.
func opensJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n[")
	switch {
	case text == "":
		return true
	case strings.ContainsRune("\"'“”„«", firstRune(text)):
		return true
	case text[0] != '{':
		return false
	}
	inside := strings.TrimLeft(text[1:], " \t\r\n")
	if inside == "" || strings.ContainsRune("\"'“”„«", firstRune(inside)) || strings.HasPrefix(inside, "//") || strings.HasPrefix(inside, "/*") {
		return true
	}
	name := strings.TrimLeftFunc(inside, func(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) })
	return len(name) < len(inside) && strings.HasPrefix(strings.TrimLeft(name, " "), ":")
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// closing is how long the bracket that a text begins with is with all that it
// holds; 0 where it is never closed.
func closing(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
