package tools

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/internal/yamlfile"
)

// Server is an MCP server: a command that speaks by stdin and stdout, or one at a
// URL.
type Server struct {
	Command
	// URL is "" where a command is run.
	URL string
	// Header goes with each request to the URL; $NAME is an environment variable.
	Header map[string]string
	// Only are the tools that are used; none is all.
	Only []string
	// PerSample says that each sample has a server of its own.
	PerSample bool
}

func (r *reader) server(name, node *yaml.Node) *Server {
	s := &Server{Command: Command{Timeout: defaultTimeout, Processes: toolProcesses}, Header: map[string]string{}}
	keys := r.command(&s.Command)
	keys["url"] = func(_, value *yaml.Node) { s.URL = r.url(value) }
	keys["headers"] = func(_, value *yaml.Node) { r.headers(s, value) }
	keys["tools"] = func(key, value *yaml.Node) {
		if s.Only = r.texts(key, value); len(s.Only) == 0 {
			r.Problem(value, "tools is empty, expected the names of the server's tools that are used; without the key all are")
		}
	}
	keys["isolate"] = func(_, value *yaml.Node) {
		if s.PerSample = value.Value == "sample"; !s.PerSample {
			r.Problem(value, "isolate is %s, expected sample; without the key one server serves the whole run", yamlfile.Describe(value))
		}
	}
	r.entry(name, node, "server", keys)
	r.serverForm(name, node)
	return s
}

// serverForm reports keys that do not go together.
func (r *reader) serverForm(name, node *yaml.Node) {
	has := func(key string) bool { return !lacks(node, key) }
	switch {
	case yamlfile.Resolved(node).Kind != yaml.MappingNode:
	case has("command") == has("url"):
		r.Problem(name, "the server %s needs either a command or a url; write `command: [npx, -y, some-server]` or `url: https://…`", quoted(name))
	case has("headers") && has("command"), (has("env") || has("processes")) && has("url"):
		r.Problem(name, "the server %s mixes keys: env and processes go with a command, headers with a url", quoted(name))
	}
	if has("processes") && has("command") && lacks(node, "isolate") {
		r.Problem(name, "the server %s has processes, and one serves the whole run; it goes with `isolate: sample`", quoted(name))
	}
}

// url reads an address, which has to be encrypted where it is not of this machine.
func (r *reader) url(value *yaml.Node) string {
	value = yamlfile.Resolved(value)
	u, err := url.Parse(value.Value)
	switch {
	case value.Kind != yaml.ScalarNode || err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		r.Problem(value, "url is %s, expected an address as https://example.com/mcp", yamlfile.Describe(value))
	case u.User != nil:
		r.Problem(value, "url holds a user or a password; pass it by headers: {Authorization: Bearer $MY_TOKEN}")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		r.Problem(value, "url is not encrypted, which only one of this machine may be; write https://")
	}
	return value.Value
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// headerName is what HTTP takes as the name of a header.
var headerName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") })

// headers reads what goes with each request. A secret is not written here:
// $NAME is the value of an environment variable, which is looked up once the
// server is needed.
func (r *reader) headers(s *Server, node *yaml.Node) {
	r.Members(node, "headers", func(key, value *yaml.Node) {
		if !headerName().MatchString(key.Value) || isProtocols(key.Value) {
			r.Problem(key, "%q is no header that can be set", wording.Start(key.Value, maxShown))
		}
		s.Header[key.Value] = r.text(key, value)
		os.Expand(s.Header[key.Value], func(name string) string {
			if credentials().MatchString(name) {
				r.Problem(value, "headers name %s, a credential of the API, which no server is given", name)
			}
			return ""
		})
	})
}

// isProtocols reports whether a header is what HTTP or MCP itself writes.
func isProtocols(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "mcp-") || strings.HasPrefix(name, "content-") ||
		slices.Contains([]string{"host", "accept", "connection", "transfer-encoding"}, name)
}

// header is what goes with each request, and the secrets in it.
func (s *Server) header() (set http.Header, secrets []string, err error) {
	set = http.Header{}
	var wrong []error
	for name, text := range s.Header {
		value := os.Expand(text, func(variable string) string {
			if variable == "$" {
				return "$"
			}
			value := os.Getenv(variable)
			if value == "" {
				wrong = append(wrong, fmt.Errorf("needs the environment variable %s for its header %s, which is not set", variable, name))
			}
			secrets = append(secrets, value)
			return value
		})
		if strings.ContainsFunc(value, unicode.IsControl) {
			wrong = append(wrong, fmt.Errorf("has a header %s with characters that no header may have", name))
		}
		set.Set(name, value)
	}
	return set, secrets, errors.Join(wrong...)
}

// startTimeout is how long a server may take until it has named its tools.
// What runs it may first have to be installed, as by npx.
func (s *Server) startTimeout() time.Duration { return max(s.Timeout, defaultTimeout) }
