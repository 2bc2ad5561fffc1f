package assert

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

// Scores of texts in other scripts, worked out by hand. Where the words part is
// in the comments.
func TestScoresInOtherScripts(t *testing.T) {
	for _, c := range []struct {
		text, reference string
		rouge, f1, bleu float64
	}{
		// Japanese: 私|は|東|京|に|住|む against 東|京|に|私|は|住|む. The longest common
		// subsequence is 東京に住む, 5 of 7 and 7. All 7 characters are shared, 4 of 6
		// pairs (私は, 東京, 京に, 住む), 1 of 5 triples (東京に), and none of 4 fours,
		// which is smoothed to 1/(2·4).
		{"私は東京に住む", "東京に私は住む", 5. / 7, 1, math.Pow(1*4./6*1/5*1/8, 1./4)},
		// A word of katakana is one: コンピュータ|を|買|う against テレビ|を|買|う. 3 of 4
		// are shared, 2 of 3 pairs, 1 of 2 triples, none of 1 four: 1/(2·1).
		{"コンピュータを買う", "テレビを買う", .75, .75, math.Pow(.75*2/3*1/2*1/2, 1./4)},
		{"それは5月です。", "それは5月です", 1, 1, math.Pow(7./8*6/7*5/6*4/5, 1./4)},
		// Chinese: 我|喜|欢|猫 against 我|喜|欢|狗: 3 of 4, 2 of 3, 1 of 2, none of 1.
		{"我喜欢猫", "我喜欢狗", .75, .75, math.Pow(.75*2/3*1/2*1/2, 1./4)},
		// Devanagari: two words of one, which differ in a vowel sign.
		{"दीन", "दिन", 0, 0, 0},
		// वह|घर|गया against वे|घर|गए: 1 of 3, none of 2 pairs (1/(2·2)) nor of 1 triple
		// (1/(4·1)).
		{"वह घर गया", "वे घर गए", 1. / 3, 1. / 3, math.Pow(1./3*1/4*1/4, 1./3)},
		// Arabic: the boy, the girl went to the school: 3 of 4, 1 of 3 pairs, none of 2
		// triples (1/(2·2)) nor of 1 four (1/(4·1)).
		{"ذهب الولد إلى المدرسة", "ذهب البنت إلى المدرسة", .75, .75, math.Pow(.75*1/3*1/4*1/4, 1./4)},
		// He wrote, it was written: the vowels are marks.
		{"كَتَبَ", "كُتِبَ", 0, 0, 0},
		// Hebrew with points and without.
		{"סֵפֶר", "ספר", 0, 0, 0},
		// Thai: ใ|ก|ล้ (near) against ใ|ก|ล: 2 of 3, 1 of 2 pairs, none of 1 triple.
		{"ใกล้", "ใกล", 2. / 3, 2. / 3, math.Pow(2./3*1/2*1/2, 1./3)},
		// Korean has spaces.
		{"나는 학교에 간다", "나는 집에 간다", 2. / 3, 2. / 3, math.Pow(2./3*1/4*1/4, 1./3)},
		// One letter, put together in two ways.
		{"cafe\u0301", "caf\u00e9", 1, 1, 1},
		// Emoji, alone and behind a word; a family is one.
		{"👍", "👍", 1, 1, 1},
		{"👍", "👎", 0, 0, 0},
		{"good👍", "good", 2. / 3, 2. / 3, math.Pow(1./2*1/2, 1./2)},
		{"👨‍👩‍👧👍", "👨‍👩‍👧👎", .5, .5, math.Pow(1./2*1/2, 1./2)},
		// Only punctuation.
		{"!!!", "!!!", 1, 1, 1},
		{"!!!", "???", 0, 0, 0},
		{"!!!", "Hello", 0, 0, 0},
		{"。", "、", 0, 0, 0},
		// Numbers.
		{"-5", "5", 0, 0, 0},
		{"−5", "-5", 1, 1, 1},
		{"it is -5", "it is 5", 2. / 3, 2. / 3, math.Pow(2./3*1/2*1/2, 1./3)},
		{"", "", 1, 1, 1},
		{" ", "\n", 1, 1, 1},
		{"", "x", 0, 0, 0},
		{"x", "", 0, 0, 0},
	} {
		for name, score := range map[string][2]float64{
			"rouge_l": {rougeL(c.text, c.reference), c.rouge}, "token_f1": {tokenF1(c.text, c.reference), c.f1},
			"bleu": {bleu(c.text, []string{c.reference}), c.bleu},
		} {
			if !near(score[0], score[1]) {
				t.Errorf("%s(%q, %q) = %v, want %v", name, c.text, c.reference, score[0], score[1])
			}
		}
	}
}

