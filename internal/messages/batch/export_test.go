package batch

import (
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// CustomIDs are those of the request for several samples.
func CustomIDs(req *messages.Request, of ...record.Identity) []string {
	var out []string
	for _, one := range of {
		out = append(out, newCustomID(one, req.Key()).String())
	}
	return out
}
