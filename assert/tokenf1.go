package assert

import "strings"

// asciiPunctuation is what SQuAD's script takes away: Python's
// string.punctuation.
const asciiPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// tokenF1 is the F1 of the words that a text and a reference share, each
// counted as often as it stands in both:
//
//	2·P·R / (P + R),  P = shared / words of the text,  R = shared / words of the reference
//
// Words are compared in lower case, without ASCII punctuation and without the
// English articles a, an, the. Two texts without any words agree: 1.
//
// Source: the evaluation script of SQuAD 2.0 (Rajpurkar et al., 2018).
func tokenF1(text, reference string) float64 {
	candidate, wanted := squadTokens(text), squadTokens(reference)
	if len(candidate) == 0 || len(wanted) == 0 {
		if len(candidate) == len(wanted) {
			return 1
		}
		return 0
	}
	counts := map[string]int{}
	for _, t := range wanted {
		counts[t]++
	}
	shared := 0
	for _, t := range candidate {
		if counts[t] > 0 {
			counts[t]--
			shared++
		}
	}
	return harmonic(shared, len(candidate), len(wanted))
}

// squadTokens are the words that SQuAD's script compares.
func squadTokens(text string) []string {
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(asciiPunctuation, r) {
			return -1
		}
		return r
	}, strings.ToLower(text))
	var tokens []string
	for _, t := range strings.Fields(text) {
		if t != "a" && t != "an" && t != "the" {
			tokens = append(tokens, t)
		}
	}
	return tokens
}

// harmonic is the F1 of shared tokens out of those of a text and those of a
// reference: 2·shared / (text + reference), the number nearest to the exact one.
func harmonic(shared, text, reference int) float64 {
	if shared == 0 {
		return 0
	}
	return float64(2*shared) / float64(text+reference)
}
