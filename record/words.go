package record

// The roles of exchanges. An exchange without one is an answer.
const (
	// RoleAnswer is of a request that the case itself asks.
	RoleAnswer = "answer"
	// RoleJudge is of a request that asks a judge about an answer.
	RoleJudge = "judge"
)

// The levels of assertions.
const (
	// LevelFail: a sample fails by the assertion.
	LevelFail = "fail"
	// LevelWarn: it is only reported.
	LevelWarn = "warn"
)

// The sources of answers: who made them.
const (
	SourceAPI           = "api"
	SourceDocumentation = "documentation"
	SourceFake          = "fake"
)

// The outcomes of a sample and of an assertion. An assertion that was not
// asked (its when was false, or the conversation ended before) is a Skip.
const (
	Pass = "pass"
	Fail = "fail"
	// Errored: no answer came, so nothing is known of the model.
	Errored = "error"
	Skip    = "skip"
)

// ByCheck begins the name of who decided where that is a check by command.
const ByCheck = "check:"

// Types of errors that no server sends.
const (
	// OffRecording: the model called a tool as it never did while the results
	// were recorded, so that nothing is known of what it would have answered.
	OffRecording = "off_recording"
	// ClientClosed is of captured traffic: the application went away before the
	// answer was whole.
	ClientClosed = "client_closed"
	// NoVerdict: a judge answered something that is no verdict.
	NoVerdict = "no_verdict"
	// CheckFailed: a check by command gave no verdict.
	CheckFailed = "check_failed"
	// ToolFailed: a command of tools did not answer a call as it should.
	ToolFailed = "tool_failed"
)
