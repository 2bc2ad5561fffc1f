package exprlang

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

func TestNewNumber(t *testing.T) {
	for text, want := range map[string]any{
		"5": 5, "-5": -5, "0": 0, "9223372036854775807": math.MaxInt, "-9223372036854775808": math.MinInt,
		"0.5": 0.5, "-1.25": -1.25, "0.1": 0.1, "1234567.89": 1234567.89,
	} {
		if got := NewNumber(text); got != want {
			t.Errorf("%s is %T %v, want %T %v", text, got, got, want, want)
		}
	}
	for _, text := range []string{
		"19.90", "1e3", "1E3", "5.0", "9223372036854775808", "12345678901234567890", "1e999", "-1e999", "0e0",
		"100000000000000000000000", "0.1000000000000000000000000001", "1e-999",
	} {
		if n, ok := NewNumber(text).(Number); !ok || n.String() != text {
			t.Errorf("%s is %T %v, want it as it is written", text, n, n)
		}
	}
}

func TestIsNumeral(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-0": true, "10": true, "1.50": true, "0.0": true, "1e3": true, "1E+3": true, "-1.5e-3": true,
		"": false, "-": false, "01": false, "00": false, ".5": false, "5.": false, "+5": false, "1e": false, "1e+": false,
		"e3": false, "1eE3": false, "1e3.5": false, "5 ": false, " 5": false, "0x1": false, "1_0": false, "NaN": false, "1ee3": false,
	} {
		if isNumeral(text) != want {
			t.Errorf("%q is a numeral: %v, want %v", text, !want, want)
		}
	}
}

// Numbers compare by their values, whatever their spelling and size, alone and
// inside of lists and maps.
func TestNumbersCompareExactly(t *testing.T) {
	ordered := []string{
		"-1e999", "-1e400", "-12345678901234567891", "-12345678901234567890", "-9223372036854775809", "-9223372036854775808",
		"-9007199254740993", "-9007199254740992", "-1.5", "-1e-9", "0", "1e-9", "0.1", "0.5", "1", "19.90", "100",
		"9007199254740992", "9007199254740993", "9007199254740993.5", "9223372036854775807", "9223372036854775808",
		"12345678901234567890", "12345678901234567891", "99999999999999999999999", "1e23", "1e308", "1e400", "1e999",
	}
	for i, a := range ordered {
		for j, b := range ordered {
			order, ok := compareNumbers(NewNumber(a), NewNumber(b))
			if want := compareInts(i, j); !ok || order != want {
				t.Errorf("%s and %s: %d, want %d", a, b, order, want)
			}
		}
	}
	for _, same := range [][]string{
		{"10", "10.0", "1e1", "100e-1", "1.0E+1"}, {"0", "-0", "0.0", "0e9999999999999999999"}, {"12345678901234567890", "12345678901234567890.0", "1234567890123456789e1"},
		{"1e23", "100000000000000000000000", "0.001e26"}, {"19.9", "19.90"}, {"1e400", "10e399"}, {"9223372036854775808", "9223372036854775808.00"},
	} {
		for _, a := range same {
			for _, b := range same {
				x, y := NewNumber(a), NewNumber(b)
				if !isEqual(x, y) || !isEqual([]any{x}, []any{y}) || !isEqual(map[string]any{"k": x}, map[string]any{"k": y}) {
					t.Errorf("%s and %s are not equal", a, b)
				}
			}
		}
	}
	if _, ok := compareNumbers(math.NaN(), 1); ok {
		t.Error("NaN has an order")
	}
	if !isEqual(9007199254740992.0, NewNumber("9007199254740992")) || isEqual(9007199254740992.0, NewNumber("9007199254740993")) {
		t.Error("a float64 is not the number that it is")
	}
}

