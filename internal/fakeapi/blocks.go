package fakeapi

import known "github.com/evalrun/evalrun/internal/models"

// The shapes of the blocks of a request's content, as the API's reference
// lists them.

var cacheControl = nullable(tagged(typed("ephemeral", optional("ttl", oneOf("5m", "1h")))))

var cached = optional("cache_control", cacheControl)

var citationsConfig = optional("citations", nullable(fields(optional("enabled", boolean))))

// citation is one citation of a text block, as an answer brought it.
var citation = tagged(
	typed("char_location", located("document_index", "start_char_index", "end_char_index")...),
	typed("page_location", located("document_index", "start_page_number", "end_page_number")...),
	typed("content_block_location", located("document_index", "start_block_index", "end_block_index")...),
	typed("web_search_result_location",
		required("cited_text", text), required("encrypted_index", text), required("url", text),
		optional("title", nullable(text))),
	typed("search_result_location",
		required("cited_text", text), required("search_result_index", integer(0)),
		required("start_block_index", integer(0)), required("end_block_index", integer(0)),
		required("source", text), optional("title", nullable(text))),
)

// located is a citation by whole numbers in a document.
func located(numbers ...string) []field {
	known := []field{
		required("cited_text", text), optional("document_title", nullable(text)),
		optional("file_id", nullable(text)),
	}
	for _, name := range numbers {
		known = append(known, required(name, integer(0)))
	}
	return known
}

var textFields = []field{
	required("text", text), cached, optional("citations", nullable(listOf(citation, 0))),
}

// A text block is part of a union, or alone where nothing else is allowed.
var (
	textAlternative = typed("text", textFields...)
	textBlockRule   = only("text", textFields...)
)

var urlSource = typed("url", required("url", secureURL))

var fileSource = typed("file", required("file_id", text))

var imageAlternative = typed("image",
	required("source", tagged(
		checked(typed("base64",
			required("media_type", oneOf("image/jpeg", "image/png", "image/gif", "image/webp")),
			required("data", text)), base64Image),
		urlSource,
		fileSource,
	)),
	cached,
	optional("transformations", nullable(fields(optional("oversized_image", text)))))

var documentAlternative = typed("document",
	required("source", tagged(
		checked(typed("base64",
			required("media_type", oneOf("application/pdf")), required("data", text)), base64PDF),
		typed("text", required("media_type", oneOf("text/plain")), required("data", text)),
		typed("content", required("content", textOr(listOf(tagged(textAlternative, imageAlternative), 0)))),
		urlSource,
		fileSource,
	)),
	cached, citationsConfig,
	optional("title", nullable(textBetween(1, 500))), optional("context", nullable(textBetween(1, 1<<20))))

var searchResultAlternative = typed("search_result",
	required("content", listOf(textBlockRule, 0)),
	required("source", text), required("title", text), cached, citationsConfig)

// caller is who called a tool: the model, or code that it runs.
var caller = optional("caller", nullable(tagged(
	typed("direct"),
	typed("code_execution_20250825", required("tool_id", text)),
	typed("code_execution_20260120", required("tool_id", text)),
)))

var toolID = matching(`^[a-zA-Z0-9_-]+$`)

// content is every block that a user or assistant turn may hold.
var content = tagged(inBetas(
	textAlternative,
	imageAlternative,
	documentAlternative,
	searchResultAlternative,
	typed("thinking", required("thinking", text), required("signature", text)),
	typed("redacted_thinking", required("data", text)),
	typed("tool_use",
		required("id", toolID), required("name", textBetween(1, 200)), required("input", anyObject),
		optional("toolset_name", nullable(text)), cached, caller),
	typed("tool_result",
		required("tool_use_id", toolID), optional("content", textOr(listOf(toolResultContent, 0))),
		optional("is_error", boolean), optional("toolset_name", nullable(text)), cached),
	typed("server_tool_use",
		required("id", matching(`^srvtoolu_[a-zA-Z0-9_]+$`)), required("name", text),
		required("input", anyObject), cached, caller),
	serverResult("web_search_tool_result"),
	serverResult("web_fetch_tool_result"),
	serverResult("code_execution_tool_result"),
	serverResult("bash_code_execution_tool_result"),
	serverResult("text_editor_code_execution_tool_result"),
	serverResult("tool_search_tool_result"),
	serverResult("advisor_tool_result"),
	typed("mcp_tool_use",
		required("id", text), required("name", text), required("server_name", text),
		required("input", anyObject), cached),
	typed("mcp_tool_result",
		required("tool_use_id", text), optional("content", anything), optional("is_error", boolean), cached),
	typed("container_upload", required("file_id", text), cached),
	typed("compaction",
		required("content", nullable(text)), optional("encrypted_content", nullable(text)),
		optional("signature", nullable(text)), optional("tool_changes", nullable(listOf(tagged(toolAddition, toolRemoval), 0))), cached),
	toolAddition,
	toolRemoval,
	typed("mcp_tool_listing", required("mcp_server_name", text), required("tools", listOf(listedTool, 0))),
	typed("fallback", required("from", fallbackModel), required("to", fallbackModel), optional("trigger", nullable(anyObject))),
)...)

// inBetas are blocks that the API knows under the betas which the table has for
// them.
func inBetas(blocks ...alternative) []alternative {
	for i := range blocks {
		blocks[i].betas = known.Known().BetaOnly.Blocks[blocks[i].tag]
	}
	return blocks
}

// toolAddition and toolRemoval change the tools from a system turn on.
var (
	toolAddition = typed("tool_addition", required("tool", tagged(toolReference, mcpToolReference, mcpToolsetReference,
		typed("tool_definition", required("definition", tool)).under("inline-tools"))), cached).under("mid-conversation-tool-changes", "inline-tools")
	toolRemoval = typed("tool_removal", required("tool", tagged(toolReference, mcpToolReference, mcpToolsetReference)), cached).
			under("mid-conversation-tool-changes", "inline-tools")

	toolReference       = typed("tool_reference", required("name", text))
	mcpToolReference    = typed("mcp_tool_reference", required("name", text), required("server_name", text))
	mcpToolsetReference = typed("mcp_toolset_reference", required("server_name", text))
)

// listedTool is a tool as an MCP server lists it.
var listedTool = fields(required("name", text), required("input_schema", anyObject), optional("description", nullable(text)))

var fallbackModel = fields(required("model", text))

// toolResultContent is what a tool_result may hold.
var toolResultContent = tagged(
	textAlternative,
	imageAlternative,
	documentAlternative,
	searchResultAlternative,
	typed("tool_reference", required("tool_name", text), cached),
	typed("browser_state", required("tabs", listOf(anyObject, 0)), optional("state_changes", anything), cached),
)

// serverResult is the result of a tool that the API itself ran.
func serverResult(tag string) alternative {
	return typed(tag, required("tool_use_id", text), required("content", anything), cached, caller)
}

// checked adds a rule over the whole object.
func checked(a alternative, r rule) alternative {
	a.rule = both(a.rule, r)
	return a
}
