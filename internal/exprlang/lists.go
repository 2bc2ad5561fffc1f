package exprlang

import (
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"time"
)

// flatten is a list with the elements of the lists in it in their place.
func flatten(function string, list any) ([]any, error) {
	v := reflect.ValueOf(list)
	if list == nil || !isList(v) {
		return nil, &sentence{message: fmt.Sprintf("%s needs a list, found %s", function, describeValue(list))}
	}
	flat := []any{}
	var visit func(v reflect.Value)
	visit = func(v reflect.Value) {
		for i := range v.Len() {
			item := v.Index(i).Interface()
			if inner := reflect.ValueOf(item); item != nil && isList(inner) {
				visit(inner)
				continue
			}
			flat = append(flat, item)
		}
	}
	visit(v)
	return flat, nil
}

// element is the first or the last element of a list, nil where it is empty.
func element(function string, list any, i int) (any, error) {
	v := reflect.ValueOf(list)
	switch {
	case list == nil || !isList(v):
		return nil, &sentence{message: fmt.Sprintf("%s needs a list, found %s", function, describeValue(list))}
	case v.Len() == 0:
		return nil, nil
	case i < 0:
		i += v.Len()
	}
	return v.Index(i).Interface(), nil
}

// extreme is the least or the greatest number of some, in lists or not; nil
// where there is none.
func extreme(function string, args []any, sign int) (any, error) {
	numbers, err := flatten(function, args)
	if err != nil {
		return nil, err
	}
	var best any
	for i, n := range numbers {
		if k := kindOf(n); k != kindNumber && k != kindDuration {
			return nil, &sentence{message: fmt.Sprintf("%s needs numbers, found %s", function, describeValue(n))}
		}
		if i == 0 {
			best = n
			continue
		}
		order, ok, err := order(n, best)
		if err != nil {
			return nil, &sentence{message: fmt.Sprintf("%s cannot compare %s with %s", function, describeValue(n), describeValue(best))}
		}
		if ok && order == sign {
			best = n
		}
	}
	return best, nil
}

// total is the sum of a list.
func total(f *frame, args []any) (any, error) {
	list := reflect.ValueOf(args[0])
	if err := f.work(list.Len()); err != nil {
		return nil, err
	}
	result := any(0)
	for i := range list.Len() {
		item := list.Index(i).Interface()
		if i == 0 && kindOf(item) == kindDuration {
			result = time.Duration(0)
		}
		added, err := sum(result, item)
		if err == errOperands {
			err = &sentence{message: fmt.Sprintf("sum cannot add %s and %s", describeValue(result), describeValue(item))}
		}
		if err != nil {
			return nil, err
		}
		result = added
	}
	return result, nil
}

func sorted(f *frame, args []any) (any, error) {
	list, err := listOf("sort", args[0])
	if err != nil {
		return nil, err
	}
	descending := false
	if len(args) > 1 {
		if args[1] != "asc" && args[1] != "desc" {
			return nil, &sentence{message: fmt.Sprintf("sort takes \"asc\" or \"desc\", found %s", Render(args[1], 40))}
		}
		descending = args[1] == "desc"
	}
	if err := f.product(bits.Len(uint(len(list))), cells(list)); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b any) int {
		o, _, problem := order(a, b)
		if problem != nil && err == nil {
			err = &sentence{message: fmt.Sprintf("sort cannot order %s and %s", describeValue(a), describeValue(b))}
		}
		if descending {
			return -o
		}
		return o
	})
	return list, err
}

// listOf is a copy of a list.
func listOf(function string, v any) ([]any, error) {
	list := reflect.ValueOf(v)
	if v == nil || !isList(list) {
		return nil, &sentence{message: fmt.Sprintf("%s needs a list, found %s", function, describeValue(v))}
	}
	items := make([]any, list.Len())
	for i := range items {
		items[i] = list.Index(i).Interface()
	}
	return items, nil
}

// uniq leaves out the elements that equal one before. Each is compared with
// all that are kept.
func uniq(f *frame, args []any) (any, error) {
	list, err := listOf("uniq", args[0])
	if err != nil {
		return nil, err
	}
	if err := f.product(len(list), cells(list)); err != nil {
		return nil, err
	}
	kept := []any{}
	for _, item := range list {
		if !slices.ContainsFunc(kept, func(k any) bool { return isEqual(k, item) }) {
			kept = append(kept, item)
		}
	}
	return kept, nil
}
