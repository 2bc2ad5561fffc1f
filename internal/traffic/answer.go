package traffic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
)

// maxWrapped is how many layers a log may have around an answer.
const maxWrapped = 4

// readAnswer gives the message of a response: an object, the events of a stream
// as text or as a list, or one of these in a text or under body. The error is
// errUnanswered where there is none.
func readAnswer(value json.RawMessage, depth int) (json.RawMessage, error) {
	if depth > maxWrapped {
		return nil, fmt.Errorf("the response is wrapped more than %d times", maxWrapped)
	}
	value = unwrapped(value)
	if len(value) == 0 || string(value) == "null" {
		return nil, errUnanswered
	}
	switch value[0] {
	case '{':
		return readAnswerObject(value, depth)
	case '[':
		return readEvents(value, depth)
	}
	if text, ok := exactjson.Text(value); ok && strings.Contains(text, "data:") {
		return readStream([]byte(text))
	}
	return nil, &hintedError{"the response is not a message of the Messages API, nor the events of one",
		"import needs the whole answer, with its content and stop_reason, not its text alone"}
}

func readAnswerObject(value json.RawMessage, depth int) (json.RawMessage, error) {
	o, err := exactjson.ParseObject(value)
	if err != nil {
		return nil, err
	}
	switch kind, _ := exactjson.Text(o.Get("type")); {
	case kind == "message", kind == "" && o.Get("content") != nil && o.Get("role") != nil:
		return value, nil
	case kind == "error", present(o.Get("error")):
		return nil, errUnanswered
	}
	if err := foreignAnswer(o); err != nil {
		return nil, err
	}
	for _, name := range []string{"body", "message", "result"} {
		if inner := o.Get(name); present(inner) {
			return readAnswer(inner, depth+1)
		}
	}
	return nil, &hintedError{"the response is an object, but no message of the Messages API: it has no content and role",
		"--response .path names the message"}
}

func present(value json.RawMessage) bool { return len(value) > 0 && string(value) != "null" }

// readEvents reads a stream that was kept as a list: of events, or of pieces of
// its text.
func readEvents(value json.RawMessage, depth int) (json.RawMessage, error) {
	items, err := exactjson.ParseArray(value)
	if err != nil {
		return nil, err
	}
	if len(items) == 1 && depth == 0 {
		if message, err := readAnswer(items[0], depth+1); err == nil {
			return message, nil
		}
	}
	var stream bytes.Buffer
	for i, item := range items {
		if text, ok := exactjson.Text(item); ok {
			stream.WriteString(text)
			continue
		}
		event, err := exactjson.ParseObject(item)
		if err != nil {
			return nil, fmt.Errorf("the response is a list, and its element %d is no event of a stream", i)
		}
		if data := unwrapped(event.Get("data")); len(data) > 0 && data[0] == '{' {
			item = data
			if event, err = exactjson.ParseObject(data); err != nil {
				return nil, err
			}
		}
		if err := foreignAnswer(event); err != nil {
			return nil, err
		}
		name, ok := exactjson.Text(event.Get("type"))
		if !ok {
			return nil, fmt.Errorf("the response is a list, and its element %d is no event of a stream: it has no type", i)
		}
		fmt.Fprintf(&stream, "event: %s\ndata: %s\n\n", strings.Map(noBreak, name), exact(item))
	}
	return readStream(stream.Bytes())
}

func noBreak(c rune) rune {
	if c == '\n' || c == '\r' {
		return -1
	}
	return c
}

// readStream assembles the message of a stream.
func readStream(stream []byte) (json.RawMessage, error) {
	if bytes.Contains(stream, []byte(`"chat.completion.chunk"`)) && !bytes.Contains(stream, []byte("message_start")) {
		return nil, otherAPI("the stream of an OpenAI chat completion")
	}
	if !bytes.HasSuffix(stream, []byte("\n\n")) {
		stream = append(stream, "\n\n"...) // logs trim texts
	}
	body, err := messages.StreamedBody(bytes.NewReader(stream))
	if err != nil {
		if messages.IsCutStream(err) {
			return nil, errUnanswered
		}
		return nil, fmt.Errorf("the response is a stream that cannot be read: %w", err)
	}
	return body, nil
}
