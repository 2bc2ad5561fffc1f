package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// Path is the way to a value in a line: names of members from the outermost in.
type Path []string

// ParsePath reads a path such as .request.body. A name that holds a dot is
// written in quotes: ."my.name".body.
func ParsePath(text string) (Path, error) {
	wrong := fmt.Errorf("%s is not a path, expected names behind dots such as .request.body", diagnostic.Quote(text))
	var out Path
	for rest := text; rest != ""; {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "."); !ok {
			return nil, wrong
		}
		name := rest
		if strings.HasPrefix(rest, `"`) {
			end := strings.IndexByte(rest[1:], '"')
			if end < 0 {
				return nil, wrong
			}
			name, rest = rest[1:end+1], rest[end+2:]
		} else if i := strings.IndexByte(rest, '.'); i >= 0 {
			name, rest = rest[:i], rest[i:]
		} else {
			rest = ""
		}
		if name == "" {
			return nil, wrong
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return nil, wrong
	}
	return out, nil
}

// String writes the path as ParsePath reads it.
func (p Path) String() string {
	var b strings.Builder
	for _, name := range p {
		if strings.Contains(name, ".") {
			name = `"` + name + `"`
		}
		b.WriteString("." + name)
	}
	return b.String()
}

// in gives the value at the path; nil where there is none. What is JSON in a text
// is read as JSON.
func (p Path) in(entry *exactjson.Object) json.RawMessage {
	for i, name := range p {
		value := unwrapped(entry.Get(name))
		if i == len(p)-1 || value == nil {
			return value
		}
		var err error
		if entry, err = exactjson.ParseObject(value); err != nil {
			return nil
		}
	}
	return nil
}

// unwrapped is the JSON in a text, where that is an object or a list; else the
// value as it is.
func unwrapped(value json.RawMessage) json.RawMessage {
	text, ok := exactjson.Text(value)
	if !ok {
		return value
	}
	inner := bytes.TrimSpace([]byte(text))
	if len(inner) > 0 && (inner[0] == '{' || inner[0] == '[') && checkJSON(inner) == nil {
		return inner
	}
	return value
}

// shapes are where common logs have a request and its response: what people log
// by themselves; claude-trace, Helicone, LiteLLM, Langfuse, the AI Gateway of
// Cloudflare.
var shapes = []struct{ request, response Path }{
	{Path{"request", "body"}, Path{"response", "body"}},
	{Path{"request", "body"}, Path{"response", "body_raw"}},
	{Path{"request", "body"}, Path{"response"}},
	{Path{"request"}, Path{"response"}},
	{Path{"body"}, Path{"response"}},
	{Path{"request_body"}, Path{"response_body"}},
	{Path{"requestBody"}, Path{"responseBody"}},
	{Path{"RequestBody"}, Path{"ResponseBody"}},
	{Path{"proxy_server_request", "body"}, Path{"response"}},
	{Path{"proxy_server_request"}, Path{"response"}},
	{Path{"input"}, Path{"output"}},
	{Path{"params"}, Path{"message"}},
}

// find gives the request and the response of a line.
func (o Options) find(entry *exactjson.Object) (request, response json.RawMessage, err error) {
	if o.Request != nil || o.Response != nil {
		return o.findNamed(entry)
	}
	for _, s := range shapes {
		request, response = s.request.in(entry), s.response.in(entry)
		if asks(request) && response != nil {
			return request, response, nil
		}
	}
	for _, s := range shapes {
		if asks(s.request.in(entry)) {
			return nil, nil, errUnanswered // as of a request that is still under way
		}
	}
	if request, response, err = o.filed(entry); err != nil || request != nil {
		return request, response, err
	}
	if err := foreign(entry); err != nil {
		return nil, nil, err
	}
	names := []string{}
	for _, m := range entry.Members() {
		names = append(names, diagnostic.Quote(m.Text()))
	}
	if len(names) > 12 {
		names = append(names[:12], "…")
	}
	return nil, nil, &hintedError{"the line has no request with messages and a response where logs usually have them; it has " + strings.Join(names, ", "),
		"say where they are: --request .path --response .path"}
}

