package fakeapi

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A rule checks one value of a request. The rules of this file are combined
// into the shapes of blocks.go, tools.go and validate.go, which read like the
// API's reference. A refusal names the path as the API does: the alternative
// that a type tag chose is part of it ("messages.0.content.1.image.source").
type rule func(c *checker, v any) *apiError

// checker knows which part of the request is being checked.
type checker struct {
	path  []string
	betas map[string]bool
}

// fail refuses the value at the present path.
func (c *checker) fail(format string, args ...any) *apiError {
	message := fmt.Sprintf(format, args...)
	if len(c.path) > 0 {
		message = strings.Join(c.path, ".") + ": " + message
	}
	return &apiError{status: http.StatusBadRequest, message: message}
}

// at applies r to v one step further down. After a refusal the path stays.
func (c *checker) at(step string, r rule, v any) *apiError {
	c.path = append(c.path, step)
	if err := r(c, v); err != nil {
		return err
	}
	c.path = c.path[:len(c.path)-1]
	return nil
}

// field is one field of an object.
type field struct {
	name     string
	rule     rule
	required bool
	// betas are the names of the betas (without their date) one of which the
	// request must ask for, or the API does not know the field. None: no need.
	betas []string
}

func required(name string, r rule) field { return field{name: name, rule: r, required: true} }
func optional(name string, r rule) field { return field{name: name, rule: r} }

// fields is an object with these fields and no other.
func fields(known ...field) rule {
	return func(c *checker, v any) *apiError {
		m, ok := v.(map[string]any)
		if !ok {
			return c.fail("Input should be a valid dictionary")
		}
		seen := 0
		for _, f := range known {
			value, present := m[f.name]
			switch {
			case !present && f.required:
				return c.at(f.name, missing, nil)
			case !present || !c.knows(f):
				continue
			}
			seen++
			if err := c.at(f.name, f.rule, value); err != nil {
				return err
			}
		}
		if seen < len(m) {
			return c.extra(m, known)
		}
		return nil
	}
}

// knows reports whether the API knows the field under the betas asked for.
func (c *checker) knows(f field) bool { return c.asksFor(f.betas) }

// asksFor reports whether the request asks for one of the betas, if any is
// needed.
func (c *checker) asksFor(betas []string) bool {
	return len(betas) == 0 || slices.ContainsFunc(betas, func(name string) bool { return c.betas[name] })
}

// extra refuses the first field, by name, that is not known.
func (c *checker) extra(m map[string]any, known []field) *apiError {
	var extras []string
	for name := range m {
		isKnown := slices.ContainsFunc(known, func(f field) bool { return f.name == name && c.knows(f) })
		if !isKnown {
			extras = append(extras, name)
		}
	}
	return c.at(slices.Min(extras), notPermitted, nil)
}

// refusing refuses whatever it is given.
func refusing(format string, args ...any) rule {
	return func(c *checker, _ any) *apiError { return c.fail(format, args...) }
}

var (
	missing      = refusing("Field required")
	notPermitted = refusing("Extra inputs are not permitted")
)

// both is two rules, one after the other.
func both(first, second rule) rule {
	return func(c *checker, v any) *apiError {
		if err := first(c, v); err != nil {
			return err
		}
		return second(c, v)
	}
}

// alternative is one member of a tagged union, which may need a beta as a field
// may.
type alternative struct {
	tag   string
	rule  rule
	betas []string
}

// under is the alternative where the request asks for one of the betas.
func (a alternative) under(betas ...string) alternative {
	a.betas = betas
	return a
}

// tagged is an object whose field "type" chooses the rule.
func tagged(alternatives ...alternative) rule {
	byTag := make(map[string]alternative, len(alternatives))
	var tags []string
	for _, a := range alternatives {
		byTag[a.tag] = a
		if len(a.betas) == 0 {
			tags = append(tags, "'"+a.tag+"'")
		}
	}
	expected := strings.Join(tags, ", ")
	return func(c *checker, v any) *apiError {
		m, ok := v.(map[string]any)
		if !ok {
			return c.fail("Input should be a valid dictionary or object to extract fields from")
		}
		tag, present := m["type"]
		if !present {
			return c.at("type", missing, nil)
		}
		a, ok := byTag[str(tag)]
		if !ok || !c.asksFor(a.betas) {
			return c.fail("Input tag '%v' found using 'type' does not match any of the expected tags: %s", tag, expected)
		}
		return c.at(str(tag), a.rule, v)
	}
}

