package lint

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/models"
)

// maxSlips is how many letters of a model's name may be wrong for it to be
// taken for another.
const maxSlips = 2

// maxModelName bounds the name that is compared with those of models, in
// bytes: that takes time for every letter of both.
const maxModelName = 128

// misspelt reports that the name of a model that is not known is nearly
// that of another. A name with another number is that of a newer model, or an
// older one.
func (a *requestFacts) misspelt(known *models.Table) []refusal {
	if _, ends := known.EndOf(a.modelName); ends || a.model != nil || a.info != nil || a.modelName == "" {
		return nil
	}
	near := nearest(known, a.modelName)
	if near == "" {
		return nil
	}
	return []refusal{{
		rule: misspeltModel, at: a.modelPosition(),
		message: fmt.Sprintf("no model %s is known; did you mean %s?", diagnostic.Quote(a.modelName), diagnostic.Quote(near)),
	}}
}

// nearest is the id of a model whose name is written nearly like this one, ""
// where there is none: other signs between the same letters and numbers, or
// some letters that are wrong beside the same numbers.
func nearest(known *models.Table, id string) string {
	if len(id) > maxModelName {
		return ""
	}
	return nearestOf(known.IDs(), models.Family(id))
}

// nearestOf is the nearest of some names, "" where none is near.
func nearestOf(names []string, name string) string {
	letters, numbers := parts(name)
	best, slips := "", maxSlips+1
	for _, own := range names {
		l, n := parts(own)
		if n != numbers || n == "" {
			continue
		}
		if d := levenshtein.ComputeDistance(letters, l); d < slips {
			best, slips = own, d
		}
	}
	return best
}

// parts are the letters and the digits of a name, each without what is
// between them.
func parts(name string) (letters, digits string) {
	var l, d strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= '0' && r <= '9':
			d.WriteRune(r)
		case r >= 'a' && r <= 'z':
			l.WriteRune(r)
		}
	}
	return l.String(), d.String()
}
