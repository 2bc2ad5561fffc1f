package record

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryMemberIsDocumented holds docs/record.md to the types of lines: each
// member of each kind is there, and none that there is not.
func TestEveryMemberIsDocumented(t *testing.T) {
	text := readFile(t, "../docs/record.md")
	for kind, line := range map[string]any{
		kindRun: Run{}, kindCase: Case{}, kindExchange: Exchange{}, kindSample: Sample{}, kindBlob: Blob{},
		kindSpent: Spent{}, kindGate: Gate{}, kindSummary: Summary{}, kindVerdict: Verdict{},
		kindTool: ToolCall{}, kindBatch: Batch{},
	} {
		_, section, found := strings.Cut(text, "\n### "+kind+"\n")
		if !found {
			t.Errorf("%s has no section", kind)
			continue
		}
		section, _, _ = strings.Cut(section, "\n#")
		var documented []string
		for row := range strings.Lines(section) {
			if cells := strings.Split(row, "|"); len(cells) > 2 {
				for _, name := range regexp.MustCompile("`[^`]+`").FindAllString(cells[1], -1) {
					documented = append(documented, strings.Trim(name, "`"))
				}
			}
		}
		want := membersIn(reflect.TypeOf(line), "")
		slices.Sort(documented)
		slices.Sort(want)
		if diff := cmp.Diff(want, documented); diff != "" {
			t.Errorf("%s (-type +docs):\n%s", kind, diff)
		}
	}
}

// membersIn lists the members of a type, those of the types within it behind
// their own.
func membersIn(of reflect.Type, before string) []string {
	var out []string
	for _, f := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" || name == "-" {
			continue
		}
		inside, path := f.Type, before+name
		for inside.Kind() == reflect.Pointer || inside.Kind() == reflect.Slice && inside.Elem().Kind() == reflect.Struct || inside.Kind() == reflect.Map && inside.Elem().Kind() == reflect.Struct {
			switch inside.Kind() {
			case reflect.Slice:
				path += "[]"
			case reflect.Map:
				path += ".*"
			}
			inside = inside.Elem()
		}
		if inside.Kind() == reflect.Struct && inside.PkgPath() == of.PkgPath() {
			out = append(out, membersIn(inside, path+".")...)
			continue
		}
		out = append(out, path)
	}
	return out
}

// TestTheDocumentedRecordIsRead reads the record that docs/record.md shows.
func TestTheDocumentedRecordIsRead(t *testing.T) {
	_, example, _ := strings.Cut(readFile(t, "../docs/record.md"), "```jsonl\n")
	example, _, _ = strings.Cut(example, "```")
	f, err := newFileOf(example)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"france: 1=pass"}, outcomes(t, f)); diff != "" || f.Summary == nil || f.Verdict == nil {
		t.Error(diff)
	}
	for line := range strings.Lines(example) {
		h, err := readHead([]byte(line))
		if err == nil {
			err = checkWhole([]byte(line), string(h.kind))
		}
		if err != nil {
			t.Errorf("%v: %s", err, line)
		}
	}
	if _, err := os.Stat("../examples/record.jsonl"); err == nil {
		mustOpen(t, "../examples/record.jsonl")
	}
}