func TestWholeNumbersBeyond64Bits(t *testing.T) {
	const answer = `{"order": 12345678901234567891, "bytes": 9223372036854775807, "l": [12345678901234567891], "count": 5}`
	vars := map[string]any{
		"want": NewNumber("12345678901234567890"), "right": NewNumber("12345678901234567891.0"), "text": "12345678901234567891",
		"map": map[string]any{"order": NewNumber("12345678901234567890")}, "list": []any{NewNumber("12345678901234567890")},
	}
	for source, want := range map[string]any{
		`json.order == vars.want`:                             false,
		`json.order != vars.want`:                             true,
		`json.order > vars.want`:                              true,
		`json.order == vars.right`:                            true,
		`json.order == 12345678901234567891.0`:                true,
		`json.order == 12345678901234567890.0`:                false,
		`json.order == 12_345_678_901_234_567_891.0`:          true,
		`json.l == vars.list`:                                 false,
		`vars.want in json.l`:                                 false,
		`vars.right in json.l`:                                true,
		`json.order == float(vars.text)`:                      true,
		`string(json.order) == vars.text`:                     true,
		`json.order > 1e10 && json.order < 1e23`:              true,
		`max(json.order, vars.want, 5) == vars.right`:         true,
		`sort([vars.right, vars.want])[0] == vars.want`:       true,
		`len(uniq([vars.right, vars.want, json.order])) == 2`: true,
		`fromJSON("[12345678901234567891]") == json.l`:        true,
		`fromJSON("1e23") == 1e23`:                            true,
		`fromJSON("100000000000000000000000") == 1e23`:        true,
		`type(json.order)`:                                    "float",
		`json.count == 5.0 && json.count < 5.5`:               true,
	} {
		if v, err := evaluate(t, source, answer, vars); v != want || err != nil {
			t.Errorf("%s = %v, %v; want %v", source, v, err, want)
		}
	}
	const digits = "12345678901234567891 has more digits than can be computed with: it can only be compared"
	for source, want := range map[string]string{
		`json.bytes * 2 < 100`:                        "9223372036854775807 * 2 does not fit into 64 bits",
		`json.bytes + 1 < 0`:                          "9223372036854775807 + 1 does not fit into 64 bits",
		`-json.bytes - 2 > 0`:                         "-9223372036854775807 - 2 does not fit into 64 bits",
		`-(-json.bytes - 1) == 1`:                     "-(-9223372036854775808) does not fit into 64 bits",
		`abs(-json.bytes - 1) < 0`:                    "-(-9223372036854775808) does not fit into 64 bits",
		`sum([json.bytes, 1]) < 0`:                    "9223372036854775807 + 1 does not fit into 64 bits",
		`sum(1..2, json.bytes) < 0`:                   "9223372036854775807 + 9223372036854775807 does not fit into 64 bits",
		`reduce(1..64, #acc * 2, 1) == 0`:             "4611686018427387904 * 2 does not fit into 64 bits",
		`duration("2562047h") * 2 < duration("0s")`:   "9223369200000000000 * 2 does not fit into 64 bits",
		`duration("2562047h") * 1.5 < duration("0s")`: "a duration of 13835053800 seconds is too long",
		`int(json.order) > 0`:                         digits,
		`int(1e300) > 0`:                              "1e300 does not fit into 64 bits",
		`json.order + 1 == vars.want + 2`:             digits,
		`json.order * 1.0 == vars.want * 1.0`:         digits,
		`json.order == 12345678901234567890`:          "the integer 12345678901234567890 has more than 64 bits; expected 12345678901234567890.0",
		`json.order % 2 == 1`:                         "json.order is a number and 2 is an integer: % cannot be applied to them",
		`round(json.order) == vars.want`:              digits,
		`mean(json.l) == vars.want`:                   digits,
		`sum(json.l) == vars.want`:                    digits,
		`sum(json.l, #) == vars.want`:                 digits,
		`len(groupBy(json.l, #)) == 1`:                digits,
		`sortBy(json.l, #)[0] == vars.want`:           digits,
		`1e308 * 10 > 1`:                              "is too large a number",
		`(-8) ** 0.5 == 1`:                            "-8 ** 0.5 is not a number",
		`fromJSON("1e400") == 1`:                      "the number 1e400 is out of range",
		`float("1e400") + 1 > 5`:                      "1e400 is too large a number to compute with",
		`float("NaN") != 5`:                           `float cannot make a number of "NaN"`,
		`float("Infinity") > 5`:                       `float cannot make a number of "Infinity"`,
		`json.order contains "1"`:                     `json.order is a number and "1" is a string`,
		`len(json.order) == 1`:                        "len cannot take a number",
		`upper(json.order) == "1"`:                    "expected a string, found a number",
		`json.order.x == 1`:                           `json.order is a number: it has no key "x"`,
	} {
		if v, err := evaluate(t, source, answer, vars); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, %v; want %s", source, v, err, want)
		}
	}
}

