package assert

import (
	"strings"
	"unicode"
)

// rougeL is the sentence-level ROUGE-L of a text against a reference: the F1
// of their longest common subsequence of words,
//
//	2·P·R / (P + R),  P = LCS / words of the text,  R = LCS / words of the reference
//
// Words are runs of letters and digits with their marks in lower case, not
// stemmed, a number with its minus sign, emoji and other symbols; in scripts
// without spaces they are as tokens.go has them. Of a text that is only
// punctuation that counts. Two texts without any words agree: 1.
//
// Source: C.-Y. Lin, ROUGE: a package for automatic evaluation of summaries,
// 2004, with β = 1 and the tokens of Google's rouge_score, which knows only
// ASCII letters and no signs: on others the two differ.
func rougeL(text, reference string) float64 {
	candidate, wanted := numbered(rougeTokens(text), rougeTokens(reference))
	if len(candidate) == 0 || len(wanted) == 0 {
		return scoreOfNothing(len(candidate), len(wanted))
	}
	return harmonic(commonSubsequence(candidate, wanted), len(candidate), len(wanted))
}

// scoreOfNothing is the score of texts of which one has no tokens: 1 where
// neither has.
func scoreOfNothing(text, reference int) float64 {
	if text == reference {
		return 1
	}
	return 0
}

// rougeTokens are the words of a text. Punctuation parts them, but a minus sign
// before a number.
func rougeTokens(text string) []string {
	text = folded(text)
	runes := withMinus(text)
	for i, r := range runes {
		minus := r == '-' && (i == 0 || unicode.IsSpace(runes[i-1])) && inNumber(nil, r, runes[i+1:])
		if isPunctuation(r) && !minus {
			runes[i] = ' '
		}
	}
	var out []string
	for _, field := range strings.Fields(string(runes)) {
		out = append(out, unspaced(field)...)
	}
	if len(out) == 0 {
		return segments(text)
	}
	return out
}

// numbered gives equal words equal numbers, which compare faster.
func numbered(a, b []string) (x, y []int) {
	numbers := map[string]int{}
	number := func(tokens []string) []int {
		out := make([]int, len(tokens))
		for i, t := range tokens {
			n, ok := numbers[t]
			if !ok {
				n = len(numbers)
				numbers[t] = n
			}
			out[i] = n
		}
		return out
	}
	return number(a), number(b)
}

// commonSubsequence is the length of the longest common subsequence.
func commonSubsequence(a, b []int) int {
	lengths := make([]int, len(b)+1) // of a so far and each beginning of b
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := lengths[j+1]
			if x == y {
				lengths[j+1] = diagonal + 1
			} else {
				lengths[j+1] = max(above, lengths[j])
			}
			diagonal = above
		}
	}
	return lengths[len(b)]
}

// rougeCost is the work of rougeL: a table with a cell for each pair of
// words.
func rougeCost(args []any) int {
	a, _ := args[0].(string)
	b, _ := args[1].(string)
	return len(rougeTokens(a)) * len(rougeTokens(b)) / cellsPerStep
}
