package models

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// TestTable reads the table as strictly as it can be read: a misspelt key
// would be a fact that is never used.
func TestTable(t *testing.T) {
	var table Table
	for _, file := range [][]byte{modelsFile, apiFile} {
		strict := yaml.NewDecoder(bytes.NewReader(file))
		strict.KnownFields(true)
		if err := strict.Decode(&table); err != nil {
			t.Fatal(err)
		}
	}
	efforts := table.Efforts
	for id, m := range table.Models {
		for _, level := range append(slices.Clone(m.Effort), m.DisabledUpTo) {
			if level != "" && !slices.Contains(efforts, level) {
				t.Errorf("%s: unknown effort %q", id, level)
			}
		}
		if (m.DefaultEffort == "") != (len(m.Effort) == 0) || m.DefaultEffort != "" && !slices.Contains(m.Effort, m.DefaultEffort) {
			t.Errorf("%s takes the efforts %v, and %q by default", id, m.Effort, m.DefaultEffort)
		}
		latest := table.Models[m.Successor]
		if m.Successor != "" && (latest == nil || latest.Line != m.Line || latest.Successor != "" || table.Lifecycle[m.Successor].Retires != "") {
			t.Errorf("%s: the successor %q is no latest model of its family", id, m.Successor)
		}
		if table.Tokenizers[m.Tokenizer] == 0 {
			t.Errorf("%s: nothing is known of the tokenizer %q", id, m.Tokenizer)
		}
		if m.Sampling != "" && m.Sampling != "either" && m.Sampling != "default" {
			t.Errorf("%s: unknown sampling %q", id, m.Sampling)
		}
		if !slices.Contains([]string{"", "free", "beta", "ignored", "refused"}, m.Fast) {
			t.Errorf("%s: unknown fast %q", id, m.Fast)
		}
		if !slices.Contains([]string{"", "all", "new"}, m.BoundThinking) {
			t.Errorf("%s: unknown bound_thinking %q", id, m.BoundThinking)
		}
		if m.Tokenizer != "older" && m.Tokenizer != "newer" {
			t.Errorf("%s: unknown tokenizer %q", id, m.Tokenizer)
		}
		if m.Snapshot != "" && Family(m.Snapshot) != id {
			t.Errorf("%s: the snapshot %s is of another model", id, m.Snapshot)
		}
	}
	for family, tool := range table.Tools {
		if tool.Adds != nil && (len(tool.Adds) != 3 || !slices.IsSorted(tool.Adds)) {
			t.Errorf("%s adds %v, want at least, likely, at most", family, tool.Adds)
		}
	}
	for name := range table.Betas {
		if BetaFamily(name) == name {
			t.Errorf("the beta %s has no date", name)
		}
	}
	for _, needed := range []map[string][]string{table.BetaOnly.Members, table.BetaOnly.Turn, table.BetaOnly.Thinking, table.BetaOnly.OutputConfig, table.BetaOnly.Tools} {
		for name, families := range needed {
			for _, family := range families {
				if table.Beta(family) == "" {
					t.Errorf("%s needs %s, which is no beta", name, family)
				}
			}
		}
	}
	for name, why := range table.Members.Unbounded {
		if why == "" {
			t.Errorf("%s has no bound; say why", name)
		}
	}
	for id, l := range table.Lifecycle {
		for _, day := range []string{l.Deprecated, l.Retires} {
			if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		if l.Retires == "" && l.Deprecated == "" {
			t.Errorf("%s has no day", id)
		}
		if table.Models[l.Successor] == nil {
			t.Errorf("%s: its successor %s is not known", id, l.Successor)
		}
		if Family(id) != id {
			t.Errorf("%s is not the id of a family", id)
		}
	}
	if len(table.StopReasons) == 0 || len(table.BlockTypes) == 0 || len(table.Versions) == 0 {
		t.Error("a list is empty")
	}
}

// TestEveryModelHasAPrice holds the two halves of the table together.
func TestEveryModelHasAPrice(t *testing.T) {
	var prices struct{ Models map[string]yaml.Node }
	if err := Known().Prices.Decode(&prices); err != nil {
		t.Fatal(err)
	}
	for _, id := range Known().IDs() {
		if _, ok := prices.Models[id]; !ok {
			t.Errorf("%s has no price", id)
		}
	}
	for id := range prices.Models {
		if Known().Models[id] == nil {
			t.Errorf("of %s only the price is known", id)
		}
	}
}

func TestFind(t *testing.T) {
	for id, want := range map[string]string{
		"claude-haiku-4-5":          "Claude Haiku 4.5",
		"claude-haiku-4-5-20251001": "Claude Haiku 4.5",
		"claude-haiku-4-5-2025":     "",
		"claude-haiku-4":            "",
		"llama3":                    "",
	} {
		got := ""
		if m := Known().Find(id); m != nil {
			got = m.Name
		}
		if got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}
