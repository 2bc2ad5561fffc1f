package prices

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/cost/tokens"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/messages/payload"
)

// What a request's tokens are reckoned at before they are counted. A token
// of text is at least one byte of it; an image is scaled down to what the
// first bounds, however few its bytes; the API adds instructions of its own
// for tools and output formats, which the second covers.
const (
	imageTokens = 5_000
	addedTokens = 4_000
)

// Worst is an upper bound for what the answer to a request will cost in US
// dollars, for a budget to be kept before the request is sent: every byte of
// the body a token of input, at the dearest price of input that the body may
// have (a cache is written where it says cache_control), and max_tokens of
// output. Text has a token for about four bytes, so that a prompt's part of
// it is some four times the cost.
//
// The error says why there is no bound: a price is not known, or the body
// has something in it that is read elsewhere (a URL, a file, the pages of a
// PDF, a tool on the server, another model).
func (t *Table) Worst(body payload.JSON, when time.Time) (float64, error) {
	var req request
	if err := exactjson.Unmarshal(body.Text(), &req); err != nil {
		return 0, fmt.Errorf("the request is not as the API has it: %w", err)
	}
	if err := req.check(); err != nil {
		return 0, err
	}
	images, err := countImages(req.Messages)
	if err != nil {
		return 0, err
	}
	cached := bytes.Contains(body.Text(), []byte(`"cache_control"`))
	rates, err := t.rates(req.Model)
	if err != nil {
		return 0, err
	}
	input := float64(int(body.Len()) + images*imageTokens + addedTokens)
	worst := 0.0
	for _, prompt := range lengths(inForce(rates, when), input) {
		r, err := rateFor(req.Model, rates, when, prompt)
		if err != nil {
			return 0, err
		}
		usd, err := r.worst(&req, prompt, cached)
		if err != nil {
			return 0, err
		}
		worst = max(worst, usd)
	}
	return worst, nil
}

// lengths are the prompts that may be the dearest: the longest, and the
// longest at each of the rates below it.
func lengths(rates []rate, longest float64) []float64 {
	found := []float64{longest}
	for _, r := range rates {
		if r.upTo != 0 && float64(r.upTo) < longest {
			found = append(found, float64(r.upTo))
		}
	}
	return found
}

// request is what of a request's body bounds its cost.
type request struct {
	Model        string          `json:"model"`
	MaxTokens    *float64        `json:"max_tokens"`
	Messages     json.RawMessage `json:"messages"`
	Tools        json.RawMessage `json:"tools"`
	InferenceGeo string          `json:"inference_geo"`
	Speed        string          `json:"speed"`

	MCPServers        json.RawMessage `json:"mcp_servers"`
	Fallbacks         json.RawMessage `json:"fallbacks"`
	ContextManagement json.RawMessage `json:"context_management"`
}

// check says why a request has no bound.
func (r *request) check() error {
	switch {
	case r.MaxTokens == nil || !isCount(r.MaxTokens):
		return errors.New("the request has no max_tokens that bounds its answer")
	case r.MCPServers != nil:
		return errors.New("what mcp_servers answer has no bound")
	case r.Fallbacks != nil:
		return errors.New("with fallbacks another model may answer")
	case r.ContextManagement != nil:
		return errors.New("what context_management samples has no bound")
	}
	return r.checkTools()
}

func (r *request) checkTools() error {
	var tools []struct {
		Type string `json:"type"`
	}
	if r.Tools == nil {
		return nil
	}
	if err := exactjson.Unmarshal(r.Tools, &tools); err != nil {
		return fmt.Errorf("the request's tools are not as the API has them: %w", err)
	}
	for _, tool := range tools {
		if tokens.OnServer(tool.Type) {
			return fmt.Errorf("what the tool %q reads has no bound", shortened(tool.Type))
		}
	}
	return nil
}

// worst is what a request costs at a rate with a prompt of so many tokens.
func (r *rate) worst(req *request, prompt float64, cached bool) (float64, error) {
	s := service{geo: req.InferenceGeo, speed: req.Speed}
	if s.geo == "" && r.us != nil {
		s.geo = "us" // a workspace may have it for its default
	}
	factor, err := r.factor(req.Model, s)
	if err != nil {
		return 0, err
	}
	kinds := []item{{"input", prompt, r.input}}
	if cached {
		kinds = append(kinds, item{"cache_write_5m", prompt, r.cacheWrite5m}, item{"cache_write_1h", prompt, r.cacheWrite1h})
	}
	dearest := 0.0
	for _, i := range kinds {
		if i.price == nil {
			return 0, unpriced(req.Model, i.name)
		}
		dearest = max(dearest, i.tokens**i.price)
	}
	if r.output == nil {
		return 0, unpriced(req.Model, "output")
	}
	return rounded((dearest + *req.MaxTokens**r.output) * factor), nil
}

// countImages counts the images of a request's messages. The error is for
// what its bytes say nothing of.
func countImages(messages json.RawMessage) (int, error) {
	var tree any
	if err := exactjson.Unmarshal(messages, &tree); err != nil {
		return 0, fmt.Errorf("the request's messages are not as the API has them: %w", err)
	}
	return imagesIn(tree)
}

// imagesIn counts the images in a part of a request's messages.
func imagesIn(part any) (int, error) {
	var parts []any
	images := 0
	switch part := part.(type) {
	case []any:
		parts = part
	case map[string]any:
		if err := checkSource(part); err != nil {
			return 0, err
		}
		if part["type"] == "image" {
			images++
		}
		parts = slices.Collect(maps.Values(part))
	}
	for _, p := range parts {
		n, err := imagesIn(p)
		if err != nil {
			return 0, err
		}
		images += n
	}
	return images, nil
}

// checkSource says of a block why its bytes do not bound it.
func checkSource(block map[string]any) error {
	source, ok := block["source"].(map[string]any)
	if !ok {
		return nil
	}
	kind, _ := source["type"].(string)
	switch {
	case block["type"] == "document" && kind == "base64":
		return errors.New("the pages of a PDF have no bound")
	case kind != "base64" && kind != "text" && kind != "content":
		return fmt.Errorf("what a source of type %q holds has no bound", shortened(kind))
	}
	return nil
}
