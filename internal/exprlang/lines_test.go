package exprlang

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		name, block string
		want        []string
	}{
		{"one a line", "a == 1\nb == 2\n", []string{"a == 1", "b == 2"}},
		{"one expression", "a == 1", []string{"a == 1"}},
		{"continued", "a &&\n  b\nc", []string{"a &&\n  b", "c"}},
		{"closing bracket", "any(xs,\n  .a\n)\nb", []string{"any(xs,\n  .a\n)", "b"}},
		{"comments and blank lines", "# one\na\n\n// two\nb  \n", []string{"a", "b"}},
		{"comment inside", "a &&\n  // why\n  b", []string{"a &&\n  // why\n  b"}},
		{"indented block", "  a\n  b\n    c\n", []string{"a", "b\n    c"}},
		{"windows", "a\r\nb\r\n", []string{"a", "b"}},
		{"empty", "\n \n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, line := range Lines(c.block) {
				if c.block[line.Offset:line.Offset+len(line.Text)] != line.Text {
					t.Errorf("offset %d does not lead to %q", line.Offset, line.Text)
				}
				got = append(got, line.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
