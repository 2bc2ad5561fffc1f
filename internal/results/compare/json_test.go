package compare

import (
	"encoding/json"
	"strings"
	"testing"
)

// The shape of the JSON is a promise to programs: these members are there, and
// a list is never null.
func TestJSONShape(t *testing.T) {
	for name, sides := range map[string][2][]question{
		"a comparison": {{{name: "a", samples: "p"}, {name: "b", samples: "f"}}, {{name: "a", samples: "f"}, {name: "b", samples: "p"}}},
		"nothing":      {},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(mustCompare(t, sides[0], sides[1]))
			if err != nil {
				t.Fatal(err)
			}
			var c map[string]json.RawMessage
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatal(err)
			}
			hasMembers(t, c, "verdict alpha margin change overall suites regressed improved changed added removed not_comparable metrics cost latency tokens warnings")
			for _, list := range strings.Fields("change suites regressed improved changed added removed not_comparable warnings") {
				if c[list][0] != '[' {
					t.Errorf("%s is %s, want a list", list, c[list])
				}
			}
			var overall map[string]json.RawMessage
			if err := json.Unmarshal(c["overall"], &overall); err != nil {
				t.Fatal(err)
			}
			hasMembers(t, overall, "name verdict pairs base_rate new_rate difference interval p_value p_adjusted newly_failing newly_passing")
			var rate map[string]json.RawMessage
			if err := json.Unmarshal(overall["base_rate"], &rate); err != nil {
				t.Fatal(err)
			}
			hasMembers(t, rate, "value low high")
		})
	}
}

func hasMembers(t *testing.T, object map[string]json.RawMessage, names string) {
	t.Helper()
	for name := range strings.FieldsSeq(names) {
		if _, ok := object[name]; !ok {
			t.Errorf("the member %s is missing", name)
		}
	}
}
