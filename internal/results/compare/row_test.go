package compare

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/record"
)

// Every case of both sides is a row, those first that ask for attention.
func TestRows(t *testing.T) {
	base := openSide(t, writeRecord(t, record.Run{Tool: "test"},
		question{name: "broke", samples: "pp"}, question{name: "down", samples: "ppf", need: 1}, question{name: "fixed", samples: "ff"},
		question{name: "up", samples: "pff", need: 1}, question{name: "same", samples: "p", cost: .5, output: 7}, question{name: "lost", samples: "p"},
		question{name: "reworded", samples: "p"}, question{name: "gone", samples: "p"}, question{name: "skipped", samples: "s", skip: "later"}))
	new := openSide(t, writeRecord(t, record.Run{Tool: "test"},
		question{name: "broke", samples: "pf"}, question{name: "down", samples: "pff", need: 1}, question{name: "fixed", samples: "pp"},
		question{name: "up", samples: "ppf", need: 1}, question{name: "same", samples: "p"}, question{name: "lost", samples: "e"},
		question{name: "reworded", samples: "p", digest: "sha256:other"}, question{name: "fresh", samples: "p"}, question{name: "skipped", samples: "s", skip: "later"}))
	c, err := Compare(base, new, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range c.Rows() {
		text := fmt.Sprintf("%s: %s %+.2f", row.Case, row.State, row.Difference)
		if row.Base != nil {
			text += fmt.Sprintf(" base %d/%d", row.Base.Pass, row.Base.Pass+row.Base.Fail)
		}
		if row.New != nil {
			text += fmt.Sprintf(" new %d/%d", row.New.Pass, row.New.Pass+row.New.Fail)
		}
		got = append(got, text)
		if row.Case == "same" && (*row.Base.CostUSD != .5 || *row.Base.OutputTokens != 7 || row.New.CostUSD != nil) {
			t.Errorf("the amounts of a side are %+v and %+v", row.Base, row.New)
		}
	}
	want := []string{
		"broke: newly failing -0.50 base 2/2 new 1/2", "down: down -0.33 base 2/3 new 1/3", "fixed: newly passing +1.00 base 0/2 new 2/2", "up: up +0.33 base 1/3 new 2/3",
		"lost: not comparable +0.00 base 1/1 new 0/0", "reworded: changed +0.00 base 1/1 new 1/1", "fresh: added +0.00 new 1/1", "gone: removed +0.00 base 1/1",
		"same: same +0.00 base 1/1 new 1/1", "skipped: skipped +0.00 base 0/0 new 0/0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if old, now := c.Sides(); old != base || now != new || old.Record() == nil {
		t.Error("the sides are not those that were compared")
	}
}
