package suite

import (
	"strings"
	"unicode"

	"github.com/evalrun/evalrun/suite/internal/source"
	"github.com/evalrun/evalrun/suite/internal/template"
)

// references are the names that expressions may use: every word of an
// expression is one.
type references struct {
	names map[string]bool
	// texts are the expressions, for names that are no words.
	texts []string
	// dynamic is set where an expression takes vars as a whole, or by a name
	// that only a run knows.
	dynamic bool
}

// tree adds the expressions of a tree but for what is below the key
// without: those of templates and, below the keys above, whole texts.
func (m *references) tree(v *Value, without string) { m.visit(v, without, false) }

func (m *references) visit(v *Value, without string, expression bool) {
	if v == nil {
		return
	}
	switch v.Kind {
	case String:
		if expression {
			m.expression(v.Text)
		} else if template.Has(v) {
			m.templates(v.Text)
		}
	case List:
		for _, item := range v.Items {
			m.visit(item, "", expression)
		}
	case Map:
		for _, member := range v.Members {
			if member.Key != without || without == "" {
				m.visit(member.Value, "", expression || source.ExpressionKeys[member.Key])
			}
		}
	}
}

// templates adds the expressions of a text with templates.
func (m *references) templates(text string) {
	for _, expression := range template.Expressions(text) {
		m.expression(expression)
	}
}

func (m *references) expression(text string) {
	if m.names == nil {
		m.names = map[string]bool{}
	}
	m.texts = append(m.texts, text)
	rest := text
	for {
		start := strings.IndexFunc(rest, isWord)
		if start < 0 {
			return
		}
		rest = rest[start:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !isWord(r) })
		if end < 0 {
			end = len(rest)
		}
		word := rest[:end]
		rest = rest[end:]
		m.names[word] = true
		m.dynamic = m.dynamic || word == "vars" && !namesMember(rest)
	}
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// namesMember reports whether what follows vars is the name of a member.
func namesMember(rest string) bool {
	const blanks = " \t\r\n"
	rest = strings.TrimPrefix(strings.TrimLeft(rest, blanks), "?")
	if name, ok := strings.CutPrefix(rest, "."); ok {
		rest = strings.TrimLeft(name, blanks)
		if !strings.HasPrefix(rest, "[") {
			return true // the parser takes nothing else there
		}
	}
	key, ok := strings.CutPrefix(rest, "[")
	return ok && strings.IndexAny(strings.TrimLeft(key, blanks), "\"'`") == 0
}

// has reports whether an expression uses a name, or may.
func (m *references) has(name string) bool {
	if m.dynamic || m.names[name] {
		return true
	}
	if strings.IndexFunc(name, func(r rune) bool { return !isWord(r) }) < 0 {
		return false
	}
	for _, text := range m.texts {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}
