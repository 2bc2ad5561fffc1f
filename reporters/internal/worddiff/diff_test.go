package worddiff

import (
	"strings"
	"testing"
)

func TestDiffWords(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"same", "the same words", "the same words", "the same words"},
		{"one word", "within 30 days.", "within 14 days.", "within [-30-] {+14+} days."},
		{"nothing before", "", "all new", "{+all new+}"},
		{"nothing after", "all gone", "", "[-all gone-]"},
		{"both empty", "", "", ""},
		{"moved", "so a b c d", "so b c d a", "so [-a-] b c d {+a+}"},
		{"white space", "a  b", "a b", "a  [-b-] {+b+}"},
		{"punctuation", "Yes, it is", "Yes; it is", "Yes[-,-]{+;+} it is"},
		{"ideographs", "蟻は昆虫です", "蟻は動物です", "蟻は[-昆虫-]{+動物+}です"},
		{"lines", "one\ntwo", "one\nthree", "one\n[-two-]\n{+three+}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Draw(Compare(test.old, test.new)); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestLongKeptRunsAreShortened(t *testing.T) {
	words := strings.Repeat("word ", 200)
	got := Draw(Compare("a "+words+"b "+words+"c", "a "+words+"d "+words+"c"))
	if len(got) > 250 || !strings.Contains(got, "[-b-] {+d+}") || strings.Count(got, "…") != 2 {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

// Texts that differ in everything and are huge cost no more than a bound.
func TestDiffOfHugeTextsIsBounded(t *testing.T) {
	runs := Compare(strings.Repeat("a b ", 10_000), strings.Repeat("c d ", 10_000))
	if len(runs) != 3 || runs[2].Text != " " || runs[0].Kind != Deleted || runs[1].Kind != Inserted {
		t.Errorf("%d runs", len(runs))
	}
}

// FuzzDiffWords holds that the runs give both texts back.
func FuzzDiffWords(f *testing.F) {
	f.Add("a b\xff c", "a \u00e9 c")
	f.Add("昆虫 x", "\t x")
	f.Fuzz(func(t *testing.T, old, new string) {
		var before, after strings.Builder
		for _, run := range Compare(old, new) {
			if run.Kind != Inserted {
				before.WriteString(run.Text)
			}
			if run.Kind != Deleted {
				after.WriteString(run.Text)
			}
		}
		if before.String() != old || after.String() != new {
			t.Errorf("%q and %q became %q and %q", old, new, before.String(), after.String())
		}
		Draw(Compare(old, new))
	})
}
