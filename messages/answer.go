package messages

import "encoding/json"

// Answer is a message as the API answered it. Raw is the body itself; the
// fields are read from it and never normalised: an unknown stop_reason or
// block type comes through as it is.
type Answer struct {
	Raw          json.RawMessage
	ID           string
	Model        string
	Content      []Block
	StopReason   *string
	StopSequence *string
	StopDetails  json.RawMessage
	Usage        Usage
}

// Block is one content block of an answer. Raw is the whole block; what the
// other fields do not name is read from there.
type Block struct {
	Type     string
	Text     string
	Thinking string
	ID       string
	Name     string
	Input    json.RawMessage
	Raw      json.RawMessage
}

// Usage is the usage object of an answer, in tokens. Absent is not zero for
// servers that only resemble the API, so what may be absent is a pointer.
type Usage struct {
	Raw                      json.RawMessage
	InputTokens              *int64
	OutputTokens             *int64
	CacheCreationInputTokens *int64
	CacheReadInputTokens     *int64
}
