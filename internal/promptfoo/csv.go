package promptfoo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// testsOfCSV makes a test of each row. Columns that begin with two underscores are
// not variables.
func testsOfCSV(name string, data []byte) ([]*value, error) {
	r := csv.NewReader(bytes.NewReader(data))
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s has no row", name)
	}
	var out []*value
	for i, row := range rows[1:] {
		t := &value{kind: object, members: map[string]*value{}, file: name, line: i + 2}
		vars := &value{kind: object, members: map[string]*value{}, file: name, line: i + 2}
		asserts := &value{kind: list, file: name, line: i + 2}
		metric := ""
		for j, column := range rows[0] {
			cell := &value{kind: text, text: row[j], file: name, line: i + 2}
			column = strings.TrimSpace(column)
			switch {
			case strings.HasPrefix(column, "__expected"):
				if strings.TrimSpace(row[j]) != "" {
					asserts.items = append(asserts.items, expected(cell))
				}
			case column == "__description" && row[j] != "":
				t.set("description", cell)
			case column == "__threshold" && row[j] != "":
				cell.kind = number
				t.set("threshold", cell)
			case column == "__metric":
				metric = row[j]
			case strings.HasPrefix(column, "__metadata:"), column == "__description", column == "__threshold":
			case strings.HasPrefix(column, "__"):
				if row[j] != "" {
					t.set(strings.TrimPrefix(column, "__"), cell)
				}
			default:
				vars.set(column, cell)
			}
		}
		for _, a := range asserts.items {
			if metric != "" {
				a.set("metric", &value{kind: text, text: metric, file: name, line: i + 2})
			}
		}
		t.set("vars", vars)
		t.set("assert", asserts)
		out = append(out, t)
	}
	return out, nil
}

// scored are types whose text in a cell may have a threshold in parentheses.
var scored = []string{"similar", "cost", "latency", "levenshtein", "rouge-n", "starts-with", "answer-relevance", "context-recall", "context-relevance", "context-faithfulness", "perplexity", "classifier"}

// expected reads a cell as promptfoo does: type: value, type(threshold): value, or a
// text that the output must be.
func expected(cell *value) *value {
	a := &value{kind: object, members: map[string]*value{}, file: cell.file, line: cell.line}
	set := func(kind, rest string) *value {
		a.set("type", &value{kind: text, text: kind, file: cell.file, line: cell.line})
		a.set("value", &value{kind: text, text: rest, file: cell.file, line: cell.line})
		return a
	}
	for _, prefix := range []string{"javascript:", "fn:", "eval:"} {
		if rest, ok := strings.CutPrefix(cell.text, prefix); ok {
			return set("javascript", strings.TrimSpace(rest))
		}
	}
	for _, prefix := range []string{"grade:", "llm-rubric:"} {
		if rest, ok := strings.CutPrefix(cell.text, prefix); ok {
			return set("llm-rubric", rest)
		}
	}
	if strings.HasPrefix(cell.text, "python:") || strings.HasPrefix(cell.text, "file://") {
		return set("python", cell.text)
	}
	head, rest, found := strings.Cut(cell.text, ":")
	kind, in, hasThreshold := strings.Cut(head, "(")
	if !isType(strings.TrimPrefix(kind, "not-")) || !found && head != cell.text {
		return set("equals", cell.text)
	}
	set(kind, rest)
	if hasThreshold {
		a.set("threshold", &value{kind: number, text: strings.TrimSuffix(in, ")"), file: cell.file, line: cell.line})
	} else if slices.Contains(scored, strings.TrimPrefix(kind, "not-")) {
		a.set("threshold", &value{kind: number, text: "0.75", file: cell.file, line: cell.line})
	}
	if strings.TrimPrefix(kind, "not-") == "is-json" && rest == "" {
		delete(a.members, "value")
		a.names = slices.DeleteFunc(a.names, func(name string) bool { return name == "value" })
	}
	return a
}

// isType reports whether a word is a type of assertion of promptfoo.
func isType(word string) bool {
	return slices.Contains([]string{
		"answer-relevance", "bleu", "classifier", "contains", "contains-all", "contains-any", "contains-html", "contains-json", "contains-sql", "contains-xml",
		"context-faithfulness", "context-recall", "context-relevance", "conversation-relevance", "cost", "equals", "factuality", "finish-reason", "g-eval", "gleu", "guardrails",
		"icontains", "icontains-all", "icontains-any", "is-html", "is-json", "is-refusal", "is-sql", "is-valid-function-call", "is-valid-openai-function-call", "is-valid-openai-tools-call",
		"is-xml", "javascript", "latency", "levenshtein", "llm-rubric", "meteor", "model-graded-closedqa", "model-graded-factuality", "moderation", "perplexity", "perplexity-score", "pi",
		"python", "regex", "rouge-n", "ruby", "search-rubric", "similar", "starts-with", "tool-call-f1", "trace-error-spans", "trace-span-count", "trace-span-duration", "webhook", "word-count",
	}, word)
}
