package fakeapi

import (
	"strings"

	known "github.com/evalrun/evalrun/internal/models"
)

// model is a model that this API knows, with its id. What the table of models
// does not say, it takes.
type model struct {
	id string
	*known.Model
}

// effortAll are the levels of effort, least first.
var effortAll = known.Known().Efforts

// models are the models that this API knows. Any other is a 404.
func models() []model {
	var out []model
	for _, id := range known.Known().IDs() {
		out = append(out, model{id, known.Known().Models[id]})
	}
	return out
}

// findModel finds a model by its id or the snapshot's.
func findModel(id string) (model, bool) {
	m := known.Known().Find(id)
	if m == nil || id != known.Family(id) && id != m.Snapshot {
		return model{}, false
	}
	return model{known.Family(id), m}, true
}

// takes reports whether something is not known to be refused.
func takes(fact *bool) bool { return fact == nil || *fact }

// quoted joins names for an error: 'a', 'b'.
func quoted(names []string) string { return "'" + strings.Join(names, "', '") + "'" }
