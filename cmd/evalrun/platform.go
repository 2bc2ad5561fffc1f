package main

import (
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
func (f *targetFlags) find(otherwise string, wrong *diagnostic.List) *platform.Target {
	if f.platform == "" {
		return f.api(otherwise, wrong)
	}
	if f.checkPlatform() != nil {
		return nil // it is reported once
	}
	found, err := platform.Find(context.Background(), f.platform, platform.Settings{BaseURL: f.baseURL, Getenv: os.Getenv, Now: time.Now})
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			wrong.Add(diagnostic.Diagnostic{Message: "--platform " + f.platform + ": " + strings.TrimSpace(line), Hint: "docs/platforms.md lists the variables; or " + otherwise})
		}
		return nil
	}
	return found
}

// api is the API that ANTHROPIC_BASE_URL or --base-url names, with its key.
func (f *targetFlags) api(otherwise string, wrong *diagnostic.List) *platform.Target {
	t := &platform.Target{BaseURL: f.baseURL, APIKey: os.Getenv("ANTHROPIC_API_KEY"), AuthToken: os.Getenv("ANTHROPIC_AUTH_TOKEN")}
	if t.APIKey+t.AuthToken == "" {
		wrong.Add(diagnostic.Diagnostic{
			Message: "no API key: neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set",
			Hint:    "set one of them (any value for a server that takes none), or " + otherwise,
		})
	}
	if t.BaseURL == "" {
		t.BaseURL = environment("ANTHROPIC_BASE_URL", defaultBaseURL)
	}
	return t
}

// checkPlatform reports a platform that there is not.
func (f *targetFlags) checkPlatform() error {
	if f.platform == "" || slices.Contains(platform.Names(), f.platform) {
		return nil
	}
	d := diagnostic.Diagnostic{Message: fmt.Sprintf("--platform is %q, expected %s", f.platform, diagnostic.Or(platform.Names()))}
	if near := diagnostic.Nearest(f.platform, platform.Names()); near != "" {
		d.Message += fmt.Sprintf("; did you mean %q?", near)
	}
	return diagnostic.List{d}
}

// served is where the models are asked, which prices depend on.
func (f *targetFlags) served() models.Served {
	return models.Served{Platform: f.platform, Location: os.Getenv("CLOUD_ML_REGION")}
}