func TestRougeTokens(t *testing.T) {
	for text, want := range map[string]string{
		"It's a snake_case, 1,000.5 km":   "it s a snake case 1 000 5 km",
		"(-5) to -3, 3-4 and x-5, −7 -.5": "-5 to -3 3 4 and x 5 -7 - 5",
		"東京 Tower東":                       "東 京 tower 東",
		"20°C, €5 → $6":                   "20°c €5 → 6",
		"ÜBER İstanbul":                   "über istanbul",
		"...":                             ". . .",
		"":                                "",
	} {
		if got := strings.Join(rougeTokens(text), " "); got != folded(want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestNormalizeKeepsNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"1.5":                    "1.5",
		"-5":                     "-5",
		"−5":                     "-5",
		"(-5).":                  "-5",
		"-.5 and .5":             "-.5 and .5",
		"1,000,000.5":            "1000000.5",
		"1,5":                    "1,5",
		"It costs $1,299.00, OK": "it costs $1299.00 ok",
		"2024-01-02 at 10:30":    "2024-01-02 at 10:30",
		"1/2, 3–4":               "1/2 3–4",
		"covid-19":               "covid19",
		"a - b":                  "a b",
		"x--5":                   "x5",
		"5.":                     "5",
		"Wait... what?!":         "wait what",
		"１．５":                    "1.5",
		"٣٫٥ ٣.٥":                "٣٫٥ ٣.٥",
		"1e-5 1E+5":              "1e-5 1e+5",
		"$-5, x=-5, x: -5":       "$-5 x=-5 x -5",
		"x:-5":                   "x -5",
		"10^-5":                  "10^-5",
		"10⁻⁵ and 10²":           "10^-5 and 10^2",
		"m² x²":                  "m2 x2",
		"–5 °C":                  "-5 °c",
		"－5":                     "-5",
		"pages 3–5, e–5":         "pages 3–5 e5",
		"12,34,567":              "12,34,567",
		"1,23,456,789":           "1,23,456,789",
	} {
		got := normalize(text)
		if got != want || normalize(got) != got {
			t.Errorf("normalize(%q) = %q, want %q; again %q", text, got, want, normalize(got))
		}
	}
	for _, pair := range [][2]string{{"1.5", "15"}, {"-5", "5"}, {"1/2", "12"}, {"10:30", "1030"}, {"3-4", "34"},
		{"1e-5", "1e5"}, {"$-5", "$5"}, {"x=-5", "x=5"}, {"x:-5", "x:5"}, {"10^-5", "10^5"}, {"10²", "102"}, {"–5", "5"}, {"－5", "5"}, {"‑5", "5"}, {"€-5", "€5"}, {"12,34,567", "12,34567"}} {
		if normalize(pair[0]) == normalize(pair[1]) || tokenF1(pair[0], pair[1]) == 1 {
			t.Errorf("%s is %s", pair[0], pair[1])
		}
	}
	for _, minus := range []string{"-", "−", "–", "－", "‑", "‐", "﹣"} {
		if rougeL(minus+"5", "5") == 1 || bleu(minus+"5", []string{"5"}) == 1 || rougeL(minus+"5", "-5") != 1 {
			t.Errorf("%s5 is 5", minus)
		}
	}
}

// Equal texts score 1, whatever they are made of.
func TestEqualTextsScoreOne(t *testing.T) {
	for _, text := range []string{"", " ", ".", "the", "—", "\u0301", "\u200b", "\ufeff", "\x00", "\xff", "👍", "日", "ก", "<skipped>", "-\n", "&quot;", "a b"} {
		for name, score := range scores(text, text) {
			if score != 1 {
				t.Errorf("%s of %q against itself is %v", name, text, score)
			}
		}
	}
}

func scores(a, b string) map[string]float64 {
	return map[string]float64{
		"similarity": similarity(a, b), "token_f1": tokenF1(a, b), "rouge_l": rougeL(a, b), "bleu": bleu(a, []string{b}),
	}
}

// Parting a text takes time in proportion to it.
func TestTokensAreBounded(t *testing.T) {
	n := slowtest.Size(10_000, 200_000)
	for _, part := range []string{"a", "a.", "a.\u0301", "\u0301", "1.", "-1", "'", "🇩", "🇩\u0301", "\u200d", "א\"", "東", "ก", "1,", ",111", "👍\u200d", "\xff"} {
		text := strings.Repeat(part, n)
		slowtest.Within(t, fmt.Sprintf("%d times %q", n, part), func() {
			_, _, _, _ = rougeTokens(text), squadTokens(text), bleuTokens(text), normalize(text)
		})
	}
}
