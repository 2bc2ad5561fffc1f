package worddiff

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
)

func TestCompare(t *testing.T) {
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

// A change in every other sentence of a long text is found where it is.
func TestManyChangesAreAligned(t *testing.T) {
	var old, new strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&old, "point %d is as it was, ", i)
		fmt.Fprintf(&new, "point %d is %s it was, ", i, []string{"as", "what"}[i%2])
	}
	changed := 0
	for _, run := range Compare(old.String(), new.String()) {
		if run.Kind == Inserted {
			changed++
		}
		if run.Kind != Kept && strings.TrimSpace(run.Text) != "as" && strings.TrimSpace(run.Text) != "what" {
			t.Fatalf("%c%.100q", run.Kind, run.Text)
		}
	}
	if changed != 500 {
		t.Errorf("%d changes", changed)
	}
}

// An answer of 1 MB may be compared with another.
func TestWorkGrowsWithTheTexts(t *testing.T) {
	texts := map[string][2]string{
		"nothing alike": {"a b ", "c d "},
		"half alike":    {"a b c d ", "d x a y "},
		"ideographs":    {"昆虫", "虫動"},
	}
	for name, pair := range texts {
		t.Run(name, func(t *testing.T) {
			bytes := slowtest.Size(1e5, 4e6)
			old, new := strings.Repeat(pair[0], bytes/len(pair[0])), strings.Repeat(pair[1], bytes/len(pair[1]))
			slowtest.Within(t, fmt.Sprintf("comparing %d bytes", bytes), func() { Compare(old+"end", new+"stop") })
		})
	}
}

// FuzzCompare holds that the runs give both texts back.
func FuzzCompare(f *testing.F) {
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
