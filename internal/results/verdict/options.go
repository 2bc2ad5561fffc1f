package verdict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/results/summary"
)

// What --fail-on adds to what fails.
const (
	FailOnWarnings     = "warnings"
	FailOnAnyDrop      = "any-drop"
	FailOnInconclusive = "inconclusive"
)

// AllowAll is what --allow names for all that it can name.
const AllowAll = "all"

// Options say what fails. The zero value fails on what fails by default and
// tolerates no error.
type Options struct {
	// FailOn adds to what fails: of the FailOn constants.
	FailOn []string
	// Allow takes away from it: failures, gates, errors, regressions or all.
	Allow []string
	// MaxErrors is what share of the cases that were asked may have no
	// outcome, 0 to 1, and MaxErrorCount how many of them; each tolerates
	// for itself. In a suite that gates decide the gates say what its errors
	// mean, but errors beyond a tolerance that was given count there too.
	MaxErrors     float64
	MaxErrorCount int
}

// allowable are the kinds that --allow can name.
var allowable = []Kind{Failures, Gates, Errors, Regressions}

// AllowNames are what --allow can name.
func AllowNames() []string {
	var names []string
	for _, kind := range allowable {
		names = append(names, string(kind))
	}
	return append(names, AllowAll)
}

// AllowFlag is --allow as it was given; "" where it was not.
func (o Options) AllowFlag() string {
	if len(o.Allow) == 0 {
		return ""
	}
	return "--allow " + strings.Join(o.Allow, ",")
}

// counts reports whether errors of the suite are held to the tolerance. Gates
// may tolerate them instead, but not that a suite has no outcome at all.
func (o Options) counts(s *summary.Suite) bool {
	given := o.MaxErrors > 0 || o.MaxErrorCount > 0
	return !s.Gated || given || s.Totals.Cases.Pass+s.Totals.Cases.Fail == 0
}

func (o Options) fails(what string) bool { return slices.Contains(o.FailOn, what) }

func (o Options) allows(kind Kind) bool {
	return slices.Contains(allowable, kind) && (slices.Contains(o.Allow, string(kind)) || slices.Contains(o.Allow, AllowAll))
}

// ParseMaxErrors reads what --max-errors says: a share with a % sign, or a
// count. An empty text tolerates none.
func (o *Options) ParseMaxErrors(text string) error {
	if text == "" {
		return nil
	}
	number, isShare := strings.CutSuffix(strings.TrimSpace(text), "%")
	if share, err := strconv.ParseFloat(number, 64); isShare && err == nil && share >= 0 && share <= 100 {
		var exact decimals.Sum
		exact.Add(share)
		o.MaxErrors = exact.Over(100)
		return nil
	}
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || isShare {
		return fmt.Errorf("--max-errors is %q, expected a share such as 1%% or a count such as 3", text)
	}
	o.MaxErrorCount = int(n)
	return nil
}
