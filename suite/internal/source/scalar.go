package source

import (
	"math/big"
	"regexp"
	"strings"
)

// YAML 1.2's core schema (yaml.org/spec/1.2.2, 10.3.2), but that a number
// with leading zeros is not one.
var (
	decimalPattern = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	octalPattern   = regexp.MustCompile(`^0o[0-7]+$`)
	hexPattern     = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	floatPattern   = regexp.MustCompile(`^([-+]?)(0|[1-9][0-9]*)?(?:(\.)([0-9]*))?([eE][-+]?[0-9]+)?$`)
	notJSONPattern = regexp.MustCompile(`^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// maxPrefixedDigits bounds the length of an octal or hexadecimal number:
// turning one into decimals takes more than linear time.
const maxPrefixedDigits = 1000

// ResolvePlain says what a plain scalar is and how JSON spells it. A number
// keeps its spelling where JSON allows it. A non-empty problem says why the
// scalar cannot be had as JSON.
func ResolvePlain(text string) (kind Kind, spelling, problem string) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Null, "", ""
	case "true", "True", "TRUE":
		return Bool, "true", ""
	case "false", "False", "FALSE":
		return Bool, "false", ""
	}
	if !strings.ContainsRune("0123456789+-.", rune(text[0])) {
		return String, text, ""
	}
	switch {
	case decimalPattern.MatchString(text):
		return Number, strings.TrimPrefix(text, "+"), ""
	case octalPattern.MatchString(text):
		return resolvePrefixed(text, 8)
	case hexPattern.MatchString(text):
		return resolvePrefixed(text, 16)
	case notJSONPattern.MatchString(text):
		return Null, "", text + " is a number that JSON does not have"
	}
	if spelling, ok := floatSpelling(text); ok {
		return Number, spelling, ""
	}
	return String, text, ""
}

// resolvePrefixed spells 0o17 and 0xFF in decimals, as JSON has no others.
func resolvePrefixed(text string, base int) (Kind, string, string) {
	if len(text) > maxPrefixedDigits {
		return Null, "", "the number has too many digits"
	}
	n, _ := new(big.Int).SetString(text[2:], base)
	return Number, n.String(), ""
}

// floatSpelling is JSON's spelling of a YAML float: as written, but without a
// plus sign and with digits on both sides of the point.
func floatSpelling(text string) (string, bool) {
	m := floatPattern.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	sign, whole, point, fraction, exponent := m[1], m[2], m[3], m[4], m[5]
	switch {
	case whole == "" && fraction == "":
		return "", false
	case whole == "":
		whole = "0"
	case point != "" && fraction == "":
		fraction = "0"
	}
	return strings.TrimPrefix(sign, "+") + whole + point + fraction + exponent, true
}
