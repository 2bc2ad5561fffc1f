package replay

import (
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

// Explainer says which recorded request is the nearest to one that a record
// lacks. It may be used by many goroutines at once.
type Explainer struct{ nearest nearest }

// NewExplainer makes an Explainer of a record, which stays open as long.
func NewExplainer(f *record.File) *Explainer {
	return &Explainer{nearest{answers: record.NewAnswers(f, nil)}}
}

// Explain says what the record has instead of a request.
func (e *Explainer) Explain(req *messages.Request) (string, error) {
	return e.nearest.explain(req, record.Identity{Role: record.RoleAnswer})
}
