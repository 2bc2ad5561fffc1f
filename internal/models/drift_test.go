package models_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/models"
)

// leftOut is what the SDK has and the table does not, each with the reason;
// and what the table has and the SDK does not. A line that is not needed any
// more fails the test.
var leftOut = map[string]map[string]string{
	"members": {
		"stream":            "the SDK sets it by the method that is called",
		"temperature":       "gone from the SDK, taken by the API's version 2023-06-01",
		"top_p":             "gone from the SDK, taken by the API's version 2023-06-01",
		"top_k":             "gone from the SDK, taken by the API's version 2023-06-01",
		"anthropic_version": "a member on Vertex AI and Bedrock, a header elsewhere",
		"anthropic_beta":    "a member on Vertex AI and Bedrock, a header elsewhere",
		"user_profile_id":   "a member on Bedrock, a header elsewhere",
	},
	"betas": {
		"fine-grained-tool-streaming-2025-05-14":     "of the documentation",
		"code-execution-2025-08-25":                  "of the documentation",
		"web-fetch-2025-09-10":                       "of the documentation",
		"advanced-tool-use-2025-11-20":               "of the documentation",
		"effort-2025-11-24":                          "of the documentation",
		"managed-agents-2026-04-01":                  "not of the Messages API",
		"dreaming-2026-04-21":                        "not of the Messages API",
		"mcp-tunnels-2026-06-22":                     "not of the Messages API",
		"ce-plugins-2026-09-01":                      "of the Admin API",
		"spend-limit-reads-2026-09-26":               "of the Admin API",
		"telemetry-destinations-2026-08-11":          "of the Admin API",
		"webhooks-2026-10-07":                        "not of the Messages API",
		"admin-user-sign-out-2026-10-08":             "of the Admin API",
		"analytics-usage-cost-2026-08-24":            "of the Admin API",
		"experimental-claude-tag-2026-10-21":         "of the Admin API",
		"ce-user-management-2026-07-13":              "of the Admin API",
		"ce-claude-code-managed-settings-2026-10-06": "of the Admin API",
		"efs-2026-10-01":                             "of the Admin API",
		"google-managed-data-controls-2026-09-01":    "of the Admin API",
	},
}

// fact is one list of the table beside what the SDK has.
type fact struct {
	name       string
	sdk, table []string
}

