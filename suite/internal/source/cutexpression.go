package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// ExpressionKeys are the keys whose values are expressions, or hold some.
var ExpressionKeys = map[string]bool{"assert": true, "expr": true, "when": true, "gates": true, "metrics": true}

// proseKeys are the keys beside expressions whose values are none.
var proseKeys = map[string]bool{"name": true, "level": true, "rubric": true, "weight": true, "min_score": true, "better": true}

const (
	cutHint         = `write it under "assert: |" or quote it`
	templateMessage = "YAML takes {{ for the start of a map"
	templateHint    = `quote the text: "{{ … }}"`
)

// cutMessage is the error that YAML ended an expression at a sign.
func cutMessage(at string) string {
	return fmt.Sprintf("YAML cut this expression at %#q", at)
}

// templateLength is the length of the template at the start of a line.
func templateLength(line string) int {
	if end := strings.Index(line, "}}"); end > 0 {
		return end + 2
	}
	return 2
}

// namePattern is what a key looks like that was meant as one.
var namePattern = regexp.MustCompile(`^[A-Za-z_][\w-]*$`)

var (
	anchorPattern   = regexp.MustCompile(`&\S+[ \t]+$`)
	namedPattern    = regexp.MustCompile(`^&[\w-]+[ \t]+$`) // an anchor that was meant as one
	operatorPattern = regexp.MustCompile(`^[=!<>|&+*/%?.]`)
)

// CutExpression is the error that YAML took a part of an expression for its own
// signs. v is the value where an expression was expected, or the map of an
// assertion with the keys; it is no expression where its first key is one of
// these, or near one. ok is false where YAML cut nothing.
func (v *Value) CutExpression(keys []string) (d diagnostic.Diagnostic, ok bool) {
	if v == nil || v.file == nil || v.Line == 0 || v.faulty {
		return d, false
	}
	offset := -1
	begin := v.file.offset(v.Line, v.Column)
	switch v.Kind {
	case Map:
		if !v.hasKeyOf(keys, begin) {
			offset = cutOfMap(v)
		}
	case String:
		offset = cutOfText(v)
	case Null:
		if strings.HasPrefix(v.file.text[begin:], "&") {
			offset = begin
		}
	}
	if offset < 0 {
		return d, false
	}
	return v.file.diagAt(offset, 1, cutMessage(v.file.text[offset:offset+1]), cutHint), true
}

// hasKeyOf reports whether a map that begins at an offset, not in braces,
// begins with one of the keys or a name near one.
func (v *Value) hasKeyOf(keys []string, begin int) bool {
	if len(v.Members) == 0 || strings.HasPrefix(v.file.text[begin:], "{") {
		return false
	}
	first := v.Members[0].Key
	return slices.Contains(keys, first) || diagnostic.Nearest(first, keys) != ""
}

// cutOfMap is the offset of the sign that made an expression a map, or -1.
func cutOfMap(v *Value) int {
	text := v.file.text
	switch begin := v.file.offset(v.Line, v.Column); {
	case begin == len(text) || len(v.Members) == 0:
		return -1
	case text[begin] == '?':
		return begin
	case text[begin] == '{':
		for _, m := range v.Members {
			if offset := cutOfText(m.Value); offset >= 0 {
				return offset
			}
		}
		return -1
	}
	first := v.Members[0]
	end := v.file.offset(first.Line, first.Column) + len(first.Key)
	if namePattern.MatchString(first.Key) && (len(v.Members) > 1 || first.Value.Kind == Map || first.Value.Kind == List) {
		return -1
	}
	if end > len(text) || !strings.HasSuffix(text[:end], first.Key) {
		return -1
	}
	_, _, blanks := space(text[end:])
	if !strings.HasPrefix(text[end+blanks:], ":") {
		return -1
	}
	return end + blanks
}

// cutOfText is the offset of the sign that ended a plain scalar in the
// middle of an expression, or that came before it, or -1.
func cutOfText(v *Value) int {
	if v.Kind != String || v.style != plainStyle || v.file == nil {
		return -1
	}
	runs, ok := v.trace()
	if !ok {
		return -1
	}
	text := v.file.text
	if before := anchorPattern.FindStringIndex(text[v.file.starts[v.Line-1]:runs[0].source]); before != nil {
		begin := v.file.starts[v.Line-1] + before[0]
		if operatorPattern.MatchString(v.Text) || !namedPattern.MatchString(text[begin:runs[0].source]) {
			return begin
		}
	}
	end := runs[len(runs)-1].source
	blanks, _, _ := space(text[end:])
	if end += blanks; balanced(v.Text) || end == len(text) || strings.IndexByte("#,]}", text[end]) < 0 {
		return -1
	}
	return end
}

// balanced reports whether every quote and bracket of an expression is closed.
func balanced(expression string) bool {
	depth := 0
	quote := byte(0)
	for i := 0; i < len(expression); i++ {
		switch c := expression[i]; {
		case quote != 0 && c == '\\' && quote != '`':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		}
	}
	return quote == 0 && depth <= 0
}