// findNamed goes by the paths that were given.
func (o Options) findNamed(entry *exactjson.Object) (request, response json.RawMessage, err error) {
	if request = o.Request.in(entry); request == nil {
		return nil, nil, fmt.Errorf("the line has no %s", o.Request)
	}
	if !asks(request) {
		return nil, nil, fmt.Errorf("%s is not a request to the Messages API: it is no object with messages", o.Request)
	}
	if response = o.Response.in(entry); response == nil || string(response) == "null" {
		return nil, nil, errUnanswered
	}
	return request, response, nil
}

// asks reports whether a value is a request to the Messages API.
func asks(value json.RawMessage) bool {
	if len(value) == 0 || value[0] != '{' {
		return false
	}
	body, err := exactjson.ParseObject(value)
	if err != nil {
		return false
	}
	list := body.Get("messages")
	return len(list) > 0 && list[0] == '['
}

// errUnanswered says that a request got no message.
var errUnanswered = errors.New("no answer")

// exchange reads a line.
func (o Options) exchange(entry *exactjson.Object) (*Exchange, error) {
	request, response, err := o.find(entry)
	if err != nil {
		return nil, err
	}
	message, err := readAnswer(response, 0)
	if err != nil {
		return nil, err
	}
	e, err := o.read(request, message, nil)
	if err != nil {
		return nil, err
	}
	e.headers(entry)
	return e, e.checkHeaders()
}

// span reads a span.
func (o Options) span(s span) (*Exchange, error) {
	request, message, err := s.exchange()
	if err != nil {
		return nil, err
	}
	return o.read(request, message, nil)
}

// read makes an exchange of a request and a message.
func (o Options) read(request, message json.RawMessage, blobs []*payload.Blob) (*Exchange, error) {
	request, err := redact(request, o.Redact)
	if err != nil {
		return nil, fmt.Errorf("the request: %w", err)
	}
	if message, err = redact(message, o.Redact); err != nil {
		return nil, fmt.Errorf("the response: %w", err)
	}
	e, err := newExchange(request, blobs)
	if err != nil {
		return nil, fmt.Errorf("the request: %w", err)
	}
	if e.Answer, err = messages.ParseAnswer(message); err != nil {
		return nil, fmt.Errorf("the response: %w", err)
	}
	return e, refuseSecrets(e)
}

// headers takes the headers that count from where logs have them.
func (e *Exchange) headers(entry *exactjson.Object) {
	for _, at := range []Path{{"request", "headers"}, {"request_headers"}, {"headers"}} {
		headers, err := exactjson.ParseObject(at.in(entry))
		if err != nil {
			continue
		}
		for _, m := range headers.Members() {
			switch strings.ToLower(m.Text()) {
			case "anthropic-version":
				if values := headerValues(m.Value); len(values) > 0 {
					e.Version = values[0]
				}
			case "anthropic-beta":
				for _, value := range headerValues(m.Value) {
					if !slices.Contains(e.Betas, value) {
						e.Betas = append(e.Betas, value)
					}
				}
			}
		}
		return
	}
}

// checkHeaders refuses what no header can carry, and so no request had.
func (e *Exchange) checkHeaders() error {
	for _, value := range append([]string{e.Version}, e.Betas...) {
		if strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c > '~' }) {
			return fmt.Errorf("anthropic-beta or anthropic-version is %s, expected printable ASCII without spaces", diagnostic.Quote(value))
		}
	}
	return nil
}

// headerValues are the values of a header, which a log has as text or as a list.
func headerValues(value json.RawMessage) []string {
	text, ok := exactjson.Text(value)
	if !ok {
		var list []string
		if exactjson.Unmarshal(value, &list) != nil {
			return nil
		}
		text = strings.Join(list, ",")
	}
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
