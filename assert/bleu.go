package assert

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// bleuOrder is the longest n-gram that BLEU counts.
const bleuOrder = 4

// bleu is the sentence-level BLEU of a text against one or more references,
// from 0 to 1:
//
//	BP · exp(1/N · Σ log pₙ),  n = 1 … N,  N = 4, or fewer where the text is shorter
//	BP = min(1, exp(1 - length of the reference / length of the text))
//
// pₙ is the share of the text's n-grams that a reference has, each counted at
// most as often as in the reference that has it most. A pₙ of 0 is smoothed
// to 1 / (2ᵏ · n-grams of the text), k counting such pₙ. The reference whose
// length is nearest counts for BP. Case counts; tokens are those of
// mteval-v13a, and in scripts without spaces as tokens.go has them. Two texts
// without any tokens agree: 1.
//
// Source: K. Papineni et al., BLEU: a method for automatic evaluation of
// machine translation, 2002; tokens and smoothing as sacrebleu's
// sentence_bleu has them by default (its score is of 100).
func bleu(text string, references []string) float64 {
	candidate := bleuTokens(text)
	if len(candidate) == 0 {
		if slices.ContainsFunc(references, func(r string) bool { return len(bleuTokens(r)) == 0 }) {
			return 1
		}
		return 0
	}
	var matches, totals [bleuOrder]int
	tokens := make([][]string, len(references))
	for i, reference := range references {
		tokens[i] = bleuTokens(reference)
	}
	for n := range bleuOrder {
		matches[n], totals[n] = matchedNgrams(candidate, tokens, n+1)
	}
	return brevityPenalty(len(candidate), tokens) * meanPrecision(matches, totals)
}

// meanPrecision is the geometric mean of the smoothed precisions.
func meanPrecision(matches, totals [bleuOrder]int) float64 {
	if matches == [bleuOrder]int{} {
		return 0
	}
	sum, orders, smoothing := 0.0, 0, 1.0
	for n, total := range totals {
		if total == 0 {
			break
		}
		orders++
		precision := float64(matches[n]) / float64(total)
		if matches[n] == 0 {
			smoothing *= 2
			precision = 1 / (smoothing * float64(total))
		}
		sum += math.Log(precision)
	}
	return math.Exp(sum / float64(orders))
}

// matchedNgrams counts the n-grams of a text, and those that the references
// have too.
func matchedNgrams(candidate []string, references [][]string, n int) (matches, total int) {
	most := map[string]int{}
	for _, reference := range references {
		for gram, count := range ngrams(reference, n) {
			most[gram] = max(most[gram], count)
		}
	}
	for gram, count := range ngrams(candidate, n) {
		matches += min(count, most[gram])
		total += count
	}
	return matches, total
}

// ngrams counts the n-grams of a text.
func ngrams(tokens []string, n int) map[string]int {
	counts := map[string]int{}
	for i := 0; i+n <= len(tokens); i++ {
		counts[strings.Join(tokens[i:i+n], " ")]++
	}
	return counts
}

// brevityPenalty is below 1 for a text that is shorter than the reference
// whose length is nearest, of two as near the shorter.
func brevityPenalty(length int, references [][]string) float64 {
	nearest, distance := 0, math.MaxInt
	for _, reference := range references {
		d := max(length-len(reference), len(reference)-length)
		if d < distance || d == distance && len(reference) < nearest {
			nearest, distance = len(reference), d
		}
	}
	switch {
	case length >= nearest:
		return 1
	case length == 0:
		return 0
	}
	return math.Exp(1 - float64(nearest)/float64(length))
}

// The rules of the tokenizer of mteval-v13a, in their order.
var (
	bleuUnescape = strings.NewReplacer("&quot;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">")
	bleuRules    = []struct {
		pattern *regexp.Regexp
		with    string
	}{
		// Punctuation and symbols are tokens of their own, but for ' , - . and what follows.
		{regexp.MustCompile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])"), " $1 "},
		// A period or comma that no digit precedes.
		{regexp.MustCompile(`([^0-9])([\.,])`), "$1 $2 "},
		// A period or comma that no digit follows.
		{regexp.MustCompile(`([\.,])([^0-9])`), " $1 $2"},
		// A dash that a digit precedes.
		{regexp.MustCompile(`([0-9])(-)`), "$1 $2 "},
	}
)

// bleuTokens are the tokens that mteval-v13a makes of a text.
func bleuTokens(text string) []string {
	text = strings.TrimRight(norm.NFC.String(text), " \t\r\n")
	text = strings.NewReplacer("<skipped>", "", "-\n", "", "\n", " ").Replace(text)
	text = string(withMinus(text))
	text = " " + bleuUnescape.Replace(text) + " "
	for _, rule := range bleuRules {
		text = rule.pattern.ReplaceAllString(text, rule.with)
	}
	var tokens []string
	for _, token := range strings.Fields(text) {
		tokens = append(tokens, unspaced(token)...)
	}
	return tokens
}

// bleuCost is the work of bleu: a step for each byte of its texts. It makes
// four n-grams for each token, and a text of signs has as many tokens as bytes.
func bleuCost(args []any) int {
	text, _ := args[0].(string)
	bytes := len(text)
	switch references := args[1].(type) {
	case string:
		bytes += len(references)
	case []string:
		for _, r := range references {
			bytes += len(r)
		}
	case []any:
		for _, r := range references {
			r, _ := r.(string)
			bytes += len(r)
		}
	}
	return bytes
}

// callBLEU is bleu as expressions call it: with a reference or a list of them.
func callBLEU(args ...any) (any, error) {
	text, ok := args[0].(string)
	if !ok {
		return nil, errNotText(0, args[0])
	}
	switch references := args[1].(type) {
	case string:
		return bleu(text, []string{references}), nil
	case []string:
		return bleu(text, references), nil
	case []any:
		texts := make([]string, len(references))
		for i, r := range references {
			if texts[i], ok = r.(string); !ok {
				return nil, errNotText(1, r)
			}
		}
		return bleu(text, texts), nil
	}
	return nil, errNotText(1, args[1])
}
