package tools

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// overHTTP is a transport of MCP to a URL. Nothing is asked again, no redirect is
// followed with the headers, and each answer has a bound.
func overHTTP(url string, header http.Header) mcp.Transport {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxResponseHeaderBytes = 64 << 10
	return &mcp.StreamableClientTransport{
		Endpoint: url,
		HTTPClient: &http.Client{
			Transport: &bounded{base: base, header: header},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return errors.New("it redirects, and its headers are for one address only")
			},
		},
		MaxRetries:           -1,
		DisableStandaloneSSE: true,
		MaxEventSize:         maxMessage,
	}
}

// bounded sends requests with headers, and bounds what is answered.
type bounded struct {
	base   http.RoundTripper
	header http.Header
}

// RoundTrip sends one request.
func (b *bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, values := range b.header {
		r.Header[name] = values
	}
	response, err := b.base.RoundTrip(r)
	if err == nil {
		response.Body = &boundedBody{ReadCloser: response.Body, left: maxUnasked}
	}
	return response, err
}

// boundedBody ends with an error once too much was read.
type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if b.left -= n; b.left < 0 {
		return 0, fmt.Errorf("it answered more than %d bytes", maxUnasked)
	}
	return n, err
}
