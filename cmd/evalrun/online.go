package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/lint"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/pace"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/wording"
)

// onlineFlags say whether and how a check asks the API.
type onlineFlags struct {
	online bool
	count  int
}

// countedPrompts is how many prompts of each model are counted. The lowest
// limit of the API's endpoint is 100 a minute.
const countedPrompts = 50

// askFor is how long a request of a check is tried again.
const askFor = time.Minute

func (f *onlineFlags) bind(flags *pflag.FlagSet) {
	flags.BoolVar(&f.online, "online", false, "ask the API about the models that are named, and have it count tokens of prompts; costs nothing, needs a key")
	flags.IntVar(&f.count, "count-tokens", countedPrompts, "--online has `N` prompts of each model counted; the others are estimated from these")
}

// check reports values that the flags cannot have.
func (f *onlineFlags) check(target targetFlags) error {
	var all diagnostic.List
	if f.count < 0 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--count-tokens is %d, expected at least 1, or 0 for none", f.count)})
	}
	if !f.online && f.count != countedPrompts {
		all.Add(diagnostic.Diagnostic{Message: "--count-tokens goes with --online"})
	}
	if !f.online && target.BaseURL != "" {
		all.Add(diagnostic.Diagnostic{Message: "--base-url goes with --online: nothing is sent without it"})
	}
	if !f.online && len(target.Headers) > 0 {
		all.Add(diagnostic.Diagnostic{Message: "--header goes with --online: nothing is sent without it"})
	}
	return all.Err()
}

// api is whom a check asks, nil where it asks nobody.
func (f *onlineFlags) api(s streams, flags *checkFlags) (*messages.HTTP, error) {
	if !f.online {
		return nil, nil
	}
	log, err := logger(s.err, flags.logLevel)
	if err != nil {
		return nil, nil // loading the suites reports it
	}
	return flags.target.NewHTTP(endpoint.Needs{
		UserAgent: userAgent(), Pacer: pace.New(pace.Options{MaxConcurrency: runner.CountsAtOnce}),
		RetryFor: askFor, OnAttempt: attemptLog(log, askFor), Otherwise: "leave --online",
	})
}

// apiReport is what the API said in a check.
type apiReport struct {
	baseURL string
	models  map[string]*lint.ModelInfo
	counted runner.Counted
	// notes say what it did not answer.
	notes []string
}

// ask asks the API, where that is wanted, and looks at the cases anew with what
// it answered. Without an answer what was found stays.
func (c *checked) ask(ctx context.Context, api *messages.HTTP) error {
	if api == nil {
		return nil
	}
	defer api.Close()
	version := cmp.Or(c.flags.target.apiVersion, endpoint.DefaultVersion)
	report, err := c.flags.online.ask(ctx, api, c.plan, version)
	if err != nil {
		return &exitError{exitErrors, fmt.Errorf("--online: %w", err)}
	}
	c.online = report
	c.found = lint.Check(c.plan.Suites(), lint.Options{
		Version: version, ModelInfo: report.models, Now: retirementsAt(c.flags.target.Platform), Tokens: c.plan.FewestTokens,
	})
	return nil
}

// ask asks the API about the plan's models and has it count prompts.
func (f *onlineFlags) ask(ctx context.Context, api *messages.HTTP, plan *runner.Plan, version string) (*apiReport, error) {
	out := &apiReport{baseURL: api.BaseURL(), models: map[string]*lint.ModelInfo{}}
	infos, err := plan.ModelInfo(ctx, api, version)
	if err != nil {
		return nil, err
	}
	out.take(infos)
	if f.count == 0 {
		return out, nil
	}
	out.counted, err = plan.Count(ctx, api, runner.CountOptions{Most: f.count, Version: version, Skip: out.gone})
	switch {
	case errors.Is(err, messages.ErrNotOffered):
		out.note("%s counts no tokens: prompts are estimated by their characters", out.baseURL)
	case err != nil:
		return nil, err
	case out.counted.Failed > 0:
		out.note("%s could not be counted, the first: %v", wording.Count(out.counted.Failed, "prompt"), out.counted.Why)
	}
	return out, nil
}

// gone reports whether the API would refuse to count for a model.
func (a *apiReport) gone(model string) bool {
	t := a.models[model]
	return t != nil && (t.Unknown || t.Lifecycle == "retired")
}

// take keeps what is known of the models.
func (a *apiReport) take(infos []runner.ModelInfo) {
	silent := 0
	for _, m := range infos {
		var refused *messages.Error
		switch {
		case m.Err == nil:
			a.models[m.Model] = lintInfo(m.Info)
		case errors.Is(m.Err, messages.ErrNotOffered):
			silent++
		case errors.As(m.Err, &refused) && refused.Status == http.StatusNotFound:
			a.models[m.Model] = &lint.ModelInfo{Unknown: true}
		default:
			a.note("no information about %s: %v", m.Model, m.Err)
		}
	}
	switch {
	case silent == 0:
	case silent == len(infos):
		a.note("%s gives no information about models: their lifecycle and capabilities are not checked", a.baseURL)
	default:
		a.note("%s gives no information about %d of %s", a.baseURL, silent, wording.Count(len(infos), "model"))
	}
}

func (a *apiReport) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

func lintInfo(info *messages.ModelInfo) *lint.ModelInfo {
	return &lint.ModelInfo{
		Lifecycle: info.Lifecycle, Retires: info.RetiresAt,
		MaxInput: float64(info.MaxInputTokens), MaxTokens: float64(info.MaxTokens),
		Images: info.ImageInput, PDFs: info.PDFInput, Formats: info.StructuredOutputs,
		Effort: info.Effort, Thinking: info.Thinking,
	}
}

// onlineJSON is what the API said in the JSON of a check.
type onlineJSON struct {
	BaseURL string          `json:"base_url"`
	Models  []modelInfoJSON `json:"models"`
	// Prompts is how many prompts the plan has, Counted how many were counted.
	Prompts int      `json:"prompts"`
	Counted int      `json:"prompts_counted"`
	Notes   []string `json:"notes"`
}

type modelInfoJSON struct {
	Model     string `json:"model"`
	Known     bool   `json:"known"`
	Lifecycle string `json:"lifecycle,omitempty"`
	RetiresAt string `json:"retires_at,omitempty"`
}

func (a *apiReport) json() *onlineJSON {
	out := &onlineJSON{
		BaseURL: a.baseURL, Models: []modelInfoJSON{}, Prompts: a.counted.Prompts, Counted: a.counted.Counted,
		Notes: append([]string{}, a.notes...),
	}
	for _, name := range slices.Sorted(maps.Keys(a.models)) {
		m := a.models[name]
		info := modelInfoJSON{Model: name, Known: !m.Unknown, Lifecycle: m.Lifecycle}
		if !m.Retires.IsZero() {
			info.RetiresAt = m.Retires.UTC().Format(time.RFC3339)
		}
		out.Models = append(out.Models, info)
	}
	return out
}
