package platform

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/models"
)

// The names of the platforms.
const (
	Bedrock = "bedrock"
	AWS     = "aws"
	Vertex  = "vertex"
	Foundry = "foundry"
)

// Names lists the platforms.
func Names() []string { return []string{Bedrock, AWS, Vertex, Foundry} }

// Target is a platform with what it takes to ask it.
type Target struct {
	BaseURL string
	// APIKey is sent as x-api-key, AuthToken as a bearer token; at most one of
	// them is set, and none where requests are signed.
	APIKey, AuthToken string
	// Workspace is the anthropic-workspace-id header, "" for none.
	Workspace string
	// Platform is what sets its requests apart; nil is nothing.
	Platform *messages.Platform
}

// Settings are where a platform is looked for.
type Settings struct {
	// BaseURL goes before the address that the variables give; "" leaves it to
	// them.
	BaseURL string
	// Getenv gives a variable, "" where it is not set.
	Getenv func(string) string
	// Now is the clock of signatures.
	Now func() time.Time
}

// findFor bounds the search for credentials, some of which are asked for over
// the network.
const findFor = 30 * time.Second

// Find makes a platform ready to be asked. The error says what is not set, and
// where credentials were looked for; it repeats none.
func Find(ctx context.Context, name string, s Settings) (*Target, error) {
	ctx, done := context.WithTimeout(ctx, findFor)
	defer done()
	switch name {
	case Bedrock:
		return findAWS(ctx, bedrock, s)
	case AWS:
		return findAWS(ctx, claudeOnAWS, s)
	case Vertex:
		return findVertex(ctx, s)
	case Foundry:
		return findFoundry(s)
	}
	return nil, fmt.Errorf("the platform %q is not known, expected one of %s", name, strings.Join(Names(), ", "))
}

// label is what a variable may add to the name of a host or a path.
var label = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)

// labelOf reads a variable that becomes part of an address, the first that is
// set.
func (s Settings) labelOf(names ...string) (string, error) {
	return s.partOf(label, "letters, digits and dashes", names...)
}

// partOf is labelOf for a variable of another form.
func (s Settings) partOf(form *regexp.Regexp, words string, names ...string) (string, error) {
	for _, name := range names {
		value := s.Getenv(name)
		switch {
		case value == "":
		case !form.MatchString(value):
			return "", fmt.Errorf("%s is %q, expected %s", name, value, words)
		default:
			return value, nil
		}
	}
	return "", nil
}

// firstOf gives the first variable that is set.
func (s Settings) firstOf(names ...string) string {
	for _, name := range names {
		if value := s.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// Lacks says in words what a platform does not have of the Messages API, by its
// name.
func Lacks(name string) []string {
	known := models.Known()
	var out []string
	for _, feature := range known.Platforms[name].Lacks {
		out = append(out, known.Features[feature])
	}
	return out
}

// findFoundry reads where Microsoft Foundry is, and its key or a token of Entra
// ID that another program got.
func findFoundry(s Settings) (*Target, error) {
	resource, err := s.labelOf("ANTHROPIC_FOUNDRY_RESOURCE")
	base := s.BaseURL
	if base == "" {
		base = s.Getenv("ANTHROPIC_FOUNDRY_BASE_URL")
		if base != "" && resource != "" {
			err = errors.New("ANTHROPIC_FOUNDRY_BASE_URL and ANTHROPIC_FOUNDRY_RESOURCE are both set, expected one of them")
		}
	}
	switch {
	case err != nil:
	case base == "" && resource == "":
		err = errors.New("neither ANTHROPIC_FOUNDRY_RESOURCE nor ANTHROPIC_FOUNDRY_BASE_URL is set")
	case base == "":
		base = "https://" + resource + ".services.ai.azure.com/anthropic"
	}
	key, token := s.Getenv("ANTHROPIC_FOUNDRY_API_KEY"), s.Getenv("ANTHROPIC_FOUNDRY_AUTH_TOKEN")
	if token != "" {
		key = ""
	}
	if key+token == "" {
		err = errors.Join(err, errors.New("no credentials: neither ANTHROPIC_FOUNDRY_API_KEY nor ANTHROPIC_FOUNDRY_AUTH_TOKEN (a token of Entra ID) is set"))
	}
	if err != nil {
		return nil, err
	}
	return &Target{BaseURL: base, APIKey: key, AuthToken: token, Platform: &messages.Platform{NoModelInfo: true}}, nil
}
