package lint

// Lint is one thing that is looked for. docs/lints.md has an example of each
// that it finds something in, and one that it finds nothing in.
type Lint struct {
	// Name is in brackets behind each finding.
	Name string
	// Doc says in one sentence what it finds.
	Doc string
}

// The names of the lints.
const (
	misspeltModel     = "misspelt-model"
	refusedPrefill    = "refused-prefill"
	refusedSampling   = "refused-sampling"
	refusedThinking   = "refused-thinking"
	refusedEffort     = "refused-effort"
	refusedToolChoice = "refused-tool-choice"
	refusedMaxTokens  = "refused-max-tokens"
	refusedSystemTurn = "refused-system-turn"
	refusedTool       = "refused-tool"
	refusedByVersion  = "refused-by-version"
	refusedSpeed      = "refused-speed"
	missingBeta       = "missing-beta"
	unknownTurnMember = "unknown-turn-member"
	unknownContent    = "unknown-content"
	unknownValue      = "unknown-value"
	refusedFallbacks  = "refused-fallbacks"
	refusedByPlatform = "refused-by-platform"
	ignoredSpeed      = "ignored-speed"
	misspeltBeta      = "misspelt-beta"
	smallCache        = "small-cache"
	boundThinking     = "bound-thinking"
	prefillSpace      = "prefill-space"

	unknownModel  = "unknown-model"
	retiredModel  = "retired-model"
	retiringModel = "retiring-model"
	refusedImage  = "refused-image"
	refusedPDF    = "refused-pdf"
	refusedFormat = "refused-structured-output"
	refusedPrompt = "refused-prompt"

	unknownStopReason = "unknown-stop-reason"
	unknownBlockType  = "unknown-block-type"
	unknownTool       = "unknown-tool"
	constantAssertion = "constant-assertion"
	constantGate      = "constant-gate"
	constantClass     = "constant-class"

	selfJudged = "self-judged"

	unusedVariable = "unused-variable"
	unusedLabel    = "unused-label"
	unusedFile     = "unused-file"
	sameRequest    = "same-request"

	cutText   = "cut-text"
	caseInRow = "case-in-row"
)

// Lints lists all that is looked for, in the order of docs/lints.md.
func Lints() []Lint {
	return []Lint{
		{misspeltModel, "The name of a model is nearly that of one that is known."},
		{retiredModel, "The model is retired, and the API refuses every request to it."},
		{retiringModel, "The model is deprecated, or will be retired within 90 days."},
		{refusedPrefill, "The messages end in an assistant turn, which the model does not go on from."},
		{refusedSampling, "The model refuses a sampling parameter, or two of them together."},
		{refusedThinking, "The model refuses the type of thinking, or the request refuses itself with it."},
		{refusedEffort, "The model refuses the effort."},
		{refusedToolChoice, "The model refuses to be forced to use a tool, or there is no such tool."},
		{refusedMaxTokens, "max_tokens is more than the model takes."},
		{refusedSystemTurn, "The model takes no system turn among the messages."},
		{refusedTool, "The model refuses a tool of the API's own."},
		{refusedByVersion, "The version of the API refuses what the request holds."},
		{refusedSpeed, "The model has no fast mode, or only with a beta that the request does not ask for."},
		{ignoredSpeed, "The model answers at its usual speed, whatever the request asks for."},
		{missingBeta, "The request holds what the API takes only with a beta that it does not ask for."},
		{refusedFallbacks, "There are more fallback models than the API takes."},
		{refusedByPlatform, "The platform that is asked does not have what the request uses."},
		{unknownValue, "A member of the request, or the role of a turn, has a value that the API is not known to take."},
		{unknownContent, "The content of a turn is neither text nor a list of blocks that have a type."},
		{unknownTurnMember, "A turn has a member that the API is not known to have."},
		{misspeltBeta, "The name of a beta is nearly that of one that is known."},
		{smallCache, "The prompt is too short for the model's cache, which ignores cache_control in silence."},
		{boundThinking, "A thinking block is sent after several prompts, and the model takes it only after its own."},
		{prefillSpace, "A prefill ends in white space, which the API refuses."},
		{unknownStopReason, "An expression compares stop_reason with a value that the API does not have."},
		{unknownBlockType, "An expression compares the type of a content block with one that the API does not have."},
		{unknownTool, "An expression asks for a tool by a name that no request has."},
		{constantAssertion, "An assertion uses nothing of the answer, or compares a share with a number above 1."},
		{constantGate, "A gate uses no number of the run, or compares a rate with a number above 1."},
		{constantClass, "All cases expect one class, none expects one that is listed, or the class of an answer uses nothing of it."},
		{selfJudged, "The judge of a rubric is the model that is asked."},
		{unusedVariable, "A suite, or --var, defines a variable that nothing uses."},
		{unusedLabel, "An axis of the matrix, or a label of it, changes nothing."},
		{unusedFile, "No suite reads a file that lies beside files that suites read."},
		{sameRequest, "All rows of a data set send the same request."},
		{cutText, "YAML took a part of a text for a comment, an anchor or a key."},
		{caseInRow, "A row of a data set has a key of a case, which nothing uses there."},
		{unknownModel, "The API knows no such model."},
		{refusedImage, "The model takes no images."},
		{refusedPDF, "The model takes no PDFs."},
		{refusedFormat, "The model has no structured output."},
		{refusedPrompt, "The prompt is longer than the model's context."},
	}
}
