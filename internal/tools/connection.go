package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// maxMessage bounds a message of a server, in bytes. It may hold an image.
const maxMessage = 4 << 20

// notSent is the code of the SDK's own error for what an address refused.
const notSent = -32005

// connection is a server that runs for it, or one at a URL.
type connection struct {
	server  *server
	session *mcp.ClientSession
	pipe    *pipe // nil for one at a URL
	secrets []string
	once    sync.Once
}

// connect starts a server or goes to its URL, and agrees with it on the protocol.
func (s *server) connect(ctx context.Context) (*connection, error) {
	within, stop := context.WithTimeout(ctx, s.startTimeout())
	defer stop()
	c := &connection{server: s}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "evalrun", Version: "1"}, &mcp.ClientOptions{
		// Nobody is there to answer what a server asks.
		Capabilities:   &mcp.ClientCapabilities{},
		MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
	})
	if c.session, err = client.Connect(within, transport, nil); err != nil {
		err = c.problem(ctx, within, s.startTimeout(), err)
		c.end()
		return nil, err
	}
	return c, nil
}

// transport is how messages go to the server.
func (c *connection) transport() (mcp.Transport, error) {
	if c.server.URL != "" {
		header, secrets, err := c.server.header()
		c.secrets = secrets
		return overHTTP(c.server.URL, header), err
	}
	p, err := start(c.server.dir, &c.server.Command, maxMessage)
	if err != nil {
		return nil, err
	}
	c.pipe = newPipe(p)
	return c.pipe, nil
}

// call calls a tool. Input that a server refuses is the model's to mend.
func (c *connection) call(ctx context.Context, tool string, input json.RawMessage) (Result, error) {
	if len(input) == 0 || input[0] != '{' {
		return Result{Content: exactjson.Quote("the input is no JSON object"), Failed: true}, nil
	}
	within, stop := context.WithTimeout(ctx, c.server.Timeout)
	defer stop()
	answer, err := c.session.CallTool(within, &mcp.CallToolParams{Name: tool, Arguments: input})
	var refused *jsonrpc.Error
	switch {
	case errors.As(err, &refused) && refused.Code == jsonrpc.CodeInvalidParams && within.Err() == nil:
		return Result{Content: exactjson.Quote(c.safe(refused.Message)), Failed: true}, c.server.unchanged(ctx, c)
	case err != nil:
		return Result{}, c.problem(ctx, within, c.server.Timeout, err)
	}
	result, err := content(answer)
	if err == nil && c.holdsSecret(string(result.Content)) {
		err = errors.New("answered with the value of a variable that its headers name, which no record may hold")
	}
	return result, err
}

// problem is what is wrong with a server: what its process did says more than what
// the protocol makes of it.
func (c *connection) problem(ctx, within context.Context, limit time.Duration, err error) error {
	if c.pipe != nil {
		if cause := c.pipe.problem(); cause != nil {
			return cause
		}
	}
	var refused *jsonrpc.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case within.Err() != nil:
		return fmt.Errorf("did not answer within %s", limit)
	case errors.As(err, &refused) && refused.Code != notSent:
		return fmt.Errorf("answered with the error %d: %s", refused.Code, c.safe(refused.Message))
	}
	return errors.New("broke the protocol: " + c.safe(err.Error()))
}

// safe is a text of the server without secrets.
func (c *connection) safe(text string) string {
	for _, secret := range c.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[secret]")
		}
	}
	return strings.ToValidUTF8(text, "�")
}

func (c *connection) holdsSecret(text string) bool {
	for _, secret := range c.secrets {
		if len(secret) >= 8 && strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

// close ends the connection as the protocol has it, and a process that does not
// end by that.
func (c *connection) close() { c.over(grace) }

// end ends the connection at once.
func (c *connection) end() { c.over(0) }

func (c *connection) over(patience time.Duration) {
	c.once.Do(func() {
		if c.pipe != nil {
			c.pipe.close(patience)
		}
		if c.session != nil {
			c.session.Close()
		}
	})
}
