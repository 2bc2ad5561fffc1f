package models

import (
	"slices"
	"testing"
)

func TestIDsOfCloudsNameTheirModel(t *testing.T) {
	for id, want := range map[string]string{
		"anthropic.claude-opus-5":                                                                  "claude-opus-5",
		"us.anthropic.claude-opus-4-5-20251101-v1:0":                                               "claude-opus-4-5-20251101",
		"global.anthropic.claude-sonnet-5-5":                                                       "claude-sonnet-5-5",
		"anthropic.claude-haiku-4-5-20251001-v1":                                                   "claude-haiku-4-5-20251001",
		"us-gov.anthropic.claude-sonnet-4-5-20250929-v1":                                           "claude-sonnet-4-5-20250929",
		"arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1": "claude-opus-4-6",
		"claude-opus-4-5@20251101":                                                                 "claude-opus-4-5-20251101",
		"claude-opus-5@default":                                                                    "claude-opus-5",
		"claude-opus-5":                                                                            "claude-opus-5",
		"anthropic/claude-opus-5":                                                                  "anthropic/claude-opus-5",
		"arn:aws:bedrock:us-east-1:1:application-inference-profile/abc":                            "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc",
	} {
		if got := OfAPI(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	for _, id := range []string{"anthropic.claude-opus-5", "claude-opus-4-5@20251101"} {
		if Known().Find(id) == nil {
			t.Errorf("nothing is known of %s", id)
		}
	}
}

func TestIDsInTheFormOfAnotherCloud(t *testing.T) {
	for _, c := range []struct{ platform, id, own string }{
		{"bedrock", "anthropic.claude-opus-5", ""},
		{"bedrock", "us.anthropic.claude-opus-4-5-20251101-v1:0", ""},
		{"bedrock", "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", ""},
		{"bedrock", "claude-opus-5", "its ids begin with anthropic., such as anthropic.claude-opus-5"},
		{"bedrock", "claude-opus-4-5@20251101", "its ids begin with anthropic., such as anthropic.claude-opus-5"},
		{"aws", "claude-opus-4-5-20251101", ""},
		{"aws", "us.anthropic.claude-opus-4-5-20251101-v1:0", "it takes the API's: claude-opus-4-5-20251101"},
		{"aws", "claude-opus-5@default", "it takes the API's: claude-opus-5"},
		{"vertex", "claude-opus-5", ""},
		{"vertex", "claude-opus-4-5@20251101", ""},
		{"vertex", "claude-opus-4-5-20251101", "it takes claude-opus-4-5@20251101"},
		{"vertex", "anthropic.claude-opus-4-5-20251101-v1:0", "it takes claude-opus-4-5@20251101"},
		{"foundry", "my.deployment_1", ""},
		{"foundry", "claude-opus-4-5@20251101", "a deployment has the name that it was given, by default the API's id"},
		{"", "anthropic.claude-opus-5", ""},
	} {
		why, own := ForeignID(c.platform, c.id)
		if own != c.own || (why == "") != (own == "") {
			t.Errorf("%s: %s %s: %q, want %q", c.platform, c.id, why, own, c.own)
		}
	}
}

func TestSurchargesOfClouds(t *testing.T) {
	for _, c := range []struct {
		served Served
		id     string
		want   float64
	}{
		{Served{}, "claude-opus-5", 1},
		{Served{Platform: "aws"}, "claude-opus-5", 1},
		{Served{}, "global.anthropic.claude-opus-5", 1},
		{Served{}, "us.anthropic.claude-opus-5", 1.1},
		{Served{}, "anthropic.claude-opus-5", 1.1},
		{Served{Platform: "bedrock"}, "anthropic.claude-opus-5", 1.1},
		{Served{Platform: "bedrock"}, "claude-opus-5", 0},
		{Served{Platform: "bedrock"}, "jp.anthropic.claude-opus-5", 1.1},
		{Served{}, "claude-opus-5@20260724", 0},
		{Served{Platform: "vertex", Location: "global"}, "claude-opus-5@20260724", 1},
		{Served{Platform: "vertex", Location: "global"}, "claude-opus-5", 1},
		{Served{Platform: "vertex", Location: "us-east5"}, "claude-opus-5", 1.1},
		{Served{Platform: "vertex"}, "claude-opus-5", 0},
		{Served{Location: "global"}, "claude-opus-5@20260724", 0},
		{Served{Platform: "foundry"}, "claude-opus-5", 0},
	} {
		factor, why := c.served.Surcharge(c.id)
		if factor != c.want || (why == "") != (factor != 0) {
			t.Errorf("%+v multiplies %s by %v (%s), want %v", c.served, c.id, factor, why, c.want)
		}
	}
}

func TestBedrockTakesAToolThatTheAPIRefuses(t *testing.T) {
	const tool = "computer_20251124"
	if !slices.Contains(Known().Find("claude-fable-5-2").RefusedTools, tool) || slices.Contains(Known().Find("us.anthropic.claude-fable-5-2").RefusedTools, tool) {
		t.Error("the tool is refused on Amazon Bedrock, or taken by the API")
	}
}
