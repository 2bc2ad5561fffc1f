package evaltest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/evalrun/evalrun/suite"
)

// Option says how Run asks. Of two that say the same the later counts.
type Option func(*config)

// Model asks the models of these IDs side by side, each as a variant, in place of
// those that the suites name.
func Model(ids ...string) Option { return func(c *config) { c.models = ids } }

// Repeat asks every case n times, over what suites say; the share that must pass
// stays. n is from 1.
func Repeat(n int) Option { return func(c *config) { c.repeat, c.repeats = n, true } }

// MaxCost bounds what a run may cost, in US dollars: no request is sent that could
// pass it. A case that was not asked for that reason is an error.
func MaxCost(usd float64) Option { return func(c *config) { c.maxCost = usd } }

// Record names the file that answers with -short. It is relative to the package's
// directory. A run without -short that asked every case and had an answer to each
// writes it anew; any other run leaves it as it is.
func Record(file string) Option { return func(c *config) { c.record = file } }

// Replay has the record of that name answer, with -short or without: nothing is
// sent and no key is needed. A request that it has no answer to is an error of its
// case.
func Replay(file string) Option { return func(c *config) { c.replay = file } }

// BaseURL is the URL of the API, in place of ANTHROPIC_BASE_URL: that of a server of
// package httptest, say. A key is needed all the same; any value will do for a
// server that takes none.
func BaseURL(url string) Option { return func(c *config) { c.baseURL = url } }

// Check has f decide what suites ask as `check: name`.
func Check(name string, f CheckFunc) Option { return func(c *config) { c.checks[name] = f } }

// Tool has f answer the calls of the tool of that name, in suites that take it by
// `tools_from: name`. The suite defines it under `tools`.
func Tool(name string, f ToolFunc) Option { return func(c *config) { c.tools[name] = f } }

// CheckFunc decides about an answer. It is called from many goroutines at once. An
// error, a panic, or a call that takes longer than a minute makes the sample an
// error and never a fail: nothing is known of the answer then. ctx ends after that
// minute.
type CheckFunc func(ctx context.Context, a *Answer) (Verdict, error)

// ToolFunc answers a call of a tool: input is what the model wrote, and the text is
// what it is told. It is called from many goroutines at once. An error is told to
// the model as that of the tool. A panic, or a call that takes longer than a
// minute, makes the sample an error. ctx ends after that minute.
type ToolFunc func(ctx context.Context, input json.RawMessage) (string, error)

// functionTimeout is how long a function may take for one call.
const functionTimeout = time.Minute

// config is what the options say.
type config struct {
	path           string
	models         []string
	repeat         int
	repeats        bool
	maxCost        float64 // US dollars; +Inf is no bound
	record, replay string
	baseURL        string
	checks         functions[CheckFunc]
	tools          functions[ToolFunc]
}

func newConfig(path string, options []Option) *config {
	c := &config{path: path, maxCost: math.Inf(1), checks: functions[CheckFunc]{}, tools: functions[ToolFunc]{}}
	for _, o := range options {
		o(c)
	}
	return c
}

// check reports values that options cannot have.
func (c *config) check() error {
	var wrong []error
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf("evaltest: "+format, args...)) }
	if c.repeats && (c.repeat < 1 || c.repeat > suite.MaxRepeat) {
		add("Repeat(%d): expected 1 to %d", c.repeat, suite.MaxRepeat)
	}
	if !(c.maxCost > 0) {
		add("MaxCost(%g): expected US dollars above 0", c.maxCost)
	}
	if c.record != "" && c.replay != "" {
		add("Record and Replay are both given; Replay never asks, so that there is nothing to record")
	}
	for _, name := range c.checks.without() {
		add("Check(%q): the function is nil", name)
	}
	for _, name := range c.tools.without() {
		add("Tool(%q): the function is nil", name)
	}
	return errors.Join(wrong...)
}

// bounded reports whether there is a bound of money.
func (c *config) bounded() bool { return !math.IsInf(c.maxCost, 1) }
