package calibration

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

func TestReadLabels(t *testing.T) {
	labels, err := ReadLabels(strings.NewReader("\ufeffpass,case,sample,variant,x-me\r\nTRUE,'=a,2,p=q,\r\n,b,,,\r\n 0 ,\"b,\"\"c\",,,mine\r\n"), "l.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := []Label{
		{Case: "=a", Sample: 2, Variant: "p=q", Pass: true},
		{Case: `b,"c`},
	}
	if diff := cmp.Diff(want, labels, cmpopts.IgnoreFields(Label{}, "At")); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if got := labels[1].At.String(); got != "l.csv:4" {
		t.Errorf("the second label is at %s, want l.csv:4", got)
	}
}

// Spreadsheets write semicolons where a comma is the decimal sign, and tabs.
func TestReadLabelsOfSpreadsheets(t *testing.T) {
	for _, text := range []string{
		"pass,case,x-note\nfail,\"a;b\",\"1,5\"\n", "pass;case;x-note\r\nfail;\"a;b\";1,5\r\n", "\ufeff\"pass\";\"case\"\nfail;\"a;b\"\n",
		"pass\tcase\nfail\ta;b\n", "case;pass\n\"a;b\";fail\n",
	} {
		labels, err := ReadLabels(strings.NewReader(text), "l.csv")
		if err != nil || len(labels) != 1 || labels[0].Case != "a;b" || labels[0].Pass {
			t.Errorf("%q: %+v, %v", text, labels, err)
		}
	}
}

func TestReadLabelsSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "l.csv: the file is empty",
		"case\na":                     `l.csv:1:1: there is no column "pass"`,
		"case,pass,pass\na,1,1":       `l.csv:1:11: duplicate column "pass"`,
		"case,pass\na":                "l.csv:2:1: wrong number of fields",
		"case,pass\na,\"b":            "l.csv:2:5: extraneous or missing",
		"case,pass\na,perhaps":        `l.csv:2:3: pass is "perhaps"`,
		"case,pass,sample\na,1,0":     `l.csv:2:5: sample is "0"`,
		"case,pass,smaple\na,1,0":     `l.csv:1:11: unknown column "smaple"; did you mean "sample"?`,
		"case,pass,confidence\na,1,0": `l.csv:1:11: unknown column "confidence", expected pass, suite`,
		"case,pass\na,\xff":           "l.csv: the file is not UTF-8 text",
		"case,pass\na,\nb,":           "l.csv: no row of 2 has a label",
	} {
		_, err := ReadLabels(strings.NewReader(text), "l.csv")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}

// A link may lead to any file, and an error about it into the log of a build.
func TestNothingOfAnotherFileIsRepeated(t *testing.T) {
	for _, text := range []string{
		"KEY=sk-secret", "A=1\x00KEY=sk-secret\x00", "a,b\nsk-secret,x", "sk-secret,\"b", "\"sk-secret", "user,sk-secret\n,,,", "a\"sk-secret",
	} {
		_, err := ReadLabels(strings.NewReader(text), "l.csv")
		var list diagnostic.List
		if !errors.As(err, &list) {
			t.Fatalf("%q: %v", text, err)
		}
		for _, d := range list {
			if strings.Contains(d.Message+d.Source+d.Hint, "secret") {
				t.Errorf("%q: %+v", text, d)
			}
		}
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add("pass,case,sample\npass,a,1\nno,\"b\n,c\",\n")
	f.Add("\ufeffcase,pass,x-\r\n'=a,TRUE,\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		labels, err := ReadLabels(strings.NewReader(text), "l.csv")
		if (err == nil) != (len(labels) > 0) && err == nil {
			t.Errorf("%q: no label and no error", text)
		}
		for _, l := range labels {
			if l.Case == "" || l.Sample < 0 || l.At.Line < 1 {
				t.Errorf("%q: label %+v", text, l)
			}
		}
	})
}
