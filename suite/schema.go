package suite

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/suite/internal/source"
)

// shapesText are the definitions that the tables of keys do not hold.
//
//go:embed shapes.yaml
var shapesText string

// Format is the version of the suite format. It goes up when a suite that was
// right could come to mean something else, or could no longer be read.
const Format = 1

// node is a part of a JSON Schema.
type node = map[string]any

// Schema gives the JSON Schema (draft 2020-12) of a suite, for completion and
// checks in editors. It is made of the tables that the loader checks by. It
// refuses less than the loader, which also knows the files around a suite,
// and nothing that the loader takes but values that no case uses, because
// every case replaces them.
func Schema() []byte { return encodeSchema(suiteLevel, "A suite of evalrun") }

// DefaultsSchema gives the JSON Schema of evalrun.yaml, the defaults of the
// suites below it.
func DefaultsSchema() []byte {
	return encodeSchema(defaultsLevel, "The defaults of all suites of evalrun below this file")
}

func encodeSchema(l level, description string) []byte {
	out := l.schema()
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["description"] = description
	defs := definitions()
	if l == defaultsLevel {
		defs["run"] = runSchema()
	}
	out["$defs"] = defs
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		panic(err) // maps, lists and strings only
	}
	return b.Bytes()
}

// definitions are the shapes that keys name.
func definitions() node {
	docs, found := source.Parse(source.New("shapes.yaml", "shapes.yaml", shapesText))
	if len(found) > 0 {
		panic(found[0]) // it is part of the program
	}
	out := docs[0].Native().(node)["$defs"].(node)
	out["case"] = caseLevel.schema()
	out["override"] = overrideLevel.schema()
	out["judge"] = judgeLevel.schema()
	out["cases"] = node{"type": "array", "minItems": 1, "items": reference("case")}
	out["extra_body"] = node{"type": "object", "propertyNames": node{"not": node{"enum": readFields}}}
	out["matrix"] = matrixSchema()
	out["assert"] = assertSchema()
	out["repeat"] = repeatSchema()
	for name, shape := range out {
		if shape := shape.(node); shape["title"] == nil {
			shape["title"] = strings.ReplaceAll(name, "_", " ")
		}
	}
	return out
}

// schema gives the schema of a map of keys.
func (l level) schema() node {
	properties := node{}
	for _, k := range fieldTable {
		if l.takesField(k.name) {
			properties[k.name] = k.schema(true)
		}
	}
	for _, k := range ownTable {
		if slices.Contains(k.at, l) {
			properties[k.name] = k.schema(false)
		}
	}
	out := node{"type": "object", "properties": properties, "additionalProperties": false}
	if l.ignores("x-") {
		out["patternProperties"] = node{"^x-": node{"description": "Ignored: a place for anchors."}}
	}
	if l == suiteLevel {
		out["required"] = []string{"cases"}
	}
	return out
}

// schema describes the key and its values. Where templated is set, a template
// may stand for a value of any kind.
func (k key) schema(templated bool) node {
	out := node{"description": k.doc}
	if k.example != nil {
		out["examples"] = []any{k.example}
	}
	values := []node{{"type": typeNames(k.kinds), "title": source.KindNames(k.kinds)}}
	if k.shape != "" {
		values[0] = reference(k.shape)
	}
	if k.isOpen() {
		values = append(values, reference("another_form"))
	}
	if templated && !k.isOpen() && (k.shape != "" || !slices.Contains(k.kinds, String)) {
		values = append(values, reference("template"))
	}
	if !k.notNull {
		values = append(values, node{"type": "null", "title": "nothing", "description": "Takes an inherited value away."})
	}
	if len(values) > 1 {
		out["anyOf"] = values
		return out
	}
	maps.Copy(out, values[0])
	return out
}

func reference(shape string) node { return node{"$ref": "#/$defs/" + shape} }

// typeNames are JSON Schema's names of kinds.
func typeNames(kinds []Kind) []string {
	names := [...]string{"null", "boolean", "number", "string", "array", "object"}
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = names[k]
	}
	return out
}

// matrixSchema is the schema of matrix: an axis that is named like a request
// field lists its values, any other maps labels to what they override.
func matrixSchema() node {
	const label = `^[^ \t\r\n=,]+$`
	properties := node{}
	for _, k := range fieldTable {
		// A template may stand for a value, in a label without white space.
		values := []node{
			{"type": "string", "pattern": `^\{\{[^ \t\r\n=,]*\}\}$`, "title": "a template"},
			{"type": "null", "title": "without the field"},
		}
		scalars := slices.DeleteFunc(slices.Clone(k.kinds), func(kind Kind) bool { return kind == List || kind == Map })
		if k.isOpen() && !slices.Contains(scalars, String) {
			scalars = append(scalars, String)
		}
		if len(scalars) > 0 {
			values = append(values, node{"type": typeNames(scalars), "pattern": label, "title": "a value of the field"})
		}
		properties[k.name] = node{
			"description": k.doc,
			"type":        "array", "minItems": 1,
			"items": node{"anyOf": values},
		}
	}
	return node{
		"type": "object", "properties": properties, "propertyNames": node{"pattern": label},
		"additionalProperties": node{
			"description": "An axis of your own: each label with what it overrides, request fields and vars.",
			"type":        "object", "minProperties": 1, "propertyNames": node{"pattern": label},
			"additionalProperties": node{"allOf": []node{reference("override"), {"minProperties": 1}}},
		},
	}
}

// assertSchema is the schema of assert.
func assertSchema() node {
	properties := node{}
	for _, k := range assertionTable {
		properties[k.name] = k.schema(false)
	}
	text := node{"type": []string{"string", "boolean"}, "pattern": `\S`, "title": "expressions, one a line"}
	titles := map[string]string{
		"expr": "an expression with a name, a level, a condition or a weight", "rubric": "a rubric, which a judge decides", "prefer": "a comparison of two variants, which a judge decides",
		"check": "a check, which a command of the file that --tools names decides",
	}
	only := func(keep string, without ...string) node {
		some := maps.Clone(properties)
		for _, key := range append(without, "expr", "rubric", "prefer", "check") {
			if key != keep {
				delete(some, key)
			}
		}
		return node{"type": "object", "properties": some, "required": []string{keep}, "additionalProperties": false, "title": titles[keep]}
	}
	entry := node{"anyOf": []node{
		{"type": []string{"string", "boolean", "number"}, "pattern": `\S`, "title": "an expression"},
		only("expr", slices.Concat(rubricKeys, checkKeys)...), only("rubric", checkKeys...), only("prefer", checkKeys...), only("check", "votes", "judge"),
	}}
	return node{"anyOf": []node{text, {"type": "array", "minItems": 1, "items": entry, "title": "a list of assertions"}}}
}

// repeatSchema is the schema of repeat.
func repeatSchema() node {
	count := func(doc string) node {
		return node{"title": "a number of times", "description": doc, "type": "integer", "minimum": 1, "maximum": MaxRepeat}
	}
	return node{"anyOf": []node{
		count("How often the case is asked; all samples must pass."),
		{
			"title": "times, and how many must pass",
			"type":  "object", "required": []string{"times"}, "additionalProperties": false,
			"properties": node{
				"times": count("How often the case is asked."),
				"need":  count("How many of the samples must pass."),
			},
		},
	}}
}
