package messages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// ErrNotOffered is the error of what a server has no endpoint for, as many
// have that only resemble the API.
var ErrNotOffered = errors.New("the server does not offer this")

// ModelInfo is what a server reports about a model. What it does not report is
// "", 0, nil or the zero time.
type ModelInfo struct {
	// Lifecycle is active, deprecated or retired.
	Lifecycle string
	RetiresAt time.Time
	// MaxInputTokens is the context, MaxTokens the largest max_tokens.
	MaxInputTokens, MaxTokens int64
	// Whether the model takes these.
	ImageInput, PDFInput, StructuredOutputs *bool
	// Effort and Thinking hold, for each level of output_config.effort and each
	// type of thinking, whether the model takes it.
	Effort, Thinking map[string]bool
}

// Model requests GET /v1/models/{id}. The error is an *Error where the server
// refused, with status 404 where it has no such model; it is ErrNotOffered where
// the server describes no models, and ctx's where that ended.
func (s *HTTP) Model(ctx context.Context, id, version string) (*ModelInfo, error) {
	if s.platform != nil && s.platform.NoModelInfo {
		return nil, ErrNotOffered
	}
	body, err := s.ask(ctx, http.MethodGet, "/v1/models/"+url.PathEscape(id), &Request{Model: id, Version: version})
	if err != nil {
		return nil, err
	}
	info := modelInfo(objectOf(body))
	return &info, nil
}

// countedFields are the members of a request's body that POST
// /v1/messages/count_tokens takes, those of betas too. It refuses all others. A
// test holds them to what is known of the API.
var countedFields = []string{
	"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "speed",
	"context_management", "mcp_servers", "output_format", "compaction", "billing_policy",
}

// CountTokens asks POST /v1/messages/count_tokens for the tokens of a request's
// prompt, which costs nothing. Its errors are those of Model. The API refuses
// to count MCP servers, and images and documents by URL or file
// id.
func (s *HTTP) CountTokens(ctx context.Context, req *Request) (int64, error) {
	body, err := s.ask(ctx, http.MethodPost, "/v1/messages/count_tokens", req.WithBody(countedBody(req.Body)))
	if err != nil {
		return 0, err
	}
	n := countOf(objectOf(body).Get("input_tokens"))
	if n == nil {
		return 0, fmt.Errorf("%w: its count has no input_tokens", ErrNotOffered)
	}
	return *n, nil
}

// countedBody keeps of a request's body what is counted.
func countedBody(body payload.JSON) payload.JSON {
	var kept exactjson.Object
	for _, m := range membersOf(body.Text()) {
		if slices.Contains(countedFields, m.Text()) {
			kept.Put(m)
		}
	}
	return body.With(kept.Append(nil))
}

// ask sends a request to another endpoint of the server, and gives the object
// that it answers.
func (s *HTTP) ask(ctx context.Context, method, path string, req *Request) ([]byte, error) {
	endpoint, err := url.Parse(s.baseURL + path)
	if err != nil {
		return nil, err
	}
	at := *s
	at.method, at.path, at.endpoint, at.read = method, path, endpoint, readObject
	ex, err := at.Send(ctx, req, record.Identity{})
	switch {
	case err != nil:
		return nil, err
	case ex.Error == nil:
		return ex.Answer.Raw, nil
	case notOffered(ex.Error, endpoint, req.Model):
		return nil, fmt.Errorf("%w: %v", ErrNotOffered, ex.Error)
	}
	return nil, ex.Error
}

// notOffered reports whether an error means that there is no such endpoint. A 404
// of the API names the model that it does not know.
func notOffered(e *Error, endpoint *url.URL, model string) bool {
	switch e.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		said := strings.ReplaceAll(e.Message, endpoint.String(), "") // which names it too
		return model == "" || !strings.Contains(said, model)
	}
	return e.Type == typeNotMessage
}

// readObject takes any JSON object for an answer that is no error.
func readObject(body []byte, as bodyType) (*Answer, error) {
	text := validText(body)
	if o := objectOf(text); o == nil || isError(o) {
		return nil, &notMessageError{got: describeBody(body, as)}
	}
	return &Answer{Raw: text}, nil
}

func modelInfo(o *exactjson.Object) ModelInfo {
	can := objectOf(o.Get("capabilities"))
	retires, _ := time.Parse(time.RFC3339, stringOf(o.Get("retires_at")))
	info := ModelInfo{
		Lifecycle: stringOf(o.Get("lifecycle")), RetiresAt: retires,
		ImageInput: supported(can.Get("image_input")), PDFInput: supported(can.Get("pdf_input")),
		StructuredOutputs: supported(can.Get("structured_outputs")),
		Effort:            supports(can.Get("effort")), Thinking: supports(objectOf(can.Get("thinking")).Get("types")),
	}
	if n := countOf(o.Get("max_input_tokens")); n != nil {
		info.MaxInputTokens = *n
	}
	if n := countOf(o.Get("max_tokens")); n != nil {
		info.MaxTokens = *n
	}
	return info
}

// supported reads {"supported": true}; nil for anything else.
func supported(raw []byte) *bool {
	switch string(objectOf(raw).Get("supported")) {
	case "true":
		yes := true
		return &yes
	case "false":
		return new(bool)
	}
	return nil
}

// supports reads an object of names, each with its support; nil where there is
// none.
func supports(raw []byte) map[string]bool {
	var out map[string]bool
	for _, m := range membersOf(raw) {
		yes := supported(m.Value)
		if yes == nil {
			continue
		}
		if out == nil {
			out = map[string]bool{}
		}
		out[m.Text()] = *yes
	}
	return out
}
