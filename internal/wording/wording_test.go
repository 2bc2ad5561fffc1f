package wording

import "testing"

func TestLongTextsAreCut(t *testing.T) {
	for _, test := range []struct {
		text        string
		most        int
		start, ends string
	}{
		{"", 3, "", ""},
		{"ants", 4, "ants", "ants"},
		{"ants", 3, "an…", "a…s"},
		{"größer", 6, "größer", "größer"},
		{"größer", 5, "größ…", "gr…er"},
		{"größer", 1, "…", "…"},
		{"\xff\xfe\xfd", 2, "\xff…", "\xff…"},
	} {
		if got := Start(test.text, test.most); got != test.start {
			t.Errorf("the start of %q in %d is %q, want %q", test.text, test.most, got, test.start)
		}
		if got := Ends(test.text, test.most); got != test.ends {
			t.Errorf("the ends of %q in %d are %q, want %q", test.text, test.most, got, test.ends)
		}
	}
}
