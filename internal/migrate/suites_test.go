package migrate_test

// small are requests with everything that some model refuses, as suites: alone,
// together, and in each form that a suite has for it.
var small = map[string]string{
	"sampling":           "temperature: 0\ntop_k: 5\ncases: [{name: a, messages: [{user: Hi}]}]",
	"sampling together":  "temperature: 0.5\ntop_p: 0.9\ncases: [{name: a, messages: [{user: Hi}]}]",
	"sampling default":   "temperature: 1\ncases: [{name: a, messages: [{user: Hi}]}]",
	"sampling of a case": "cases: [{name: a, messages: [{user: Hi}], top_p: 0.3}, {name: b, messages: [{user: Ho}]}]",
	"thinking":           "thinking: {type: enabled, budget_tokens: 2048}\nmax_tokens: 4096\ncases: [{name: a, messages: [{user: Hi}]}]",
	"much thinking":      "max_tokens: 32000\nthinking:\n  type: enabled\n  budget_tokens: 20000\ncases: [{name: a, messages: [{user: Hi}]}]",
	"thinking shown":     "max_tokens: 9000\nthinking: {type: enabled, budget_tokens: 8000, display: omitted}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"no thinking":        "thinking: {type: disabled}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"no thinking and a format": `thinking: {type: disabled}
output_config: {format: {type: json_schema, schema: {type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}}}
cases: [{name: a, messages: [{user: Hi}]}]`,
	"prefill":            "cases: [{name: a, messages: [{user: Hi}, {assistant: \"The answer is (\"}]}]",
	"prefill in a list":  "cases:\n  - name: a\n    messages:\n      - user: Hi\n      - assistant:\n          - The answer\n          - text: is (",
	"prefill of the API": "cases: [{name: a, messages: [{role: user, content: Hi}, {role: assistant, content: [{type: text, text: So}]}]}]",
	"prefill with JSON":  "cases:\n  - name: a\n    messages:\n      - user: Hi\n      - assistant: '{\"a\": '",
	"prefill with a brace": `system: |
  You answer in JSON.
cases:
  - name: a
    messages:
      - user: Hi
      - assistant: "{"`,
	"prefill and system": "system: You are terse.\ncases:\n  - name: a\n    messages:\n      - user: Hi\n      - assistant: Well",
	"prefill and system turn": `cases:
  - name: a
    messages:
      - system: You are terse.
      - user: Hi
      - assistant: Well`,
	"prefill and system blocks": "cases:\n  - name: a\n    system: [You are terse., {text: Be kind., cache_control: {type: ephemeral}}]\n    messages:\n      - user: Hi\n      - assistant: Well",
	"prefill that is read":      "cases: [{name: a, messages: [{user: Hi}, {assistant: Well}], assert: prefilled_text startsWith \"Well\"}]",
	"prefill on the way":        "cases: [{name: a, messages: [{user: Hi}, {assistant: }, {user: Go on}, {assistant: So}]}]",
	"forced":                    "tools: [{name: w, input_schema: {type: object}}]\ntool_choice: {type: any}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"forced to one":             "tools: [{name: w, input_schema: {type: object}}]\ntool_choice: {type: tool, name: w, disable_parallel_tool_use: true}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"forced to a closed one":    "tools:\n  - name: w\n    input_schema: {type: object, properties: {a: {type: array, items: {type: string}}, b: {type: object, properties: {}, additionalProperties: false}}, required: [a, b], additionalProperties: false}\ntool_choice: {type: tool, name: w}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"forced to one of two":      "tool_choice: {type: any}\ncases:\n  - name: a\n    tools:\n      - {name: v, input_schema: {type: object, properties: {n: {type: integer, minimum: 1}}, additionalProperties: false}}\n      - name: w\n        input_schema: {type: object, properties: {}, additionalProperties: false}\n      - {name: x, strict: true, input_schema: {type: object, properties: {}, additionalProperties: false}}\n    messages: [{user: Hi}]",
	"forced for one of all":     "tools: [{name: w, input_schema: {type: object, properties: {}, additionalProperties: false}}]\ncases:\n  - {name: a, tool_choice: {type: any}, messages: [{user: Hi}]}\n  - {name: b, messages: [{user: Ho}]}",
	"a budget and a prefill":    "model: claude-opus-4-5\nmax_tokens: 9000\nthinking: {type: enabled, budget_tokens: 2000}\ncases: [{name: a, messages: [{user: Hi}, {assistant: So}]}]",
	"a budget above all":        "max_tokens: 300\nthinking: {type: enabled, budget_tokens: 2000}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"what a case has not":       "max_tokens: 9000\nthinking: {type: enabled, budget_tokens: 2000}\noutput_config: {format: {type: json_schema, schema: {type: object, properties: {}, additionalProperties: false}}}\ncases:\n  - name: \"{{ n }}\"\n    dataset: [{n: a}, {n: b}]\n    output_config: null\n    messages: [{user: Hi}]\n  - {name: c, messages: [{user: Ho}]}",
	"forced and prefilled":      "tools: [{name: w, input_schema: {type: object}}]\ncases:\n  - name: a\n    tool_choice:\n      type: tool\n      name: w\n    messages: [{user: Hi}, {assistant: So}]",
	"computer":                  "betas: [computer-use-2025-11-24]\ntools: [{type: computer_20251124, name: computer, display_width_px: 800, display_height_px: 600}]\ncases: [{name: a, messages: [{user: Hi}]}]",
	"older computer":            "betas: [computer-use-2025-01-24]\ntools:\n  - type: computer_20250124\n    name: computer\n    display_width_px: 800\n    display_height_px: 600\n    cache_control: {type: ephemeral}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"betas":                     "betas: [prompt-caching-2024-07-31, pdfs-2024-09-25, context-1m-2025-08-07]\ncases: [{name: a, messages: [{user: Hi}]}]",
	"one beta":                  "cases:\n  - name: a\n    betas:\n      - token-counting-2024-11-01\n    messages: [{user: Hi}]",
	"many tokens":               "max_tokens: 64000\ncases: [{name: a, messages: [{user: Hi}]}]",
	"one token":                 "cases: [{name: a, max_tokens: 1, messages: [{user: Hi}]}]",
	"format":                    "betas: [structured-outputs-2025-11-13]\nextra_body: {output_format: {type: json_schema, schema: {type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}}}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"thoughts": `max_tokens: 4096
cases:
  - name: a
    messages:
      - user: Hi
      - assistant: [{type: thinking, thinking: hm, signature: c2ln}, {type: text, text: Ho}]
      - user: Why?`,
	"only thoughts": `cases: [{name: a, messages: [{user: Hi}, {assistant: [{type: thinking, thinking: hm, signature: c2ln}]}, {user: Why?}]}]`,
	"variables":     "system: \"You are {{ kind }}.\"\nvars: {kind: terse, begin: Well}\ncases: [{name: a, messages: [{user: Hi}, {assistant: \"{{ begin }}\"}]}]",
	"rows":          "temperature: 0\ncases:\n  - name: \"{{ n }}\"\n    dataset: [{n: a, begin: So}, {n: b, begin: Well}]\n    messages:\n      - user: \"{{ n }}\"\n      - assistant: \"{{ begin }}\"",
	// Forms of YAML.
	"folded system":                                  "cases:\n  - name: a\n    system: >-\n      You are\n      terse.\n\n    messages: [{user: Hi}, {assistant: So}]",
	"literal system":                                 "system: |-\n  You are terse.\n    Really.\n\n  # no comment\ncases:\n  - name: a\n    messages: [{user: Hi}, {assistant: So}]",
	"kept end":                                       "system: |+\n  You are terse.\n\ncases:\n  - name: a\n    messages: [{user: Hi}, {assistant: So}]",
	"system over lines":                              "system: You are\n  terse and\n  kind.\ncases:\n  - name: a\n    messages: [{user: Hi}, {assistant: So}]",
	"single quotes":                                  "system: 'You''re terse.'\nmodel: 'claude-sonnet-4-5'\ncases: [{name: a, messages: [{user: Hi}, {assistant: 'So'}]}]",
	"double quotes":                                  "\"system\": \"You\\tare \\\"terse\\\".\"\n\"temperature\": 0\ncases: [{\"name\": a, \"messages\": [{user: Hi}, {assistant: So}]}]",
	"system by blocks below":                         "cases:\n  - name: a\n    system:\n      - You are terse. # yes\n      - text: Be kind.\n        cache_control: {type: ephemeral}\n    messages:\n      - user: Hi\n      - assistant: So\n    # the end",
	"lines that end in CRLF":                         "temperature: 0\r\ncases:\r\n  - name: a\r\n    system: Hm.\r\n    messages:\r\n      - user: Hi\r\n      - assistant: So\r\n",
	"no end of the last line":                        "cases:\n  - name: a\n    messages: [{user: Hi}]\ntemperature: 0",
	"first key of a case":                            "cases:\n  - temperature: 0\n    name: a\n    messages:\n    - user: Hi\n    - assistant: So",
	"thinking in lines":                              "max_tokens: 9000\ncases:\n  - name: a\n    thinking:\n      # a budget\n      budget_tokens: 2000 # few\n      type: enabled\n    messages: [{user: Hi}]",
	"an effort below":                                "max_tokens: 9000\nthinking: {budget_tokens: 5000, type: enabled}\noutput_config:\n  format: {type: json_schema, schema: {type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"an anchor that nobody names":                    "max_tokens: 9000\ncases: [{name: a, thinking: &t {type: enabled, budget_tokens: 2000}, messages: [{user: Hi}]}]",
	"an alias that goes":                             "x-t: &zero 0\ncases:\n  - name: a\n    temperature: *zero\n    messages: [{user: Hi}]\n  - {name: b, temperature: *zero, messages: [{user: Ho}]}",
	"braces over lines":                              "cases: [\n  {name: a, temperature: 0,\n   messages: [{user: Hi},\n     {assistant: So}]}\n]",
	"several documents":                              "name: one\ntemperature: 0\ncases: [{name: a, messages: [{user: Hi}]}]",
	"other characters":                               "system: \"Größe: ✓\"\ncases: [{name: é, temperature: 0, messages: [{user: \"→\"}, {assistant: 'é: '}]}]",
	"a template in the system":                       "vars: {kind: terse}\nsystem: |\n  You are {{ kind }}.\ncases: [{name: a, messages: [{user: Hi}, {assistant: So}]}]",
	"a case of another model":                        "cases: [{name: a, temperature: 0, messages: [{user: Hi}]}, {name: b, model: claude-opus-4-5, top_k: 3, messages: [{user: Hi}, {assistant: So}]}]",
	"a prefill of JSON below":                        "cases:\n  - name: a\n    messages:\n      - user: Hi\n      - assistant: |\n          {\n            \"a\":",
	"a system prompt of all cases":                   "system: You are terse.\ncases:\n  - name: a\n    messages: [{user: Hi}, {assistant: So}]\n  - {name: b, messages: [{user: Ho}]}",
	"a format of all cases":                          "max_tokens: 9000\noutput_config: {format: {type: json_schema, schema: {type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}}}\ncases:\n  - name: a\n    thinking: {type: enabled, budget_tokens: 2000}\n    messages: [{user: Hi}]\n  - {name: b, messages: [{user: Ho}]}",
	"no thinking, and a prefill":                     "cases:\n  - name: a\n    thinking: {type: disabled}\n    messages: [{user: Hi}, {assistant: So}]",
	"a tool choice of all cases":                     "tools: [{name: w, input_schema: {type: object}}]\ntool_choice: {type: any}\nsystem: Hm.\ncases:\n  - {name: a, messages: [{user: Hi}]}\n  - {name: b, messages: [{user: Hi}, {assistant: So}]}",
	"a prefill of cases without a line of their own": "messages:\n  - user: \"Hi {{ n }}\"\n  - assistant: So\ncases:\n  - {name: a, vars: {n: 1}}\n  - {name: b, vars: {n: 2}, system: Terse.}\n  - {name: c, vars: {n: 3}, assert: prefilled_text != \"\"}",
	"rows of which one begins with nothing":          "cases:\n  - name: \"q {{ n }}\"\n    dataset: [{n: 1, lead: A}, {n: 2, lead: B}, {n: 3, lead: \"\"}]\n    system: \"You are brief. {{ n }}\"\n    messages: [{user: \"{{ n }}?\"}, {assistant: \"{{ lead }}:\"}]",
	"a prefill of all cases":                         "messages:\n  - user: Hi\n  - assistant: So\ncases:\n  - {name: a, model: claude-sonnet-4-5, assert: prefilled_text != \"\"}\n  - name: b\n    model: claude-haiku-4-5",
	"rows of which one is default":                   "cases:\n  - name: \"{{ n }}\"\n    dataset: [{n: a, t: 1}, {n: b, t: 0.5}]\n    temperature: \"{{ t }}\"\n    messages: [{user: \"{{ n }}\"}]",
	"all of it": `model: claude-sonnet-4-5
max_tokens: 4000 # enough
temperature: 0
stop_sequences: ["</answer>"]
cases:
  # the first
  - name: prefilled
    messages:
      - user: "Is an ant an insect?"
      - assistant: "My answer is:" # how it begins
  - name: thinking
    temperature: 1
    thinking: {type: enabled, budget_tokens: 2000}
    messages: [{user: "17 * 23?"}]
  - name: a tool
    tools: [{name: w, input_schema: {type: object}}]
    tool_choice: {type: tool, name: w}
    messages: [{user: "The weather?"}]`,
}

// newer are such as only newer models take, for the way back.
var newer = map[string]string{
	"adaptive":      "model: claude-opus-4-8\nmax_tokens: 9000\nthinking: {type: adaptive}\noutput_config: {effort: xhigh}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"between tools": "model: claude-sonnet-5-5\nmax_tokens: 9000\nthinking: {type: between_tools}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"few tokens":    "model: claude-opus-4-8\nmax_tokens: 100\nthinking: {type: adaptive}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"system turns":  "model: claude-opus-4-8\nmax_tokens: 100\ncases: [{name: a, messages: [{user: Hi}, {system: Be brief.}, {assistant: Ho}, {user: Go on}]}]",
	"turns with an effort": `model: claude-opus-5-5
max_tokens: 9000
betas: [mid-conversation-output-config-2026-07-01, mid-conversation-system-clear-at-2026-08-21]
cases:
  - name: a
    messages:
      - user: Hi
      - {role: system, content: Be brief., clear_at: never, output_config: {effort: xhigh}}
      - assistant: Ho
      - user: Hm
      - {role: system, output_config: {effort: max}}`,
	"fast":        "model: claude-opus-5-5\nmax_tokens: 100\nspeed: fast\ncases: [{name: a, messages: [{user: Hi}]}]",
	"more tokens": "model: claude-opus-5-5\nmax_tokens: 128000\ncases: [{name: a, messages: [{user: Hi}]}]",
	"undisturbed": "model: claude-opus-5\nmax_tokens: 9000\nthinking: {type: disabled}\noutput_config: {effort: high}\ncases: [{name: a, messages: [{user: Hi}]}]",
	"effort":      "model: claude-opus-4-8\nmax_tokens: 900\noutput_config:\n  effort: max\ncases: [{name: a, messages: [{user: Hi}]}]",
}
