package traffic

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// otherAPI is the error for what another API says. Nothing is converted: its
// requests lack what the Messages API was asked, or say it otherwise.
func otherAPI(what string) error {
	return &hintedError{"the response is " + what + ", expected a message of the Messages API",
		"log what the Messages API itself was asked and answered, as `evalrun capture` does; a gateway that translates has that too"}
}

// foreignAnswer names the API that an answer is of, nil for none that is known.
func foreignAnswer(o *exactjson.Object) error {
	switch object, _ := exactjson.Text(o.Get("object")); {
	case present(o.Get("choices")):
		return otherAPI("an OpenAI chat completion")
	case object == "response" && o.Get("output") != nil:
		return otherAPI("one of OpenAI's Responses API")
	case present(o.Get("candidates")):
		return otherAPI("one of the Gemini API")
	case present(o.Get("output")) && o.Get("stopReason") != nil:
		return otherAPI("one of the Converse API of Amazon Bedrock")
	}
	return nil
}

// foreign names what a line is that holds no whole request; nil where that is not
// known.
func foreign(entry *exactjson.Object) error {
	has := func(name string) bool { return present(entry.Get(name)) }
	switch {
	case has("sessionId") && has("uuid"):
		return &hintedError{"the line is of a transcript of Claude Code, which holds no requests",
			"`evalrun capture -- claude` records them; or set OTEL_LOG_RAW_API_BODIES=file:DIR and import DIR/index.jsonl"}
	case has("custom_id"):
		return &hintedError{"the line is of a batch, whose requests and results are in two files", "put a request and its message into each line, as request and response"}
	case isList(entry.Get("messages")) && has("response"):
		return &hintedError{"the line has messages beside the response, and not the whole request, as in the standard payload of LiteLLM",
			"import needs the request's body: LiteLLM logs it as proxy_server_request"}
	case isList(entry.Get("messages")):
		return &hintedError{"the line has messages and no response, as data for training has", "import needs the request's body and the API's answer"}
	case isList(unwrapped(entry.Get("input"))) && has("output"):
		return &hintedError{"input holds the messages alone, and not the whole request",
			"trace the request's body as input and the API's message as output; or record the application with `evalrun capture`"}
	}
	return nil
}

func isList(value json.RawMessage) bool { return len(value) > 0 && value[0] == '[' }

// filed gives the request and the response of a line of Claude Code, which has them
// in files of their own; nil where the line is none.
func (o Options) filed(entry *exactjson.Object) (request, response json.RawMessage, err error) {
	requestFile, asked := exactjson.Text(entry.Get("request_file"))
	responseFile, answered := exactjson.Text(entry.Get("response_file"))
	if !asked || !answered || o.Beside == nil {
		return nil, nil, nil
	}
	if request, err = o.beside(requestFile); err == nil {
		response, err = o.beside(responseFile)
	}
	return request, response, err
}

// thoughtIsGone matches thinking that was replaced in a log.
var thoughtIsGone = regexp.MustCompile(`"thinking"\s*:\s*"<REDACTED>"`)

// beside reads the JSON of a file that is beside the log.
func (o Options) beside(name string) (json.RawMessage, error) {
	text, err := o.Beside(name)
	if err != nil {
		return nil, err
	}
	if err := checkJSON(text); err != nil {
		return nil, fmt.Errorf("the file %s: %w", name, err)
	}
	if thoughtIsGone.Match(text) {
		return nil, &hintedError{fmt.Sprintf("the file %s holds thinking that Claude Code took the text out of, so that it cannot be asked again", name),
			"`evalrun capture -- claude` records it whole"}
	}
	return text, nil
}
