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
// Words are runs of letters and digits in lower case, not stemmed. It is 0
// where one of the texts has no words.
//
// Source: C.-Y. Lin, ROUGE: a package for automatic evaluation of summaries,
// 2004, with β = 1 and the tokens of Google's rouge_score, which knows only
// ASCII letters: on other letters the two differ.
func rougeL(text, reference string) float64 {
	candidate, wanted := numbered(alphanumerics(text), alphanumerics(reference))
	if len(candidate) == 0 || len(wanted) == 0 {
		return 0
	}
	return harmonic(commonSubsequence(candidate, wanted), len(candidate), len(wanted))
}

// alphanumerics are the runs of letters and digits of a text, in lower case.
func alphanumerics(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
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
	return len(alphanumerics(a)) * len(alphanumerics(b)) / cellsPerStep
}