// typed is a member of a union: an object of one type with these fields.
func typed(tag string, known ...field) alternative {
	return alternative{tag: tag, rule: fields(append([]field{required("type", text)}, known...)...)}
}

// only is an object whose type can be no other. It is no union, so that the
// tag is not part of the path.
func only(tag string, known ...field) rule {
	return fields(append([]field{required("type", oneOf(tag))}, known...)...)
}

// listOf is a list of at most most elements; most 0 is any number.
func listOf(r rule, most int) rule {
	return func(c *checker, v any) *apiError {
		l, ok := v.([]any)
		if !ok {
			return c.fail("Input should be a valid list")
		}
		if most > 0 && len(l) > most {
			return c.fail("List should have at most %d items after validation, not %d", most, len(l))
		}
		for i, element := range l {
			if err := c.at(strconv.Itoa(i), r, element); err != nil {
				return err
			}
		}
		return nil
	}
}

// textOr is a string, or else what r takes.
func textOr(r rule) rule {
	return func(c *checker, v any) *apiError {
		switch v.(type) {
		case string:
			return nil
		case []any, map[string]any:
			return r(c, v)
		}
		return c.fail("Input should be a valid string or list")
	}
}

// nullable is null, or else what r takes.
func nullable(r rule) rule {
	return func(c *checker, v any) *apiError {
		if v == nil {
			return nil
		}
		return r(c, v)
	}
}

// text is any string.
func text(c *checker, v any) *apiError {
	if _, ok := v.(string); !ok {
		return c.fail("Input should be a valid string")
	}
	return nil
}

// textBetween is a string of least to most characters.
func textBetween(least, most int) rule {
	return func(c *checker, v any) *apiError {
		s, ok := v.(string)
		if !ok {
			return c.fail("Input should be a valid string")
		}
		switch n := utf8.RuneCountInString(s); {
		case n < least:
			return c.fail("String should have at least %d character%s", least, plural(least))
		case n > most:
			return c.fail("String should have at most %d character%s", most, plural(most))
		}
		return nil
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// matching is a string that matches the pattern.
func matching(pattern string) rule {
	re := regexp.MustCompile(pattern)
	return func(c *checker, v any) *apiError {
		s, ok := v.(string)
		if !ok {
			return c.fail("Input should be a valid string")
		}
		if !re.MatchString(s) {
			return c.fail("String should match pattern '%s'", pattern)
		}
		return nil
	}
}

// oneOf is one of these strings.
func oneOf(values ...string) rule {
	expected := "'" + strings.Join(values, "', '") + "'"
	if i := strings.LastIndex(expected, ", "); i >= 0 {
		expected = expected[:i] + " or " + expected[i+len(", "):]
	}
	return func(c *checker, v any) *apiError {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			return c.fail("Input should be %s", expected)
		}
		return nil
	}
}

// boolean is true or false.
func boolean(c *checker, v any) *apiError {
	if _, ok := v.(bool); !ok {
		return c.fail("Input should be a valid boolean")
	}
	return nil
}

// integer is a whole number, least or more. 1024.0 is one, as for the API.
func integer(least int) rule {
	return func(c *checker, v any) *apiError {
		f, ok := number(v)
		switch {
		case !ok:
			return c.fail("Input should be a valid integer")
		case f != math.Trunc(f):
			return c.fail("Input should be a valid integer, got a number with a fractional part")
		case f < float64(least):
			return c.fail("Input should be greater than or equal to %d", least)
		}
		return nil
	}
}

// between is a number from least to most.
func between(least, most float64) rule {
	return func(c *checker, v any) *apiError {
		f, ok := number(v)
		switch {
		case !ok:
			return c.fail("Input should be a valid number")
		case f < least:
			return c.fail("Input should be greater than or equal to %v", least)
		case f > most:
			return c.fail("Input should be less than or equal to %v", most)
		}
		return nil
	}
}

// anyObject is an object with any fields.
func anyObject(c *checker, v any) *apiError {
	if _, ok := v.(map[string]any); !ok {
		return c.fail("Input should be a valid dictionary")
	}
	return nil
}

// anything is any value.
func anything(*checker, any) *apiError { return nil }
