package exprlang

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// A text is measured in characters, Unicode code points: by len, in slices and
// indexes, and by indexOf and lastIndexOf. expr-lang itself counts characters
// in the one and bytes in the others.

// slice rewrites v[from:to] on a text or a list. Bounds below 0 count from the
// end, and those beyond an end are that end.
func (r *rewriter) slice(n *ast.SliceNode) ast.Node {
	args := []ast.Node{r.rewrite(n.Node)}
	for _, bound := range []ast.Node{n.From, n.To} {
		if bound != nil {
			args = append(args, r.rewrite(bound))
		}
	}
	return r.call(n, func(f *frame, args []any) (any, error) {
		bounds := args[1:]
		from, to := any(0), any(nil)
		if n.From != nil {
			from, bounds = bounds[0], bounds[1:]
		}
		if n.To != nil {
			to = bounds[0]
		}
		if err := f.walk(args[0]); err != nil {
			return nil, err
		}
		v, err := slice(args[0], from, to)
		if err != nil {
			return nil, &sentence{message: textOf(n.Node) + err.Error()}
		}
		return v, nil
	}, args...)
}

// slice is the part of a text or a list between two bounds; a bound to that is
// nil is the end.
func slice(v, from, to any) (any, error) {
	text, isText := v.(string)
	list := reflect.ValueOf(v)
	if !isText && (v == nil || !isList(list)) {
		return nil, fmt.Errorf(" is %s: only a text or a list has a part [from:to]", describeValue(v))
	}
	length := utf8.RuneCountInString(text)
	if !isText {
		length = list.Len()
	}
	if to == nil {
		to = length
	}
	start, okStart := wholeNumber(from)
	end, okEnd := wholeNumber(to)
	if !okStart || !okEnd {
		return nil, fmt.Errorf("[from:to] needs whole numbers, found %s and %s", Render(from, 40), Render(to, 40))
	}
	start, end = bound(start, length), bound(end, length)
	start = min(start, end)
	if isText {
		return text[offset(text, start):offset(text, end)], nil
	}
	if list.Kind() == reflect.Slice {
		return list.Slice(start, end).Interface(), nil
	}
	part := make([]any, end-start) // of a pair, as toPairs gives them
	for i := range part {
		part[i] = list.Index(start + i).Interface()
	}
	return part, nil
}

// bound is where a bound of a slice is in something of the given length.
func bound(i, length int) int {
	if i < 0 {
		i += length
	}
	return min(max(i, 0), length)
}

// wholeNumber is a number that counts characters or elements.
func wholeNumber(v any) (int, bool) {
	if i, ok := intOf(v); ok {
		return int(i), true
	}
	f, ok := floatOf(v)
	return int(f), ok && f == float64(int(f))
}

// offset is where in a text a character begins, in bytes.
func offset(text string, character int) int {
	for i := range text {
		if character == 0 {
			return i
		}
		character--
	}
	return len(text)
}

// character is the character of a text that an index names.
func character(f *frame, text string, key any, owner string) (any, error) {
	if err := f.walk(text); err != nil {
		return nil, err
	}
	if _, isNumber := wholeNumber(key); !isNumber {
		return nil, noParts(text, key, owner)
	}
	i, err := index(key, utf8.RuneCountInString(text), owner, "text", "character")
	if err != nil {
		return nil, err
	}
	at := offset(text, i)
	_, size := utf8.DecodeRuneInString(text[at:])
	return text[at : at+size], nil
}

// indexIn makes indexOf and lastIndexOf of a search for bytes: the place of a
// part in characters, -1 where the text does not have it.
func indexIn(search func(text, part string) int) func(f *frame, args []any) (any, error) {
	return func(_ *frame, args []any) (any, error) {
		text, part := args[0].(string), args[1].(string)
		i := search(text, part)
		if i < 0 {
			return -1, nil
		}
		return utf8.RuneCountInString(text[:i]), nil
	}
}

var (
	indexOf     = indexIn(strings.Index)
	lastIndexOf = indexIn(strings.LastIndex)
)
