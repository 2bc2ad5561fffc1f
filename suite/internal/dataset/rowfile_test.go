package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// Files come from spreadsheets and other systems: what they hold is read as
// it was meant, or the first problem is reported with its place.
func TestRowsOfOtherSystems(t *testing.T) {
	utf16 := func(mark, text string) string {
		var b strings.Builder
		b.WriteString(mark)
		for _, r := range text {
			b.WriteString(string(r) + "\x00")
		}
		return b.String()
	}
	for _, test := range []struct{ name, text, want string }{
		{"a.csv", "n,m\r1,2\r3,\"x\ry\"\r", `{"n":"1","m":"2"} {"n":"3","m":"x\ny"}`},
		{"a.csv", "n,m\r\n1,2\r\n", `{"n":"1","m":"2"}`},
		{"a.csv", "n,m\n1,\"x\ry\"\n", `{"n":"1","m":"x\ry"}`},
		{"a.csv", "n,m\r1\r", "a.csv:2: the number of values in the row is 1, expected 2 as in the header"},
		{"a.csv", "\uFEFFn\r1\r", `{"n":"1"}`},
		{"a.csv", "n\r1", `{"n":"1"}`},
		{"a.csv", utf16("\xff\xfe", "n,m\n1,2\n"), "a.csv: the file is UTF-16, expected UTF-8"},
		{"a.csv", "\xfe\xff\x00n\x00\n", "a.csv: the file is UTF-16, expected UTF-8"},
		{"a.csv", utf16("", "n,m\n1,2\n"), "a.csv:1: the name of column 1: found a NUL byte, expected UTF-8 text"},
		{"a.csv", "n,m\n1,\x00\n", `a.csv:2: column "m": found a NUL byte, expected UTF-8 text`},
		{"a.jsonl", "{\"n\":1}\r{\"n\":2}\r", `{"n":1} {"n":2}`},
		{"a.jsonl", utf16("\xff\xfe", "{}\n{}\n"), "a.jsonl: the file is UTF-16, expected UTF-8"},
		{"a.jsonl", `{"n": "ok \ud83d\ude00 \\ud83d"}` + "\n" + `{"n": "x \ud83d y"}`, `{"n":"ok 😀 \\ud83d"} a.jsonl:2:10: found \ud83d, which is half of a surrogate pair`},
		{"a.jsonl", `{"n\uDE00": 1}`, `a.jsonl:1:4: found \uDE00, which is half of a surrogate pair`},
		{"a.json", "[\n{\"n\": \"\\ud83d\\ud83d\\ude00\"}]", `a.json:2:8: found \ud83d, which is half of a surrogate pair`},
		{"a.yaml", "- n: \"\\ud83d\"\n", `a.yaml:1:7: found \ud83d in double quotes, which is not an escape`},
		{"a.yaml", utf16("\xff\xfe", "- n: 1\n"), "a.yaml: the file is UTF-16, expected UTF-8"},
	} {
		var got []string
		for r, d := range readerOf(test.name)(strings.NewReader(test.text), test.name, test.name) {
			if d != nil {
				got = append(got, d.Error())
				break
			}
			got = append(got, string(r.AppendJSON(nil)))
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Error(fmt.Sprintf("%s %q:", test.name, test.text), diff)
		}
	}
}

func TestRowLimits(t *testing.T) {
	long := strings.Repeat("x", maxRowSize+1<<20)
	var columns []string
	for i := range maxColumns + 1 {
		columns = append(columns, fmt.Sprint("c", i))
	}
	for _, test := range []struct{ name, text, want string }{
		{"a.csv", "a\n1\n" + long + "\n", "the row is larger than 32 MB"},
		{"a.csv", "a\n1\n\"" + strings.Repeat(long+"\n", 2) + "\n", "the row is larger than 32 MB"},
		{"a.csv", strings.Join(columns, ",") + "\n", "the file has 10001 columns, expected at most 10000"},
		{"a.jsonl", "{\"a\": 1}\n\"" + long + "\"\n", "the row is larger than 32 MB"},
	} {
		var last *diagnostic.Diagnostic
		for _, d := range readerOf(test.name)(strings.NewReader(test.text), test.name, test.name) {
			last = d
		}
		if last == nil || !strings.Contains(last.Message, test.want) {
			t.Errorf("%s of %d bytes ends with %v, want %q", test.name, len(test.text), last, test.want)
		}
	}
}
