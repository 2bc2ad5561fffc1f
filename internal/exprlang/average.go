package exprlang

import (
	"fmt"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/decimals"
)

// average is the mean of numbers, or of durations, in lists or not: that of
// the decimals that they are written as.
func average(_ *frame, args []any) (any, error) {
	list, isTime, err := amounts("mean", args)
	if err != nil {
		return nil, err
	}
	return amount(decimals.Mean(list), isTime), nil
}

// middle is the median of numbers, or of durations, in lists or not.
func middle(_ *frame, args []any) (any, error) {
	list, isTime, err := amounts("median", args)
	if err != nil {
		return nil, err
	}
	slices.Sort(list)
	half := len(list) / 2
	if len(list)%2 == 1 {
		return amount(list[half], isTime), nil
	}
	return amount(decimals.Mean(list[half-1:half+1]), isTime), nil
}

// amounts are the numbers, or durations in nanoseconds, that a function is
// given. There is none of nothing.
func amounts(function string, args []any) (list []float64, isTime bool, err error) {
	flat, err := flatten(function, args)
	if err != nil {
		return nil, false, err
	}
	if len(flat) == 0 {
		return nil, false, &sentence{message: function + " needs a number, and there is none"}
	}
	isTime = kindOf(flat[0]) == kindDuration
	for _, v := range flat {
		switch k := kindOf(v); {
		case k != kindNumber && k != kindDuration:
			return nil, false, &sentence{message: fmt.Sprintf("%s needs numbers, found %s", function, describeValue(v))}
		case (k == kindDuration) != isTime:
			return nil, false, &sentence{message: fmt.Sprintf("%s cannot take %s together with %s", function, describeValue(v), describeValue(flat[0]))}
		}
		x, err := plain(v)
		if err != nil {
			return nil, false, err
		}
		list = append(list, x)
	}
	return list, isTime, nil
}

func amount(x float64, isTime bool) any {
	if isTime {
		return time.Duration(x)
	}
	return x
}