// Spelled numbers compute like all others.
func TestComputingWithSpelledNumbers(t *testing.T) {
	for source, want := range map[string]any{
		`json.price * 2 == 39.8`:                            true,
		`json.price + 0.10 == 20`:                           true,
		`-json.price < 0 && abs(-json.price) == json.price`: true,
		`json.whole / 4 == 250000`:                          true,
		`json.e ** 2 == 1000000`:                            true,
		`int(json.e) % 7 == 6`:                              true,
		`json.l[int(json.e) - 1000] == 1`:                   true,
		`round(json.price) == 20 && floor(json.price) == 19 && ceil(json.price) == 20`:       true,
		`mean([json.price, 0.1]) == 10 && median([[json.price]]) == 19.9`:                    true,
		`sum([json.price, 0.1]) == 20 && sum([json.e, 1]) == 1001`:                           true,
		`sum([]) == 0 && sum([1, 2]) == 3 && sum(1..3, # * 2) == 12`:                         true,
		`sum([duration("1s"), duration("2s")]) == duration("3s")`:                            true,
		`min(json.price, json.e) == 19.9 && max([1, [json.e]]) == 1000`:                      true,
		`sort([json.e, json.price, 5]) == [5, 19.9, 1000]`:                                   true,
		`sort([json.e, 5], "desc") == [1000, 5] && sort(["b", "a"]) == ["a", "b"]`:           true,
		`sortBy([json.e, json.price], #)[0] == 19.9`:                                         true,
		`groupBy([json.price, 19.9], #)[19.9] == [19.9, 19.9]`:                               true,
		`any([json.price], # == 19.9) && json.price in [19.9]`:                               true,
		`19.9 in values({"a": json.price})`:                                                  true,
		`reduce([json.price, 1], #acc + #) == 20.9`:                                          true,
		`json.price == 19.9 ? true : false`:                                                  true,
		`"19.9" == string(json.price * 1)`:                                                   true,
		`duration("1s") * 2 == duration("2s") && duration("1s") * 1.5 == duration("1500ms")`: true,
		`date("2024-01-02") - date("2024-01-01") == duration("24h")`:                         true,
		`date("2024-01-01") + duration("24h") == date("2024-01-02")`:                         true,
		`toJSON([json.price]) == "[\n  19.90\n]"`:                                            true,
		`flatten([[json.price], [[1]]]) == [19.9, 1]`:                                        true,
		`type(json.price) == "float" && type(json.e) == "float"`:                             true,
	} {
		if v, err := evaluate(t, source, numbers, nil); v != want || err != nil {
			t.Errorf("%s = %v, %v; want %v", source, v, err, want)
		}
	}
}

// A number may have millions of digits and any exponent.
func TestLongNumbersAreBounded(t *testing.T) {
	n := slowtest.Size(200_000, 4_000_000)
	long := strings.Repeat("7", n)
	for _, text := range []string{"0." + long, "5" + "." + long + "e20", fmt.Sprint(long, "e-", n-10), fmt.Sprint("0.", strings.Repeat("0", n), "1e", n+20)} {
		slowtest.Within(t, fmt.Sprintf("%.20s…", text), func() {
			a, b := NewNumber(text), NewNumber(text)
			if !isEqual(a, b) || compareOrder(t, a, 5) == 0 {
				t.Errorf("%.20s… does not equal itself", text)
			}
			if _, err := evaluate(t, "json * 2 > 0", text, nil); err != nil && len(err.Error()) > 200 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

func compareOrder(t *testing.T, a, b any) int {
	t.Helper()
	order, ok := compareNumbers(a, b)
	if !ok {
		t.Errorf("%v and %v have no order", a, b)
	}
	return order
}
