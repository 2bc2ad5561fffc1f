package assert

import (
	"math"
	"strings"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// Values of rapidfuzz's documentation (Levenshtein.normalized_similarity),
// and of the distances that Levenshtein's and Wagner and Fischer's papers are
// taught with.
func TestSimilarity(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"lewenstein", "levenshtein", 0.8181818181818182},
		{"kitten", "sitting", 1 - 3.0/7},
		{"saturday", "sunday", 1 - 3.0/8},
		{"same", "same", 1},
		{"", "", 1},
		{"", "abc", 0},
		{"abc", "xyz", 0},
		{"日本語", "日本", 1 - 1.0/3},
	} {
		if got := similarity(c.a, c.b); !near(got, c.want) {
			t.Errorf("similarity(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// Values that the evaluation script of SQuAD gives.
func TestTokenF1(t *testing.T) {
	for _, c := range []struct {
		text, reference string
		want            float64
	}{
		{"The Broncos of Denver", "Denver Broncos", 0.8},
		{"Super Bowl L", "Super Bowl 50", 0.6666666666666666},
		{"an ant, a bee; the bee!", "bee bee ant", 1},
		{"Paris is the capital", "The capital is Paris.", 1},
		{"x", "y", 0},
		{"It's 24–10", "24-10", 0},
		{"", "", 1},
		{"the", "a", 1},
		{"the", "ant", 0},
	} {
		if got := tokenF1(c.text, c.reference); !near(got, c.want) {
			t.Errorf("tokenF1(%q, %q) = %v, want %v", c.text, c.reference, got, c.want)
		}
	}
}

// The examples of Lin's paper (section 3.1) and of the tests of Google's
// rouge_score.
func TestRougeL(t *testing.T) {
	for _, c := range []struct {
		text, reference string
		want            float64
	}{
		{"police killed the gunman", "police kill the gunman", 0.75},
		{"the gunman kill police", "police kill the gunman", 0.5},
		{"testing one", "testing one two", 4.0 / 5},
		{"testing two", "testing one two", 4.0 / 5},
		{"", "testing one two", 0},
		{"/", "w1 w2", 0},
		{"The quick brown dog jumps on the log.", "The quick brown fox jumps over the lazy dog", 0.5882352941176471},
		{"über allen gipfeln", "Über allen Wipfeln", 2.0 / 3},
	} {
		if got := rougeL(c.text, c.reference); !near(got, c.want) {
			t.Errorf("rougeL(%q, %q) = %v, want %v", c.text, c.reference, got, c.want)
		}
	}
}

// Values that sacrebleu's BLEU(effective_order=True).sentence_score gives, the
// Romanian one and the one of 0 from its own tests.
func TestBLEU(t *testing.T) {
	for _, c := range []struct {
		text       string
		references []string
		want       float64
	}{
		{"The dog bit the man.", []string{"The dog had bit the man."}, 0.5115078115793242},
		{"The dog bit the man.", []string{"The dog bit the man.", "The dog had bit the man."}, 1},
		{"It wasn't surprising.", []string{"It was not unexpected.", "No one was surprised."}, 0.1479401567477645},
		{"The man had just bitten him.", []string{"The man bit him first.", "The man had bitten the dog."}, 0.29071536848410967},
		{
			"It is a guide to action which ensures that the military always obeys the commands of the party",
			[]string{"It is a guide to action that ensures that the military will forever heed Party commands"}, 0.41180376356915765,
		},
		{
			"Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;",
			[]string{"producţia de zahăr brut se exprimă în zahăr alb;"}, 0.08493098745313148,
		},
		{
			"In 1,000.5 cases (about 3-4%), it's \"fine\" & done -- really.",
			[]string{"In 1,000.5 cases, about 3-4 %, it is fine & done, really!"}, 0.28129148710958385,
		},
		{"two\nlines &quot;x&quot; 5-year.", []string{"two lines \"x\" 5-year ."}, 1},
		{"this is a cat", []string{"okay thanks"}, 0},
		{"test", []string{"a test"}, 0.3678794411714425},
		{"", []string{"x"}, 0},
		{"a", []string{""}, 0},
		{"a", nil, 0},
	} {
		if got := bleu(c.text, c.references); !near(got, c.want) {
			t.Errorf("bleu(%q, %q) = %v, want %v", c.text, c.references, got, c.want)
		}
	}
}

func TestTextFunctions(t *testing.T) {
	s := subject(t)
	s.Exchange = answer(t, `{"content":[{"type":"text","text":"One, two.\n\n  Three\u00a0four \uff21!\n"}]}`)
	for _, expr := range []string{
		`words(text) == 5`,
		`words("") == 0`,
		`lines(text) == ["One, two.", "", "  Three\u00a0four \uff21!"]`,
		`len(lines("")) == 0 && lines("a\r\nb") == ["a", "b"]`,
		`normalize(text) == "one two three four a"`,
		`normalize("ﬁne — it's") == "fine its"`,
		`similarity(text, text) == 1`,
		`bleu("a b", "a b") == 1 && bleu("a b", ["x", "a b"]) == 1`,
		`bleu(text, lines(text)) > 0`,
		`similarity("abbbbbbbbb", "aaaaaaaaaa") >= 0.1 && similarity("abc", "abd") == 2 / 3 && token_f1("x y z", "x y v w s t u") == 0.4`,
		`token_f1("the ant", "ant") == 1 && rouge_l("ant", "Ant!") == 1`,
		`!is_json(text) && is_json("[1]") && !is_json("[1] x")`,
		`extract_json("x: {\"a\": [1, 2.5]} and [3]") == {"a": [1, 2.5]}`,
		"extract_json(\"[x] Here:\\n```json\\n{\\\"a\\\": 1}\\n```\\nand {\\\"b\\\": 2}\").a == 1",
		`extract_json(" 5 ") == 5`,
		`extract_json("[not json] but {\"b\": 2}").b == 2`,
	} {
		if r := check(t, expr, s); r.Outcome != Pass {
			t.Errorf("%s: %s", expr, r.Why)
		}
	}
}

func TestFunctionErrors(t *testing.T) {
	s := subject(t)
	for expr, want := range map[string]string{
		`extract_json(text) == 1`:                                "the text holds no JSON object or array",
		`words(response.usage) == 1`:                             `argument 1 must be a string, found {"input_tokens": 12, "output_tokens": 6}`,
		`similarity(text, response.usage) == 1`:                  `argument 2 must be a string`,
		`bleu(text, response.content) == 1`:                      `argument 2 must be a string`,
		`similarity(repeat(text, 9000), repeat("x", 50000)) > 0`: "takes more than 1000000 steps",
		`rouge_l(repeat("a ", 60000), repeat("b ", 60000)) > 0`:  "takes more than 1000000 steps",
	} {
		if r := check(t, expr, s); r.Outcome != Fail || !strings.Contains(r.Why, want) {
			t.Errorf("%s: %q, want %q", expr, r.Why, want)
		}
	}
	for expr, want := range map[string]string{
		`words(5) == 1`:             "words needs a string here, not an integer",
		`similarity(text) > 0.5`:    "not enough arguments to call similarity",
		`bleu(text, usage) > 0.5`:   "bleu needs",
		`similarity(text, 5) > 0.5`: "similarity needs a string here, not an integer",
	} {
		if _, err := NewCompiler().Compile(expr, scope()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expr, err, want)
		}
	}
}

func FuzzTextFunctions(f *testing.F) {
	f.Add("Hello, world", "x: {\"a\": [1]}")
	f.Add("```json\n[1]\n```", "日本 é")
	f.Fuzz(func(t *testing.T, a, b string) {
		for name, score := range map[string]float64{
			"similarity": similarity(a, b), "token_f1": tokenF1(a, b), "rouge_l": rougeL(a, b), "bleu": bleu(a, []string{b}),
		} {
			if !(score >= 0 && score <= 1+1e-9) {
				t.Errorf("%s = %v", name, score)
			}
		}
		for name, score := range scores(a, a) {
			if score != 1 {
				t.Errorf("%s of %q against itself is %v", name, a, score)
			}
		}
		if s := normalize(a); normalize(s) != s {
			t.Errorf("normalize(%q) = %q is not normal", a, s)
		}
		_ = lines(a)
		_ = words(a)
		_, _, _ = extractJSON(a)
	})
}

// Functions whose work is more than their arguments' length count it, so that
// few of an answer's signs, or a short loop, cannot keep a run busy for long.
func TestTheWorkOfFunctionsIsBounded(t *testing.T) {
	s := subject(t)
	for _, expr := range []string{
		`let text = repeat(".", 800000); bleu(text, text) > 1`,
		`let text = repeat(".", 800000); bleu("x", [text, text]) > 1`,
		`let text = repeat("[1x] ", 1000) + "[[1]]"; all(1..10000, extract_json(text) != nil)`,
	} {
		if r := check(t, expr, s); !strings.Contains(r.Why, "takes more than 1000000 steps") {
			t.Errorf("%s: %q", expr, r.Why)
		}
	}
}
