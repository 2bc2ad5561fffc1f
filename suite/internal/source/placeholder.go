package source

import (
	"regexp"
	"strings"
	"unicode/utf16"

	"go.yaml.in/yaml/v4"
)

// The reader of YAML follows YAML 1.1 where it differs from 1.2: U+0085, U+2028
// and U+2029 end a line and vanish in folds, a byte order mark at a line's
// start is dropped, JSON's surrogate pairs are no escapes, %YAML 1.2 is
// refused. So it is given placeholders of the same length for these, which keeps
// every position, and its scalars are put right afterwards.
type placeholders struct {
	restorer   *strings.Replacer // nil where there are none
	surrogates bool
}

// The characters to take placeholders from: private ones, and for U+0085 any that
// is two bytes long.
const (
	privateFirst, privateLast = 0xE000, 0xE7FF
	narrowFirst, narrowLast   = 0x00A1, 0x07FF
	// surrogateShift takes a surrogate to a private character with a like
	// escape: \ud83d to \ue83d.
	surrogateShift              = 0x1000
	shiftedFirst, shiftedLast   = 0xD800 + surrogateShift, 0xDFFF + surrogateShift
	yamlVersion, readableByYAML = "%YAML 1.2", "%YAML 1.1"
)

var (
	pairPattern        = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)
	shiftedPattern     = regexp.MustCompile(`\\(?:u|U0000)[eE][89a-fA-F]|[\x{E800}-\x{EFFF}]`)
	shiftedTextPattern = regexp.MustCompile(`\\u[eE][89a-fA-F]`)
)

// withPlaceholders gives the text as the reader is to have it. Where no character is free
// to are in for another, that one is left as it is.
func withPlaceholders(text string) (string, placeholders) {
	var s placeholders
	if strings.HasPrefix(text, yamlVersion) {
		text = readableByYAML + text[len(yamlVersion):]
	}
	if pairs := pairPattern.FindAllStringIndex(text, -1); pairs != nil && !shiftedPattern.MatchString(text) {
		text = shiftSurrogates(text, pairs)
		s.surrogates = true
	}
	there, back := separatorPairs(text)
	if there != nil {
		text = strings.NewReplacer(there...).Replace(text)
		s.restorer = strings.NewReplacer(back...)
	}
	return text, s
}

// shiftSurrogates shifts escaped surrogate pairs. After an escaped backslash a
// pair is none.
func shiftSurrogates(text string, pairs [][]int) string {
	shifted := []byte(text)
	for _, pair := range pairs {
		before := text[:pair[0]]
		if backslashes := len(before) - len(strings.TrimRight(before, `\`)); backslashes%2 == 0 {
			shifted[pair[0]+2]++ // d to e
			shifted[pair[0]+8]++
		}
	}
	return string(shifted)
}

// separatorPairs pairs the separators in the text with characters that are
// not in it, and these with the separators.
func separatorPairs(text string) (there, back []string) {
	if !strings.ContainsAny(text, "\u0085\u2028\u2029\uFEFF") {
		return nil, nil
	}
	used := make(map[rune]bool)
	for _, r := range text {
		used[r] = true
	}
	pair := func(separator, first, last rune) {
		for r := first; used[separator] && r <= last; r++ {
			if !used[r] {
				there = append(there, string(separator), string(r))
				back = append(back, string(r), string(separator))
				used[r] = true
				return
			}
		}
	}
	for _, separator := range "\u2028\u2029\uFEFF" {
		pair(separator, privateFirst, privateLast)
	}
	pair(0x85, narrowFirst, narrowLast)
	return there, back
}

// restore puts the scalars below a node right.
func (s placeholders) restore(n *yaml.Node) {
	if s.restorer == nil && !s.surrogates {
		return
	}
	if n.Kind == yaml.ScalarNode {
		n.Value = s.restoreText(n.Value)
	}
	for _, child := range n.Content {
		s.restore(child)
	}
}

func (s placeholders) restoreText(text string) string {
	if s.restorer != nil {
		text = s.restorer.Replace(text)
	}
	if !s.surrogates {
		return text
	}
	text = shiftedTextPattern.ReplaceAllStringFunc(text, func(escape string) string {
		return escape[:2] + string(escape[2]-1) + escape[3:]
	})
	units := make([]uint16, 0, len(text))
	for _, r := range text {
		if r >= shiftedFirst && r <= shiftedLast {
			r -= surrogateShift
			units = append(units, uint16(r))
			continue
		}
		units = utf16.AppendRune(units, r)
	}
	return string(utf16.Decode(units))
}
