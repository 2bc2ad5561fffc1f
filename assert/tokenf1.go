package assert

import "strings"

// tokenF1 is the F1 of the words that a text and a reference share, each
// counted as often as it is in both:
//
//	2·P·R / (P + R),  P = shared / words of the text,  R = shared / words of the reference
//
// Words are what white space separates, in lower case, without punctuation (but
// that of numbers) and without the English articles a, an, the; in scripts
// without spaces they are as tokens.go has them. Of a text that is only
// punctuation that counts. Two texts without any words agree: 1.
//
// Source: the evaluation script of SQuAD 2.0 (Rajpurkar et al., 2018), with the
// punctuation of all scripts and the characters of Chinese as in that of MLQA
// (Lewis et al., 2020). Those take 1.5 for 15 and -5 for 5.
func tokenF1(text, reference string) float64 {
	candidate, wanted := squadTokens(text), squadTokens(reference)
	if len(candidate) == 0 || len(wanted) == 0 {
		return scoreOfNothing(len(candidate), len(wanted))
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

// squadTokens are the words that are compared.
func squadTokens(text string) []string {
	text = folded(text)
	fields := strings.Fields(withoutPunctuation(text, isPunctuation))
	if len(fields) == 0 {
		return segments(text)
	}
	var tokens []string
	for _, t := range fields {
		if t != "a" && t != "an" && t != "the" {
			tokens = append(tokens, unspaced(t)...)
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
