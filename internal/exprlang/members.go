package exprlang

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker/nature"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// member rewrites a.b, a["b"] and a[0]: what is not there is an error and not
// nil, but under ?. and on the left of ??.
func (r *rewriter) member(n *ast.MemberNode, soft bool) ast.Node {
	if n.Optional {
		c := *n
		c.Node, c.Property = r.softly(n.Node, soft), r.key(n.Property)
		return &c
	}
	if isMethodOwner(n.Node) {
		c := *n
		c.Node = r.present(n)
		return &c
	}
	owner := textOf(n.Node)
	base, key := r.softly(n.Node, soft), r.key(n.Property)
	if soft {
		return r.call(n, func(f *frame, args []any) (any, error) {
			return softMember(f, args[0], args[1], owner)
		}, base, key)
	}
	isNil, known := r.nilMeaning(n.Node), hasField(n)
	return r.call(n, func(f *frame, args []any) (any, error) {
		if args[0] == nil && isNil != "" {
			return nil, &sentence{message: isNil}
		}
		v, err := member(f, args[0], args[1], owner)
		if known && err != nil {
			return nil, absent(args[0], args[1], owner, err)
		}
		return v, err
	}, base, key)
}

// present rewrites the owner of a method. Where it may be nil, that is the
// method's error: nil has none.
func (r *rewriter) present(method *ast.MemberNode) ast.Node {
	owner := method.Node
	c := r.rewrite(owner)
	if !isNullable(owner) {
		return c
	}
	isNil := cmp.Or(r.nilMeaning(owner), textOf(owner)+" is nil")
	value := r.call(method, func(_ *frame, args []any) (any, error) {
		if args[0] == nil {
			return nil, &sentence{message: isNil}
		}
		return args[0], nil
	}, c)
	value.SetNature(nature.FromType(owner.Nature().Type.Elem()))
	return value
}

// hasField reports whether a member's name is one that the type of its map
// knows, so that it is no typing error where it is missing.
func hasField(n *ast.MemberNode) bool {
	owner := n.Node.Nature()
	name, ok := n.Property.(*ast.StringNode)
	if !ok || owner.TypeData == nil || owner.Fields == nil {
		return false
	}
	_, ok = owner.Fields[name.Value]
	return ok
}

// absent says that this value lacks a key that others of its type have.
func absent(of, key any, owner string, err error) error {
	m, ok := of.(map[string]any)
	if _, isMissing := err.(*missingError); !ok || !isMissing {
		return err
	}
	return &missingError{func() string {
		return fmt.Sprintf("%s has no %q here; it has %s", owner, key, enumerate(slices.Sorted(maps.Keys(m)), 10))
	}}
}

// softMember is nil where member finds nothing.
func softMember(f *frame, of, key any, owner string) (any, error) {
	if of == nil {
		return nil, nil
	}
	v, err := member(f, of, key, owner)
	if _, missing := err.(*missingError); missing {
		return nil, nil
	}
	return v, err
}

// nilMeaning is what it means that a variable is nil, or a member of its name
// and of a Nullable type; "" for all else.
func (r *rewriter) nilMeaning(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if !slices.Contains(r.locals, n.Value) {
			return r.env.nils[n.Value]
		}
	case *ast.ChainNode:
		return r.nilMeaning(n.Node)
	case *ast.CallNode:
		if m, ok := n.Callee.(*ast.MemberNode); ok && m.Optional {
			return r.nilMeaning(m.Node)
		}
	case *ast.MemberNode:
		name, ok := n.Property.(*ast.StringNode)
		if ok && isNullable(n) {
			return r.env.nils[name.Value]
		}
	}
	return ""
}

// key rewrites the key of a member or a map, most often a literal.
func (r *rewriter) key(n ast.Node) ast.Node {
	if s, ok := n.(*ast.StringNode); ok {
		return s
	}
	return r.rewrite(n)
}

// isMethodOwner reports whether a node's value has methods: durations and
// times do, and durations that may be nil.
func isMethodOwner(n ast.Node) bool {
	return n.Nature().IsDuration() || n.Nature().IsTime() || n.Nature().Type == reflect.TypeFor[*time.Duration]()
}

// isNullable reports whether a node's type is one of the Nullable ones.
func isNullable(n ast.Node) bool {
	t := n.Nature().Type
	return t != nil && t.Kind() == reflect.Pointer
}

// missingError says that a map or list lacks what was asked for. The sentence
// is made where it is shown: left of ?? and under ?. it never is, and to look
// for the key that was meant takes time.
type missingError struct{ sentence func() string }

