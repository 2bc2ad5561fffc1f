package endpoint

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages/platform"
	"github.com/evalrun/evalrun/internal/models"
)

// platformKeys are the variables that hold credentials for platforms.
var platformKeys = []string{
	"AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_AWS_API_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"ANTHROPIC_FOUNDRY_API_KEY", "ANTHROPIC_FOUNDRY_AUTH_TOKEN",
}

// find gives whom the flags and the environment name: a platform, or the API by
// its base URL and key. Problems are added to wrong.
func (o *Options) find(otherwise string, wrong *diagnostic.List) *platform.Target {
	if o.Platform == "" {
		return o.api(otherwise, wrong)
	}
	if o.CheckPlatform() != nil {
		return nil // it is reported once
	}
	found, err := platform.Find(context.Background(), o.Platform, platform.Settings{BaseURL: o.BaseURL, Getenv: os.Getenv, Now: time.Now})
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			wrong.Add(diagnostic.Diagnostic{Message: "--platform " + o.Platform + ": " + strings.TrimSpace(line), Hint: "docs/platforms.md lists the variables; or " + otherwise})
		}
		return nil
	}
	return found
}

// api is the API that ANTHROPIC_BASE_URL or --base-url names, with its key.
func (o *Options) api(otherwise string, wrong *diagnostic.List) *platform.Target {
	t := &platform.Target{BaseURL: o.BaseURL, APIKey: os.Getenv("ANTHROPIC_API_KEY"), AuthToken: os.Getenv("ANTHROPIC_AUTH_TOKEN")}
	if t.APIKey+t.AuthToken == "" {
		wrong.Add(diagnostic.Diagnostic{
			Message: "no API key: neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set",
			Hint:    "set one of them (any value for a server that takes none), or " + otherwise,
		})
	}
	if t.BaseURL == "" {
		t.BaseURL = cmp.Or(os.Getenv("ANTHROPIC_BASE_URL"), DefaultBaseURL)
	}
	return t
}

// CheckPlatform reports a platform that there is not.
func (o *Options) CheckPlatform() error {
	if o.Platform == "" || slices.Contains(platform.Names(), o.Platform) {
		return nil
	}
	d := diagnostic.Diagnostic{Message: fmt.Sprintf("--platform is %q, expected %s", o.Platform, diagnostic.Or(platform.Names()))}
	if near := diagnostic.Nearest(o.Platform, platform.Names()); near != "" {
		d.Message += fmt.Sprintf("; did you mean %q?", near)
	}
	return diagnostic.List{d}
}

// Served is where the models are asked, which prices depend on.
func (o *Options) Served() models.Served {
	return models.Served{Platform: o.Platform, Location: os.Getenv("CLOUD_ML_REGION")}
}
