package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exactjson"
)

// block is a part of a tool's answer as a tool_result has it.
type block struct {
	Type   string  `json:"type"`
	Text   string  `json:"text,omitempty"`
	Source *source `json:"source,omitempty"`
}

// source are the bytes of an image or a document.
type source struct {
	Type      string `json:"type"`
	MediaType string `json:"media_type"`
	Data      []byte `json:"data"`
}

// content is what a server answered, as a tool_result has it.
func content(answer *mcp.CallToolResult) (Result, error) {
	if answer.NeedsInput() {
		return Result{}, errors.New("asks the user for more, and nobody is there to answer")
	}
	var blocks []block
	for _, part := range answer.Content {
		b, err := blockOf(part)
		if err != nil {
			return Result{}, err
		}
		switch {
		case b.Source != nil && answer.IsError: // the API takes only text in an error
			b = block{Type: "text", Text: "[" + b.Source.MediaType + "]"}
		case b.Source == nil && b.Text == "": // the API takes no empty one
			continue
		}
		blocks = append(blocks, b)
	}
	return resultOf(blocks, answer)
}

// resultOf is the answer of blocks, or of what is structured where there are none.
func resultOf(blocks []block, answer *mcp.CallToolResult) (Result, error) {
	failed := answer.IsError
	switch {
	case len(blocks) == 0 && answer.StructuredContent != nil:
		text, err := json.Marshal(answer.StructuredContent)
		return Result{exactjson.Quote(string(text)), failed}, err
	case len(blocks) == 0 && failed: // the API takes no error without a text
		return Result{exactjson.Quote("the tool failed"), failed}, nil
	case len(blocks) == 0:
		return Result{exactjson.Quote(""), failed}, nil
	case len(blocks) == 1 && blocks[0].Source == nil:
		return Result{exactjson.Quote(blocks[0].Text), failed}, nil
	}
	text, err := json.Marshal(blocks)
	return Result{text, failed}, err
}

// blockOf is one part of an answer. What no request can hold is an error: to leave
// it out would give the model another answer.
func blockOf(part mcp.Content) (block, error) {
	switch part := part.(type) {
	case *mcp.TextContent:
		return textBlock(part.Text)
	case *mcp.ImageContent:
		return bytesBlock(part.MIMEType, part.Data)
	case *mcp.ResourceLink:
		return textBlock(part.Name + ": " + part.URI)
	case *mcp.EmbeddedResource:
		switch r := part.Resource; {
		case r == nil:
			return block{}, errors.New("answered with a resource that has no contents")
		case len(r.Blob) > 0:
			return bytesBlock(r.MIMEType, r.Blob)
		default:
			return textBlock(r.Text)
		}
	case *mcp.AudioContent:
		return block{}, errors.New("answered with audio, which no request can hold")
	}
	return block{}, fmt.Errorf("answered with %T, which no request can hold", part)
}

func textBlock(text string) (block, error) {
	if !utf8.ValidString(text) {
		return block{}, errors.New("wrote what is no UTF-8")
	}
	return block{Type: "text", Text: text}, nil
}

// imageTypes are those that the API takes.
var imageTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

func bytesBlock(mediaType string, data []byte) (block, error) {
	b := block{Type: "image", Source: &source{"base64", mediaType, data}}
	switch {
	case mediaType == "application/pdf":
		b.Type = "document"
	case !slices.Contains(imageTypes, mediaType):
		return block{}, fmt.Errorf("answered with %s, which no request can hold", diagnostic.Quote(mediaType))
	case len(data) == 0:
		return block{}, errors.New("answered with an image without data")
	}
	return b, nil
}
