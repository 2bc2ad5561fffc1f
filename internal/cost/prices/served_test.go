package prices

import (
	"encoding/json"
	"testing"

	"github.com/evalrun/evalrun/internal/models"
)

// Clouds multiply the prices of tokens, and no others; a file has the price of an
// id as it is written.
func TestPricesOfClouds(t *testing.T) {
	file := mustLoad(t, "models: {us.anthropic.claude-opus-5: {input: 1, output: 2}, claude-opus-4-6: {input: 10, output: 20}}")
	const usage = `{"input_tokens":1000000,"output_tokens":1000000,"server_tool_use":{"web_search_requests":100}}`
	const searches = 1.0
	for _, c := range []struct {
		table *Table
		model string
		want  float64
	}{
		{Default(), "claude-opus-4-6", 30},
		{Default(), "global.anthropic.claude-opus-4-6-v1", 30},
		{Default(), "us.anthropic.claude-opus-4-6-v1", 33},
		{Default().On(models.Served{Platform: "vertex", Location: "global"}), "claude-opus-4-6@20260205", 30},
		{Default().On(models.Served{Platform: "vertex", Location: "us-east5"}), "claude-opus-4-6", 33},
		{file, "us.anthropic.claude-opus-5", 3},
		{file, "us.anthropic.claude-opus-4-6", 33},
		{file.On(models.Served{Platform: "foundry"}).Assuming("x"), "claude-opus-4-6", 30},
	} {
		got, err := c.table.Cost(Use{Model: c.model, Usage: json.RawMessage(usage), When: now})
		if err != nil || got != c.want+searches {
			t.Errorf("%s costs %v, %v, want %v", c.model, got, err, c.want+searches)
		}
	}
	if got, err := worst(Default().On(models.Served{Platform: "vertex", Location: "eu"}), "claude-opus-4-5", `{"model":"claude-opus-4-5","max_tokens":1000,"messages":[]}`); err != nil || got < 0.0275 {
		t.Errorf("at the most it costs %v, %v, want the surcharge in it", got, err)
	}
}

// A cloud that is asked for a model by its own id may answer with the API's.
func TestAnswersOfCloudsHaveTheirPrice(t *testing.T) {
	bedrock := Default().On(models.Served{Platform: "bedrock"})
	const usage = `{"input_tokens":1000000,"output_tokens":0}`
	const sampled = `{"input_tokens":1000000,"output_tokens":0,"iterations":[{"type":"message","model":"claude-opus-4-6","input_tokens":1000000,"output_tokens":0},{"type":"compaction","model":"claude-opus-4-6","input_tokens":1000000,"output_tokens":0}]}`
	for _, test := range []struct {
		asked, answered, usage string
		want                   float64 // 0: not known
	}{
		{"global.anthropic.claude-opus-4-6", "claude-opus-4-6", usage, 5},
		{"us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6", usage, 5.5},
		{"us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6", sampled, 11},
		{"us.anthropic.claude-opus-4-6-v1:0", "us.anthropic.claude-opus-4-6-v1:0", usage, 5.5},
		{"us.anthropic.claude-opus-4-6-v1:0", "claude-haiku-4-5", usage, 0},
		{"anthropic.claude-opus-4-6", "claude-opus-4-6", usage, 5.5},
		{"claude-opus-4-6", "claude-opus-4-6", usage, 0},
	} {
		got, err := bedrock.Cost(Use{Model: test.answered, Asked: test.asked, Usage: []byte(test.usage)})
		if got != test.want || (err == nil) != (test.want != 0) {
			t.Errorf("%s that answers as %s: %v, %v, want %v", test.asked, test.answered, got, err, test.want)
		}
	}
}
