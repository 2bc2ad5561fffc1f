package fakeapi

// The API's limits over a whole request.
const (
	maxBreakpoints = 4
	maxImages      = 600
)

// checkLimits counts what a request may hold only so much of.
func checkLimits(request map[string]any) *apiError {
	var n limits
	for _, tool := range list(request["tools"]) {
		n.count(object(tool))
	}
	n.blocks(list(request["system"]))
	for _, turn := range list(request["messages"]) {
		n.blocks(list(object(turn)["content"]))
	}
	switch {
	case n.breakpoints > maxBreakpoints:
		return invalid("A maximum of %d blocks with cache_control may be provided. Found %d.", maxBreakpoints, n.breakpoints)
	case n.images > maxImages:
		return invalid("messages: Too many images: %d > %d", n.images, maxImages)
	}
	return nil
}

// limits counts blocks, inside tool results too.
type limits struct{ breakpoints, images int }

func (n *limits) blocks(blocks []any) {
	for _, b := range blocks {
		block := object(b)
		n.count(block)
		if block["type"] == "tool_result" {
			n.blocks(list(block["content"]))
		}
	}
}

func (n *limits) count(block map[string]any) {
	if block["cache_control"] != nil {
		n.breakpoints++
	}
	if block["type"] == "image" {
		n.images++
	}
}
