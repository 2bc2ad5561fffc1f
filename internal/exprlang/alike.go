package exprlang

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/evalrun/evalrun/internal/wording"
)

// maxAlike bounds the texts that are compared for how they look, in bytes.
const maxAlike = 32 << 10

// lookalikes are characters that are easily taken for others, and those.
var lookalikes = pairs(
	"АВЕЅІЈКМНОРСТХУЗаеорсухіјѕԁһԛԝ", "ABESIJKMHOPCTXY3aeopcyxijsdhqw", // Cyrillic
	"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρ", "ABEZHIKMNOPTYXaovp", // Greek
	"‐‑‒–—―−", "-------",
	"‘’‚‛ʼ′`´", "''''''''",
	"“”„‟″", `"""""`,
)

// invisible are characters that are not seen at all.
const invisible = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

func pairs(texts ...string) map[rune]rune {
	m := map[rune]rune{}
	for i := 0; i < len(texts); i += 2 {
		plain := []rune(texts[i+1])
		for j, r := range []rune(texts[i]) {
			m[r] = plain[j]
		}
	}
	return m
}

// looks is a text as it looks: one spelling for what is easily confused.
// at is where each of its bytes comes from.
type looks struct {
	text string
	at   []int
}

func looksOf(s string) looks {
	var b strings.Builder
	var at []int
	for i := 0; i < len(s); {
		size := max(1, norm.NFKC.NextBoundaryInString(s[i:], true))
		for _, r := range norm.NFKC.String(s[i : i+size]) {
			if strings.ContainsRune(invisible, r) {
				continue
			}
			if plain, ok := lookalikes[r]; ok {
				r = plain
			}
			b.WriteRune(r)
		}
		for len(at) < b.Len() {
			at = append(at, i)
		}
		i += size
	}
	return looks{b.String(), append(at, len(s))}
}

// alike says where two different texts that look the same differ, and
// of a text that has another but for such differences. It is "" for others.
func alike(operator, s, t string) string {
	if s == t || t == "" || !utf8.ValidString(s) || !utf8.ValidString(t) || len(t) > maxAlike || len(s) > maxAlike && operator != "contains" {
		return ""
	}
	left, right := looksOf(firstBytes(s, maxAlike)), looksOf(t)
	same := false
	begin := 0
	switch operator {
	case "==", "!=":
		same = left.text == right.text
	case "contains":
		begin = strings.Index(left.text, right.text)
		same = begin >= 0 && !strings.Contains(s, t)
	case "startsWith":
		same = strings.HasPrefix(left.text, right.text) && !strings.HasPrefix(s, t)
	case "endsWith":
		begin = len(left.text) - len(right.text)
		same = begin >= 0 && strings.HasSuffix(left.text, right.text) && !strings.HasSuffix(s, t)
	}
	if !same {
		return ""
	}
	part := s[left.at[begin]:left.at[begin+len(right.text)]]
	return "they look alike: " + differentCharacters(part, t)
}

// alikeIn names the element that looks the same as a text that is not in the list.
func alikeIn(s string, v any) string {
	const most = 100
	list := reflect.ValueOf(v)
	if v == nil || !isList(list) {
		return ""
	}
	for i := range min(list.Len(), most) {
		if t, ok := list.Index(i).Interface().(string); ok {
			if note := alike("==", s, t); note != "" {
				return fmt.Sprintf("[%d]: %s", i, note)
			}
		}
	}
	return ""
}

// differentCharacters names the first characters in which two texts differ.
func differentCharacters(s, t string) string {
	at := commonPrefix(s, t)
	for at > 0 && at < len(s) && !norm.NFKC.PropertiesString(s[at:]).BoundaryBefore() {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	a, b := firstCharacter(s[at:]), firstCharacter(t[at:])
	return fmt.Sprintf("%s is %s on the left and %s on the right", Render(a, 20), codePoints(a), codePoints(b))
}

// firstCharacter is what a text begins with that is seen as one.
func firstCharacter(s string) string {
	size := norm.NFKC.NextBoundaryInString(s, true)
	if size <= 0 {
		return s
	}
	return s[:size]
}

// codePoints lists the code points of a text.
func codePoints(s string) string {
	if s == "" {
		return "missing"
	}
	var points []string
	for _, r := range s {
		points = append(points, fmt.Sprintf("U+%04X", r))
	}
	return wording.Start(strings.Join(points, " "), 60)
}
