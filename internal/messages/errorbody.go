package messages

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// How long the parts of an Error may be, in characters. They come from
// outside, and an error is shown and stored many times.
const (
	maxMessage = 2000
	maxType    = 100
)

// errorBody is the content of an HTTP error's body, in one of the shapes that
// servers give it.
type errorBody struct {
	kind    string
	message string
	code    string // details.error_code
}

// parseErrorBody reads {"error":{"type","message","details"}}, which the API
// and most servers like it send, {"error":"…"}, {"message":"…"} and
// {"detail":…}. The message is "" for any other body.
func parseErrorBody(body []byte) errorBody {
	body = validText(body)
	if list := elementsOf(body); len(list) == 1 { // as Google has it
		body = list[0]
	}
	top := objectOf(body)
	inner := objectOf(top.Get("error"))
	if inner == nil {
		return errorBody{message: cmp.Or(stringOf(top.Get("message")), stringOf(top.Get("Message")), detailText(top.Get("detail")), stringOf(top.Get("error")))}
	}
	return errorBody{
		kind:    stringOf(inner.Get("type")),
		message: stringOf(inner.Get("message")),
		code:    stringOf(objectOf(inner.Get("details")).Get("error_code")),
	}
}

// detailText reads the member detail of an error of FastAPI's: a text, an
// object with one, or all that is wrong with the request, each with its field:
// [{"loc":["body","max_tokens"],"msg":"Field required"}].
func detailText(raw json.RawMessage) string {
	details := elementsOf(raw)
	if details == nil {
		o := objectOf(raw)
		return cmp.Or(stringOf(raw), stringOf(o.Get("message")), stringOf(o.Get("error")))
	}
	var texts []string
	for _, detail := range details[:min(len(details), maxNames)] {
		o := objectOf(detail)
		text := stringOf(o.Get("msg"))
		if text == "" {
			continue
		}
		if at := joinedPath(o.Get("loc")); at != "" {
			text = at + ": " + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// joinedPath joins names and indices by dots.
func joinedPath(raw json.RawMessage) string {
	steps := elementsOf(raw)
	var names []string
	for _, step := range steps[:min(len(steps), maxNames)] {
		names = append(names, cmp.Or(stringOf(step), string(step)))
	}
	return strings.Join(names, ".")
}

// isError reports whether an answer or an event is an error of the API, whatever
// the status.
func isError(o *exactjson.Object) bool {
	kind := stringOf(o.Get("type"))
	return kind == "error" || kind == "" && present(o.Get("error")) != nil
}

// httpError makes the Error of an answer with an error status. endpoint is
// where the request went.
func httpError(status int, as bodyType, body []byte, endpoint string) *Error {
	said := parseErrorBody(body)
	message := said.message
	if message == "" {
		message = statusText(status) + ": " + endpoint + " answered " + describeBody(body, as)
	}
	return &Error{Status: status, Type: cmp.Or(said.kind, typeOfStatus(status)), Message: message, Code: said.code}
}

func statusText(status int) string {
	if status == statusOverloaded {
		return "Overloaded"
	}
	return cmp.Or(http.StatusText(status), "unknown status")
}

// statusOverloaded is the API's own status for a lack of capacity.
const statusOverloaded = 529

// typeOfStatus is the type that the API gives an error of this status, for
// servers that name none.
func typeOfStatus(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "authentication_error"
	case http.StatusPaymentRequired:
		return "billing_error"
	case http.StatusForbidden:
		return "permission_error"
	case http.StatusNotFound:
		return "not_found_error"
	case http.StatusRequestEntityTooLarge:
		return "request_too_large"
	case http.StatusTooManyRequests:
		return "rate_limit_error"
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return "timeout_error"
	case statusOverloaded:
		return "overloaded_error"
	}
	if status >= http.StatusInternalServerError {
		return "api_error"
	}
	return "invalid_request_error"
}

// statusOfType is the status that the API's error types have where they do
// not come within a stream.
var statusOfType = map[string]int{
	"invalid_request_error": http.StatusBadRequest,
	"authentication_error":  http.StatusUnauthorized,
	"billing_error":         http.StatusPaymentRequired,
	"permission_error":      http.StatusForbidden,
	"not_found_error":       http.StatusNotFound,
	"request_too_large":     http.StatusRequestEntityTooLarge,
	"rate_limit_error":      http.StatusTooManyRequests,
	"api_error":             http.StatusInternalServerError,
	"timeout_error":         http.StatusGatewayTimeout,
	"overloaded_error":      statusOverloaded,
}

// impliedStatus is the status that an error after a status 200 has: that of
// its type, else the one that it names as its code, as llama.cpp does, else
// 500, since the server had begun to answer.
func impliedStatus(data []byte) int {
	inner := objectOf(objectOf(data).Get("error"))
	if status, ok := statusOfType[stringOf(inner.Get("type"))]; ok {
		return status
	}
	if code := countOf(inner.Get("code")); code != nil && *code >= 400 && *code < 600 {
		return int(*code)
	}
	return http.StatusInternalServerError
}