// facts are all that the SDK's source and the table both say.
func facts(t *testing.T, s *sdk, table *models.Table) []fact {
	t.Helper()
	lifecycles, err := s.lifecycles()
	if err != nil {
		t.Fatal(err)
	}
	var ids, ends, endsKnown []string
	for id, day := range lifecycles {
		ids = append(ids, models.Family(id))
		if day != "" {
			ends = append(ends, models.Family(id)+" "+day)
		}
		if l := table.Lifecycle[models.Family(id)]; l.Retires != "" {
			endsKnown = append(endsKnown, models.Family(id)+" "+l.Retires)
		}
	}
	known := slices.Collect(maps.Keys(table.Models))
	for id := range table.Lifecycle {
		if _, ended := lifecycles[id]; ended && table.Models[id] == nil {
			known = append(known, id)
		}
	}
	var tools []string
	for family, tool := range table.Tools {
		tools = append(tools, tool.Types(family)...)
	}
	blocks := s.tags(t, "ContentBlockParamUnion", "BetaContentBlockParamUnion", "ToolResultBlockParamContentUnion",
		"BetaToolResultBlockParamContentUnion", "BetaSystemMessageParamContentUnion")
	usage := s.members(t, "Usage", "BetaUsage", "MessageDeltaUsage", "BetaMessageDeltaUsage")
	list := []fact{
		{"models", distinct(ids), known},
		{"lifecycle", distinct(ends), distinct(endsKnown)},
		{"members", s.members(t, "MessageNewParams", "BetaMessageNewParams", "MessageCountTokensParams", "BetaMessageCountTokensParams"), table.Members.Names()},
		{"beta_members", without(s.members(t, "BetaMessageNewParams"), s.members(t, "MessageNewParams")), slices.Collect(maps.Keys(table.BetaOnly.Members))},
		{"beta_turn_members", without(s.members(t, "BetaSystemMessageParam"), s.members(t, "SystemMessageParam")), slices.Collect(maps.Keys(table.BetaOnly.Turn))},
		{"beta_thinking", without(s.members(t, "BetaThinkingConfigAdaptiveParam", "BetaThinkingConfigEnabledParam"),
			s.members(t, "ThinkingConfigAdaptiveParam", "ThinkingConfigEnabledParam")), slices.Collect(maps.Keys(table.BetaOnly.Thinking))},
		{"beta_output_config", without(s.members(t, "BetaOutputConfigParam"), s.members(t, "OutputConfigParam")), slices.Collect(maps.Keys(table.BetaOnly.OutputConfig))},
		{"beta_blocks", without(s.tags(t, "BetaContentBlockParamUnion", "BetaToolResultBlockParamContentUnion", "BetaSystemMessageParamContentUnion"),
			s.tags(t, "ContentBlockParamUnion", "ToolResultBlockParamContentUnion")), slices.Collect(maps.Keys(table.BetaOnly.Blocks))},
		{"beta_tools", without(s.tags(t, "BetaToolUnionParam"), s.tags(t, "ToolUnionParam")), slices.Collect(maps.Keys(table.BetaOnly.Tools))},
		{"counted_by_api", s.members(t, "MessageCountTokensParams", "BetaMessageCountTokensParams"), table.CountedByAPI},
		{"turn_members", s.members(t, "UserMessageParam", "BetaUserMessageParam", "BetaAssistantMessageParam", "BetaSystemMessageParam"), table.TurnMembers},
		{"input_blocks", blocks, table.InputBlocks},
		{"block_types", distinct(append(s.anyOf(t, "ContentBlockUnion", "type"), s.anyOf(t, "BetaContentBlockUnion", "type")...)), table.BlockTypes},
		{"stop_reasons", distinct(append(s.values("StopReason"), s.values("BetaStopReason")...)), table.StopReasons},
		{"tools", s.tags(t, "ToolUnionParam", "BetaToolUnionParam", "MessageCountTokensToolUnionParam", "BetaMessageCountTokensParamsToolUnion"), tools},
		{"usage", usage, table.Usage.Names()},
		{"cache_creation", s.members(t, "CacheCreation", "BetaCacheCreation"), table.UsageCounts["cache_creation"]},
		{"server_tool_use", s.members(t, "ServerToolUsage", "BetaServerToolUsage"), table.UsageCounts["server_tool_use"]},
		{"iterations", s.anyOf(t, "BetaIterationsUsageItemUnion", "type"), table.Iterations},
		{"efforts", distinct(append(s.values("OutputConfigEffort"), s.values("BetaOutputConfigEffort")...)), table.Efforts},
		{"thinking_types", s.tags(t, "ThinkingConfigParamUnion", "BetaThinkingConfigParamUnion"), table.ThinkingTypes},
		{"betas", distinct(s.values("AnthropicBeta")), slices.Collect(maps.Keys(table.Betas))},
	}
	for path, values := range sdkValues(t, s) {
		list = append(list, fact{"values of " + path, values, table.Values[path]})
	}
	return append(list, fact{"values", slices.Collect(maps.Keys(sdkValues(t, s))), slices.Collect(maps.Keys(table.Values))})
}

// sdkValues are the values that the SDK has for members, by their path.
func sdkValues(t *testing.T, s *sdk) map[string][]string {
	t.Helper()
	of := func(kinds ...string) []string {
		var out []string
		for _, kind := range kinds {
			if len(s.values(kind)) == 0 {
				t.Fatalf("the SDK %s has no values of %s: read it anew", s.version, kind)
			}
			out = append(out, s.values(kind)...)
		}
		return distinct(out)
	}
	ttl, ephemeral := of("CacheControlEphemeralTTL", "BetaCacheControlEphemeralTTL"), []string{"ephemeral"}
	efforts := of("OutputConfigEffort", "BetaOutputConfigEffort")
	out := map[string][]string{
		"service_tier":              of("MessageNewParamsServiceTier", "BetaMessageNewParamsServiceTier"),
		"speed":                     of("MessageNewParamsSpeed", "BetaMessageNewParamsSpeed"),
		"fallbacks":                 {"default"},
		"fallbacks.speed":           of("BetaFallbackParamSpeed"),
		"output_config.effort":      efforts,
		"output_config.format.type": {"json_schema"},
		"thinking.type":             s.tags(t, "ThinkingConfigParamUnion", "BetaThinkingConfigParamUnion"),
		"thinking.display":          of("BetaThinkingConfigAdaptiveDisplay", "BetaThinkingConfigEnabledDisplay"),
		"thinking.block_binding.prefix_mismatch_behavior": of("BetaThinkingPrefixMismatchBehavior"),
		"thread.type":                   s.tags(t, "BetaMessageThreadParamUnion"),
		"tool_choice.type":              s.tags(t, "ToolChoiceUnionParam", "BetaToolChoiceUnionParam"),
		"messages.role":                 s.roles(t),
		"messages.clear_at":             of("BetaSystemMessageParamClearAt"),
		"messages.output_config.effort": of("BetaSystemMessageOutputConfigEffort"),
	}
	for _, at := range []string{"", "system.", "tools.", "messages.content."} {
		out[at+"cache_control.type"], out[at+"cache_control.ttl"] = ephemeral, ttl
	}
	return out
}

