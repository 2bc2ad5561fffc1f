package suite

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// An editor shows the title of what can be completed and the description of
// what the pointer is on: no alternative is without a name, and no key of
// evalrun's own or field of a request is without a text.
func TestSchemaHasNamesAndTexts(t *testing.T) {
	for _, text := range [][]byte{Schema(), DefaultsSchema()} {
		var root map[string]any
		if err := json.Unmarshal(text, &root); err != nil {
			t.Fatal(err)
		}
		definitions := root["$defs"].(map[string]any)
		for name, shape := range definitions {
			if shape.(map[string]any)["title"] == nil {
				t.Errorf("the definition %s has no title", name)
			}
		}
		visitSchema(root, "", func(at string, v map[string]any) {
			if alternatives, ok := v["anyOf"].([]any); ok {
				for i, a := range alternatives {
					if a := a.(map[string]any); a["title"] == nil && a["$ref"] == nil {
						t.Errorf("%s: alternative %d has no title: %v", at, i, a)
					}
				}
			}
		})
		for _, level := range []any{root, definitions["case"], definitions["judge"], definitions["override"]} {
			for key, property := range level.(map[string]any)["properties"].(map[string]any) {
				if text, _ := property.(map[string]any)["description"].(string); strings.TrimSpace(text) == "" {
					t.Errorf("the key %s has no description", key)
				}
			}
		}
	}
}

// visitSchema visits all maps of a schema.
func visitSchema(v any, at string, visit func(at string, v map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(at, v)
		for key, inner := range v {
			visitSchema(inner, at+"/"+key, visit)
		}
	case []any:
		for i, inner := range v {
			visitSchema(inner, fmt.Sprint(at, "/", i), visit)
		}
	}
}