func (e *missingError) Error() string { return e.sentence() }

// As lets errors.As find the sentence.
func (e *missingError) As(target any) bool {
	s, ok := target.(**sentence)
	if ok {
		*s = &sentence{message: e.sentence()}
	}
	return ok
}

func missing(format string, args ...any) error {
	return &missingError{func() string { return fmt.Sprintf(format, args...) }}
}

// member is the part of a map or list that a key or index names.
func member(f *frame, of, key any, owner string) (any, error) {
	switch of := of.(type) {
	case map[string]any:
		name, ok := key.(string)
		if err := f.hash(name); err != nil {
			return nil, err
		}
		if !ok {
			return nil, &sentence{message: fmt.Sprintf("%s is a map: its keys are strings, not %s", owner, describeValue(key))}
		}
		if v, ok := of[name]; ok {
			return evaluated(v)
		}
		return nil, missingKey(of, name, owner)
	case []any:
		i, err := index(key, len(of), owner, "list", "element")
		if err != nil {
			return nil, err
		}
		return of[i], nil
	case nil:
		return nil, &sentence{message: fmt.Sprintf("%s is nil: it has no %s", owner, keyText(key))}
	case string:
		return character(f, of, key, owner)
	case bool, int, float64, Number:
		return nil, noParts(of, key, owner)
	}
	return memberOfOther(of, key, owner)
}

// noParts says that a value has neither keys nor elements.
func noParts(of, key any, owner string) error {
	return &sentence{message: fmt.Sprintf("%s is %s: it has no %s", owner, describeValue(of), keyText(key))}
}

// evaluated is a value, or what it gives where it is made on demand.
func evaluated(v any) (any, error) {
	if lazy, ok := v.(func() (any, error)); ok {
		return lazy()
	}
	return v, nil
}

// memberOfOther serves the typed lists and maps of expr-lang's own functions.
func memberOfOther(of, key any, owner string) (any, error) {
	v := reflect.ValueOf(of)
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		i, err := index(key, v.Len(), owner, "list", "element")
		if err != nil {
			return nil, err
		}
		return v.Index(i).Interface(), nil
	case reflect.Map:
		k := reflect.ValueOf(key)
		if k.IsValid() && k.Comparable() && k.Type().AssignableTo(v.Type().Key()) {
			if found := v.MapIndex(k); found.IsValid() {
				return found.Interface(), nil
			}
		}
		return nil, missing("%s has no %s", owner, keyText(key))
	}
	return nil, noParts(of, key, owner)
}

// index is the place in a list of the given length, or in a text of so many
// characters; below zero it counts from the end.
func index(key any, length int, owner, what, part string) (int, error) {
	i, ok := wholeNumber(key)
	if !ok {
		return 0, &sentence{message: fmt.Sprintf("%s is a %s: its parts are named by whole numbers, not by %s", owner, what, describeKey(key))}
	}
	at := i
	if at < 0 {
		at += length
	}
	if at < 0 || at >= length {
		return 0, missing("%s[%d] does not exist: the %s %s", owner, i, what, count(length, part))
	}
	return at, nil
}

// count says how long a list or text is.
func count(length int, part string) string {
	switch length {
	case 0:
		return "is empty"
	case 1:
		return "has 1 " + part
	}
	return fmt.Sprintf("has %d %ss", length, part)
}

// missingKey says which keys there are instead.
func missingKey(of map[string]any, name, owner string) error {
	return &missingError{func() string {
		shown, keys := quoteMiddle(name, nameWidth), slices.Sorted(maps.Keys(of))
		if near := diagnostic.Nearest(name, keys); near != "" {
			return fmt.Sprintf("%s has no key %s; did you mean %q?", owner, shown, near)
		}
		if len(keys) == 0 {
			return fmt.Sprintf("%s has no key %s: the map is empty", owner, shown)
		}
		return fmt.Sprintf("%s has no key %s; it has %s", owner, shown, enumerate(keys, 10))
	}}
}

// keyText names a key or index in a message.
func keyText(key any) string {
	if s, ok := key.(string); ok {
		return "key " + quoteMiddle(s, nameWidth)
	}
	return "element " + Render(key, 40)
}

// describeKey names a key by its type, a string by itself.
func describeKey(key any) string {
	if s, ok := key.(string); ok {
		return quoteMiddle(s, nameWidth)
	}
	return describeValue(key)
}
