package suite

import (
	"testing"

	"github.com/evalrun/evalrun/internal/models"
)

// notFields are members of a request's body that are no keys of a suite, each
// with the reason; extra_body sends them.
var notFields = map[string]string{
	"output_format":     "output_config.format has taken its place",
	"anthropic_version": "a header, but on other platforms",
	"anthropic_beta":    "a header, but on other platforms",
	"user_profile_id":   "a header, but on other platforms",
}

// TestFieldsAreThoseOfTheAPI holds the keys of requests to what is known of the
// API, which a test of internal/models holds to the official SDK.
func TestFieldsAreThoseOfTheAPI(t *testing.T) {
	known := map[string]bool{}
	for _, name := range models.Known().Members.Names() {
		known[name] = true
		if isField := requestFields[name] != nil; isField == (notFields[name] != "") {
			t.Errorf("%s: a key %t, left out because %q", name, isField, notFields[name])
		}
	}
	for name := range requestFields {
		if !known[name] {
			t.Errorf("%s is no member that is known of the API", name)
		}
	}
}
