package source

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// What is done to find more problems behind the first: the text is read again
// without it.
const (
	maxRereads    = 20
	maxRereadSize = 1 << 20 // of the text, in bytes
)

// fault is what is wrong with a text that is not YAML.
type fault struct {
	offset, length int
	message, hint  string
	// begin and end are what could be left out so that the rest can be read;
	// both are 0 where that is not known.
	begin, end int
}

// syntaxErrors explains why the reader refused a text with err. Where a problem
// does not reach beyond its line, those behind it are found too.
func syntaxErrors(src *File, err error) diagnostic.List {
	var list diagnostic.List
	text := src.text
	for {
		f := explain(src, text, err)
		list.Add(src.diagAt(f.offset, f.length, f.message, f.hint))
		if f.end == 0 || len(list) == maxRereads || len(text) > maxRereadSize || text[f.begin] == ' ' {
			return list.Sorted()
		}
		text = text[:f.begin] + strings.Repeat(" ", f.end-f.begin) + text[f.end:]
		readable, _ := withPlaceholders(text)
		if _, err = decodeYAML(strings.NewReader(readable)); err == nil {
			return list.Sorted()
		}
	}
}

// explanation is an error of the reader on the way to a fault: at is where the
// reader stopped, from is where what it was reading began, the same as at where
// that is not known.
type explanation struct {
	*File
	text     string // the source's, without the faults that are known already
	stage    yaml.Stage
	at, from int
}

// explain finds what is wrong at the positions that the reader's error has. Its
// words name tokens, so they are given only where the text there tells
// nothing.
func explain(src *File, text string, err error) (f fault) {
	var wrong *yaml.LoadError
	if !errors.As(err, &wrong) {
		return fault{length: 1, message: "this is not YAML: " + err.Error()}
	}
	defer func() {
		if recover() != nil { // no explanation is worth a crash
			f = fault{offset: src.offset(wrong.Mark.Line, wrong.Mark.Column), length: 1, message: "this is not YAML: " + wrong.Message}
		}
	}()
	e := explanation{File: src, text: text, stage: wrong.Stage}
	e.at = src.offset(wrong.Mark.Line, wrong.Mark.Column)
	e.from = e.at
	if wrong.ContextMark.Line > 0 {
		e.from = src.offset(wrong.ContextMark.Line, wrong.ContextMark.Column)
	}
	if errors.Is(err, errTooDeep) {
		return fault{offset: e.at, length: 1, message: tooDeep}
	}
	if f, ok := e.template(); ok {
		return f
	}
	known := wrong.ContextMark.Line > 0
	switch stage := wrong.Stage; {
	case stage == yaml.ComposerStage && e.is(e.at, "*"):
		return e.alias()
	case e.is(e.at, "\t"):
		return e.tab()
	case stage == yaml.ScannerStage && e.from < e.at && !e.is(e.from, "%"):
		return e.scanned()
	case stage == yaml.ScannerStage && !known && e.isSign(e.at, ':'):
		return e.colon()
	case stage == yaml.ScannerStage && !known && e.isSign(e.at, '?'):
		return e.inLine(e.at, 1, `found "?", expected a value`, "quote the text")
	case stage == yaml.ScannerStage && !known && e.isSign(e.at, '-'):
		return fault{offset: e.at, length: 1, message: "found a list on the line of its key", hint: "begin the list on the next line, or write it as [a, b]"}
	case stage == yaml.ParserStage && e.is(e.from, "[{") && e.from < e.at:
		return e.brackets()
	case e.from == e.at && known:
		return e.start()
	case stage == yaml.ParserStage && e.at < len(text) && !e.is(e.at, "%"):
		return e.structure(known)
	}
	return fault{offset: e.at, length: 1, message: "this is not YAML: " + wrong.Message}
}

// is reports whether one of the characters is at an offset.
func (e *explanation) is(offset int, characters string) bool {
	return offset < len(e.text) && strings.IndexByte(characters, e.text[offset]) >= 0
}

// isSign reports whether a sign is at an offset that is one only before a
// blank.
func (e *explanation) isSign(offset int, sign byte) bool {
	return e.is(offset, string(sign)) && isBlank(e.text, offset+1)
}

// isBlank reports whether there is a blank, a line break or the end at i.
func isBlank(text string, i int) bool {
	return i >= len(text) || strings.IndexByte(" \t\r\n", text[i]) >= 0
}

// restOfLine is the text from an offset to the end of its line.
func (e *explanation) restOfLine(offset int) string { return firstLine(e.text[offset:]) }

// inLine is a fault that does not reach beyond its line; in an expression it
// has another cause.
func (e *explanation) inLine(offset, length int, message, hint string) fault {
	f := fault{offset: offset, length: length, message: message, hint: hint, begin: offset, end: offset + len(e.restOfLine(offset))}
	if e.inExpression(offset) {
		f.message, f.hint = cutMessage(e.text[offset:offset+length]), cutHint
	}
	return f
}

// tab reports that a tab is in the indentation.
func (e *explanation) tab() fault {
	return fault{offset: e.at, length: 1, message: "found a tab in the indentation, expected spaces", hint: "indent with spaces only"}
}

// badStart reports that no text begins like this.
func (e *explanation) badStart(offset int) fault {
	return e.inLine(offset, 1, badStart(e.text[offset:]), "quote the text")
}

func badStart(text string) string {
	return "no plain text can begin with " + diagnostic.Quote(text[:1])
}

// start explains what cannot be where a value begins.
func (e *explanation) start() fault {
	switch {
	case e.at == len(e.text) && strings.ContainsAny(e.text, "[{"):
		e.from = strings.LastIndexAny(e.text, "[{")
		return e.unclosedBracket() // nothing else waits for a value
	case e.at == len(e.text):
		return fault{offset: e.at, length: 1, message: "the text ends where a value is expected"}
	case e.inBrackets() && e.is(e.at, ","):
		return e.within(e.at, "found a comma without a value before it", "remove the comma, or quote it")
	case e.inBrackets() && e.isSign(e.at, '-'):
		return e.within(e.at, "found a list's dash in brackets", "write only commas between the entries")
	case e.inBrackets():
		return e.within(e.at, badStart(e.text[e.at:]), "quote the text")
	}
	return e.badStart(e.at)
}
