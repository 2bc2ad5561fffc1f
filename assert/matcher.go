package assert

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// matcher is a condition that takes the place of a value in an expected input.
// A matcher without a test holds for every value.
type matcher struct {
	text string // as it is written
	test func(c *comparison, value any) (bool, error)
}

// String is the matcher as it is written; explanations show it.
func (m matcher) String() string { return m.text }

// comparison compares values with what is expected of them and counts its
// work in steps.
type comparison struct{ steps int }

var errCompareSteps = fmt.Errorf("comparing the inputs of the tools was stopped: it takes more than %d steps", maxSchemaSteps)

// spend counts work before it is done.
func (c *comparison) spend(steps int) error {
	c.steps += steps
	if c.steps > maxSchemaSteps || c.steps < 0 {
		return errCompareSteps
	}
	return nil
}

// unlikeError says that a text was compared with a number, or true or false
// with either, which are never equal.
type unlikeError struct{ message string }

func (e *unlikeError) Error() string { return e.message }

// differ says in which part a value is not as expected, or "": a map must have
// the expected members and may have others, a list has as many elements as
// expected, and a matcher says itself what holds.
func (c *comparison) differ(expected, value any, path string) (string, error) {
	if err := c.spend(1); err != nil {
		return "", err
	}
	switch expected := expected.(type) {
	case matcher:
		if expected.test == nil {
			return "", nil
		}
		ok, err := expected.test(c, value)
		if err != nil || ok {
			return "", err
		}
	case map[string]any:
		if m, ok := value.(map[string]any); ok {
			return c.differInMember(expected, m, path)
		}
	case []any:
		if list, ok := value.([]any); ok && len(list) == len(expected) {
			return c.differInElement(expected, list, path)
		}
	default:
		if text, ok := expected.(string); ok {
			if err := c.spend(len(text) / bytesPerStep); err != nil {
				return "", err
			}
		}
		equals, comparable := exprlang.Compare(expected, value)
		switch {
		case equals:
			return "", nil
		case !comparable:
			return "", &unlikeError{at(path) + fmt.Sprintf("expected %s, found %s, and a text never equals a number, nor true or false",
				exprlang.Render(expected, 40), exprlang.Render(value, 40))}
		}
	}
	return at(path) + fmt.Sprintf("expected %s, found %s", exprlang.Render(expected, 60), exprlang.Render(value, 60)), nil
}

func (c *comparison) differInMember(expected, value map[string]any, path string) (string, error) {
	var unlike error
	for _, key := range slices.Sorted(maps.Keys(expected)) {
		found, ok := value[key]
		if !ok {
			return fmt.Sprintf("%sexpected %s, found none", at(memberPath(path, key)), exprlang.Render(expected[key], 60)), nil
		}
		difference, err := c.differ(expected[key], found, memberPath(path, key))
		if mixed := (*unlikeError)(nil); errors.As(err, &mixed) {
			unlike = err // a plain difference elsewhere says that it is another call
			continue
		}
		if err != nil || difference != "" {
			return difference, err
		}
	}
	return "", unlike
}

func (c *comparison) differInElement(expected, value []any, path string) (string, error) {
	var unlike error
	for i := range expected {
		difference, err := c.differ(expected[i], value[i], fmt.Sprintf("%s[%d]", path, i))
		if mixed := (*unlikeError)(nil); errors.As(err, &mixed) {
			unlike = err
			continue
		}
		if err != nil || difference != "" {
			return difference, err
		}
	}
	return "", unlike
}

func memberPath(path, key string) string {
	key = exprlang.Render(key, 60)
	if path == "" {
		return strings.Trim(key, `"`)
	}
	return path + "[" + key + "]"
}

func at(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// anything holds for every value, but not for a member that is missing.
func anything(...any) (any, error) { return matcher{text: "anything()"}, nil }

// containing holds for a text with a part.
func containing(args []string) (any, error) {
	part := args[0]
	return matcher{"containing(" + exprlang.Render(part, 40) + ")", func(c *comparison, value any) (bool, error) {
		text, ok := value.(string)
		if !ok {
			return false, nil
		}
		return strings.Contains(text, part), c.spend((len(text) + len(part)) / bytesPerStep)
	}}, nil
}

// matching holds for a text in which a regular expression matches.
func matching(args []string) (any, error) {
	var compile comparison
	pattern, err := exprlang.CompilePattern(args[0], compile.spend)
	if err != nil {
		return nil, err
	}
	m := matcher{"matching(" + exprlang.Render(args[0], 40) + ")", func(c *comparison, value any) (bool, error) {
		text, ok := value.(string)
		if !ok {
			return false, nil
		}
		if err := c.spend(pattern.Steps(text)); err != nil {
			return false, err
		}
		return pattern.MatchString(text), nil
	}}
	return exprlang.Because{Value: m, Steps: compile.steps}, nil
}

// between holds for a number from low to high, both included.
func between(args ...any) (any, error) {
	for _, bound := range args {
		if _, ok := exprlang.Order(bound, bound); !ok {
			return nil, fmt.Errorf("between takes two numbers, found %s", exprlang.Render(bound, 40))
		}
	}
	low, high := args[0], args[1]
	text := fmt.Sprintf("between(%s, %s)", exprlang.Render(low, 40), exprlang.Render(high, 40))
	if order, _ := exprlang.Order(low, high); order > 0 {
		return nil, fmt.Errorf("%s holds for no number", text)
	}
	return matcher{text, func(_ *comparison, value any) (bool, error) {
		above, ok := exprlang.Order(value, low)
		below, _ := exprlang.Order(value, high)
		return ok && above >= 0 && below <= 0, nil
	}}, nil
}

// oneOf holds for a value that is as one of some is expected.
func oneOf(args ...any) (any, error) {
	texts := make([]string, len(args))
	for i, option := range args {
		texts[i] = exprlang.Render(option, 40)
	}
	return matcher{"one_of(" + strings.Join(texts, ", ") + ")", func(c *comparison, value any) (bool, error) {
		var unlike error
		for i, option := range args {
			difference, err := c.differ(option, value, "")
			if mixed := (*unlikeError)(nil); !errors.As(err, &mixed) {
				if err != nil || difference == "" {
					return err == nil, err
				}
				unlike = nil
			} else if i == 0 {
				unlike = err
			}
		}
		return false, unlike // where no option is of the value's kind
	}}, nil
}
