package exprlang

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/builtin"
)

// ours are the functions of expr-lang that are done otherwise here: expr-lang
// counts bytes, forgets how a number is written, lets whole numbers wrap, is
// silent about a mistake, or takes more time than its arguments are large.
// What the arguments hold has been counted as work, and the result is counted
// as built, by the caller.
var ours = map[string]operation{
	"string":      toText,
	"toJSON":      toJSON,
	"type":        typeName,
	"fromJSON":    func(_ *frame, args []any) (any, error) { return DecodeJSON(args[0].(string)) },
	"int":         toInt,
	"float":       toFloat,
	"abs":         absolute,
	"indexOf":     indexOf,
	"lastIndexOf": lastIndexOf,
	"first":       func(_ *frame, args []any) (any, error) { return element("first", args[0], 0) },
	"last":        func(_ *frame, args []any) (any, error) { return element("last", args[0], -1) },
	"min":         func(_ *frame, args []any) (any, error) { return extreme("min", args, -1) },
	"max":         func(_ *frame, args []any) (any, error) { return extreme("max", args, 1) },
	"mean":        average,
	"median":      middle,
	"flatten":     func(_ *frame, args []any) (any, error) { return flatten("flatten", args[0]) },
	"sort":        sorted,
	"uniq":        uniq,
}

// theirs is a function of expr-lang. Numbers are given to it as float64s where
// it computes with them.
func theirs(fn *builtin.Function) operation {
	return func(f *frame, args []any) (any, error) {
		if before := befores[fn.Name]; before != nil {
			if err := before(f, args); err != nil {
				return nil, err
			}
		}
		if computes[fn.Name] {
			plainArgs := make([]any, len(args))
			for i, arg := range args {
				var err error
				if plainArgs[i], err = plainNumbers(arg); err != nil {
					return nil, err
				}
			}
			args = plainArgs
		}
		switch {
		case fn.Fast != nil:
			return fn.Fast(args[0]), nil
		case fn.Safe != nil:
			v, _, err := fn.Safe(args...)
			return v, err
		}
		return fn.Func(args...)
	}
}

// computes are the functions of expr-lang that take numbers.
var computes = map[string]bool{
	"ceil": true, "floor": true, "round": true,
	"bitand": true, "bitor": true, "bitxor": true, "bitnand": true, "bitnot": true,
	"bitshl": true, "bitshr": true, "bitushr": true,
}

// plainNumbers is a number to compute with, or a list of such; other values
// are as they are.
func plainNumbers(v any) (any, error) {
	switch v := v.(type) {
	case Number:
		return v.plain()
	case []any:
		copied := slices.Clone(v)
		for i, item := range v {
			var err error
			if copied[i], err = plainNumbers(item); err != nil {
				return nil, err
			}
		}
		return copied, nil
	}
	return v, nil
}

// befores charge for the functions whose work is more than to look at their
// arguments, or that give much more than they take.
var befores = map[string]func(f *frame, args []any) error{
	"repeat": func(_ *frame, args []any) error {
		s, n := args[0].(string), args[1].(int)
		if n > 0 && len(s) > maxBytes/n {
			return errBytes
		}
		return nil
	},
	"replace": func(f *frame, args []any) error {
		s, old, new := args[0].(string), args[1].(string), args[2].(string)
		n := strings.Count(s, old)
		if n > 0 && len(new) > maxBytes/n {
			return errBytes
		}
		return f.work(n / matchesPerStep)
	},
	"join": func(_ *frame, args []any) error {
		if len(args) < 2 {
			return nil
		}
		if n, glue := reflect.ValueOf(args[0]).Len(), args[1].(string); n > 0 && len(glue) > maxBytes/n {
			return errBytes
		}
		return nil
	},
	"split":      splitEstimate,
	"splitAfter": splitEstimate,
	"trim": func(f *frame, args []any) error { // every character is looked for in the second text
		if len(args) < 2 {
			return nil
		}
		return f.product(len(args[0].(string)), len(args[1].(string))/bytesPerCell)
	},
	"timezone": func(f *frame, _ []any) error { return f.work(fileSteps) },
	"date":     func(f *frame, _ []any) error { return f.work(fileSteps) },
}

// matchesPerStep is how many parts of a text are found in one step.
const matchesPerStep = 8

// fileSteps is what reading a time zone takes.
const fileSteps = 200

// splitEstimate charges for the parts of a text, each of which is a value.
func splitEstimate(f *frame, args []any) error {
	text, okText := args[0].(string)
	separator, okSeparator := args[1].(string)
	if okText && okSeparator && len(args) == 2 && strings.Count(text, separator) > (maxBytes-f.bytes)/word {
		return errBytes
	}
	return nil
}

func toText(f *frame, args []any) (any, error) {
	if err := f.written(args[0], 0); err != nil {
		return nil, err
	}
	return Text(args[0])
}

func typeName(_ *frame, args []any) (any, error) {
	if n, ok := args[0].(Number); ok {
		return builtin.Type(n.float), nil
	}
	return builtin.Type(args[0]), nil
}

func toJSON(f *frame, args []any) (any, error) {
	const indent = 2
	if err := f.written(args[0], indent); err != nil {
		return nil, err
	}
	text, err := AppendJSON(nil, args[0])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	return b.String(), nil
}

func toInt(_ *frame, args []any) (any, error) {
	v := args[0]
	if text, ok := v.(string); ok {
		i, err := strconv.Atoi(text)
		if err != nil {
			return nil, &sentence{message: "int cannot make a number of " + Render(text, 60)}
		}
		return i, nil
	}
	if i, ok := wholeOf(v); ok {
		return int(i), nil
	}
	if kindOf(v) != kindNumber {
		return nil, &sentence{message: "int cannot make a number of " + describeValue(v)}
	}
	f, err := plain(v)
	if err == nil && !(math.Abs(f) < math.MaxInt64) {
		err = &sentence{message: Render(v, 40) + " does not fit into 64 bits"}
	}
	return int(f), err
}

func toFloat(_ *frame, args []any) (any, error) {
	v := args[0]
	text, isText := v.(string)
	switch {
	case isText && isNumeral(text):
		v = NewNumber(text)
	case isText:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, &sentence{message: "float cannot make a number of " + Render(text, 60)}
		}
		return f, nil
	}
	switch n := v.(type) {
	case Number, float64:
		return n, nil
	}
	if i, ok := intOf(v); ok {
		return float64(i), nil
	}
	return nil, &sentence{message: "float cannot make a number of " + describeValue(v)}
}

func absolute(_ *frame, args []any) (any, error) {
	k := kindOf(args[0])
	if k != kindNumber && k != kindDuration {
		return nil, &sentence{message: "abs cannot take " + describeValue(args[0])}
	}
	if f, _ := plain(args[0]); f >= 0 {
		return args[0], nil
	}
	return negate(args[0])
}
