package fakeapi

import (
	"mime"
	"net/http"
	"regexp"
	"strings"

	known "github.com/evalrun/evalrun/internal/models"
)

// The versions of the API. version2026 is stricter about what it takes.
const (
	version2023 = "2023-06-01"
	version2026 = "2026-10-21"
)

// checkHeaders checks what every endpoint asks of the headers.
func checkHeaders(c *Call) error {
	bearer, hasBearer := strings.CutPrefix(c.Header.Get("authorization"), "Bearer ")
	if c.Header.Get("x-api-key") == "" && (!hasBearer || bearer == "") {
		return refuse(http.StatusUnauthorized, "x-api-key header is required")
	}
	switch version := c.Header.Get("anthropic-version"); version {
	case version2023, version2026:
	case "":
		return invalid("anthropic-version: header is required")
	default:
		return invalid("anthropic-version: %q is not a valid version", version)
	}
	if c.Method != http.MethodPost || len(c.Body) == 0 && strings.HasPrefix(c.Path, batchesPath+"/") {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(c.Header.Get("content-type"))
	if err != nil || mediaType != "application/json" {
		return invalid("content-type: expected application/json, got %q", c.Header.Get("content-type"))
	}
	return checkBetas(c)
}

// betaName is a beta's name, with its date behind.
var betaName = regexp.MustCompile(`^([a-z0-9]+(?:-[a-z0-9]+)*)-\d{4}-\d{2}-\d{2}$`)

// checkBetas refuses values of anthropic-beta that no beta has.
func checkBetas(c *Call) error {
	for _, value := range betaValues(c) {
		if _, ok := known.Known().Betas[value]; !ok {
			return invalid("Unexpected value(s) `%s` for the `anthropic-beta` header. "+
				"Please consult our documentation at docs.claude.com or try again without the header.", value)
		}
	}
	return nil
}

// betaValues are the values of all anthropic-beta headers.
func betaValues(c *Call) []string {
	var values []string
	for _, header := range c.Header.Values("anthropic-beta") {
		for value := range strings.SplitSeq(header, ",") {
			if value = strings.TrimSpace(value); value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}

// newChecker starts at the root, with the call's betas by their names with and
// without the date.
func newChecker(c *Call) *checker {
	betas := map[string]bool{}
	for _, value := range betaValues(c) {
		betas[value] = true
		if found := betaName.FindStringSubmatch(value); found != nil {
			betas[found[1]] = true
		}
	}
	return &checker{betas: betas}
}
