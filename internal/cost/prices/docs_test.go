package prices

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/models"
)

// TestDocsTable holds the table in docs/prices.md to the one that is used.
func TestDocsTable(t *testing.T) {
	var want, got []string
	for model, rates := range Default().models {
		for _, r := range rates {
			want = append(want, docsRow(model, &r))
			if r.batch == nil || *r.batch != 0.5 {
				t.Errorf("a batch of %s is not half, as docs/prices.md says", model)
			}
		}
	}
	for line := range strings.Lines(readDocs(t)) {
		if strings.HasPrefix(line, "| claude-") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/prices.md (-models.yaml +docs):\n%s", diff)
	}
}

// docsRow is how the docs write a rate.
func docsRow(model string, r *rate) string {
	title := model
	if !r.from.IsZero() {
		title += " from " + r.from.Format(time.DateOnly)
	}
	if r.upTo != 0 {
		title += " up to " + strconv.FormatInt(r.upTo, 10)
	}
	row := "| " + title + " |"
	for _, n := range []*float64{r.input, r.output, r.cacheWrite5m, r.cacheWrite1h, r.cacheRead, r.us, r.fast} {
		if n == nil {
			row += " – |"
			continue
		}
		row += " " + strconv.FormatFloat(*n, 'f', -1, 64) + " |"
	}
	return row
}

// TestDocsFile loads the example of a file of prices.
func TestDocsFile(t *testing.T) {
	_, rest, _ := strings.Cut(readDocs(t), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/prices.md has no example")
	}
	table := mustLoad(t, example)
	if !table.Known("my-local-model", now) || !table.Known("anthropic.claude-opus-4-6-v1:0", now) {
		t.Error("the example's models are not known")
	}
}

func readDocs(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/prices.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocsMembers holds the classes of body members in docs/prices.md to those
// of the table.
func TestDocsMembers(t *testing.T) {
	known := models.Known().Members
	want := map[string][]string{"| counted: ": known.Counted, "| free: ": known.Free, "| without a bound: ": slices.Collect(maps.Keys(known.Unbounded))}
	for line := range strings.Lines(readDocs(t)) {
		for class, names := range want {
			row, ok := strings.CutPrefix(line, class)
			if !ok {
				continue
			}
			row, _, _ = strings.Cut(row, " | ")
			var got []string
			for i, part := range strings.Split(row, "`") {
				if i%2 == 1 {
					got = append(got, part)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(slices.Sorted(slices.Values(names)), got); diff != "" {
				t.Errorf("%s(-api.yaml +docs):\n%s", class, diff)
			}
			delete(want, class)
		}
	}
	if len(want) > 0 {
		t.Errorf("docs/prices.md has no row of %v", slices.Collect(maps.Keys(want)))
	}
}