// drift lists what the SDK and the table do not both have, and what is left
// out in vain.
func drift(t *testing.T, s *sdk, table *models.Table) []string {
	t.Helper()
	var out []string
	if table.SDK != s.version {
		out = append(out, "sdk: the table is as of "+table.SDK+", the tests have "+s.version)
	}
	for _, f := range facts(t, s, table) {
		reasons := leftOut[f.name]
		differ := map[string]bool{}
		for _, name := range f.sdk {
			if !slices.Contains(f.table, name) {
				differ[name] = true
				if reasons[name] == "" {
					out = append(out, f.name+": the SDK has "+name+", the table does not")
				}
			}
		}
		for _, name := range f.table {
			if !slices.Contains(f.sdk, name) {
				differ[name] = true
				if reasons[name] == "" {
					out = append(out, f.name+": the table has "+name+", the SDK does not")
				}
			}
		}
		for name := range reasons {
			if !differ[name] {
				out = append(out, f.name+": "+name+" is left out, and need not be")
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestDrift is the list of what is to be done after `go get -u` of the SDK:
// each difference is a fact that models.yaml or api.yaml lacks, or one that
// leftOut gives a reason for.
func TestDrift(t *testing.T) {
	s := readSDK(t)
	for _, d := range drift(t, s, models.Known()) {
		t.Error(d)
	}
	t.Logf("the table is as of the official Go SDK %s", s.version)
}

// TestDriftIsFound holds an older table against the same SDK.
func TestDriftIsFound(t *testing.T) {
	s := readSDK(t)
	old := *models.Known()
	old.SDK = "v2.0.0"
	old.Models = lacking(old.Models, "claude-mythos-5-2")
	old.Lifecycle = lacking(old.Lifecycle, "claude-opus-4-5")
	old.Members.Unbounded = lacking(old.Members.Unbounded, "thread")
	old.Tools = maps.Clone(old.Tools)
	old.Tools["computer"] = models.Tool{Adds: []float64{0, 0, 0}, Versions: []string{"20251124"}}
	old.Tools["time_machine"] = models.Tool{Bare: true}
	old.BlockTypes = slices.DeleteFunc(slices.Clone(old.BlockTypes), func(s string) bool { return s == "mcp_tool_listing" })
	old.StopReasons = old.StopReasons[:len(old.StopReasons)-1]
	old.Iterations = old.Iterations[:1]
	old.TurnMembers = old.TurnMembers[:2]
	old.Betas = lacking(old.Betas, "compact-2026-09-04")
	old.BetaOnly.Blocks = lacking(old.BetaOnly.Blocks, "fallback")
	old.Values = lacking(old.Values, "service_tier")
	old.Usage.Free = lacking(old.Usage.Free, "output_tokens_details")
	got := strings.Join(drift(t, s, &old), "\n")
	for _, want := range []string{
		"sdk: the table is as of v2.0.0, the tests have v2.15.0",
		"models: the SDK has claude-mythos-5-2, the table does not",
		"lifecycle: the SDK has claude-opus-4-5 2027-01-22, the table does not",
		"members: the SDK has thread, the table does not",
		"tools: the SDK has computer_20250124, the table does not",
		"tools: the table has time_machine, the SDK does not",
		"block_types: the SDK has mcp_tool_listing, the table does not",
		"stop_reasons: the SDK has compaction, the table does not",
		"iterations: the SDK has fallback_message, the table does not",
		"turn_members: the SDK has clear_at, the table does not",
		"betas: the SDK has compact-2026-09-04, the table does not",
		"beta_blocks: the SDK has fallback, the table does not",
		"values of service_tier: the SDK has standard_only, the table does not",
		"usage: the SDK has output_tokens_details, the table does not",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("not found: %s", want)
		}
	}
}

// without is a list less what another has.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

func lacking[V any](m map[string]V, key string) map[string]V {
	m = maps.Clone(m)
	delete(m, key)
	return m
}
