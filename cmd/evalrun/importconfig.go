package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/promptfoo"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/evalrun/evalrun/suite"
)

// maxConfiguration is how large a configuration may be, in bytes.
const maxConfiguration = 8 << 20

// importConfiguration makes a suite of a promptfoo configuration or a .prompt.yml.
func importConfiguration(s streams, f *importFlags, path string) error {
	if f.request != "" || f.skip || f.dedupe || f.pick != 0 || len(f.redact) > 0 {
		return usage("--request, --response, --redact, --dedupe, --pick and --skip-invalid are for logs, and "+path+" is none", "")
	}
	file, err := namedfile.Open(path)
	if err != nil {
		return usage(fileError(err).Error(), linkHint(err, ""))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxConfiguration+1))
	if err != nil {
		return usage(fmt.Sprintf("%s: %v", path, err), "")
	}
	if len(data) > maxConfiguration {
		return usage(fmt.Sprintf("%s is larger than %d MB", path, maxConfiguration>>20), "")
	}
	if !promptfoo.IsConfiguration(data) {
		return usage(path+" is no configuration of promptfoo, which has prompts and providers or tests, and no .prompt.yml", "a log of requests is a file of JSON Lines: .jsonl")
	}
	result, err := promptfoo.Convert(path, data, promptfoo.Options{
		Model: f.model, Priced: func(model string) bool { return prices.Default().Known(model, time.Now()) },
	})
	var none *promptfoo.NoModelError
	var problems diagnostic.List
	switch {
	case errors.As(err, &problems):
		return problems
	case errors.As(err, &none):
		return usage(fmt.Sprintf("%s: %v", path, err), "`--model MODEL` asks one in their place")
	case err != nil:
		return usage(fmt.Sprintf("%s: %v", path, err), "")
	}
	return f.writeConfiguration(s, path, result)
}

// writeConfiguration writes the suite once it loads, and says what is missing.
func (f *importFlags) writeConfiguration(s streams, path string, result *promptfoo.Result) error {
	if err := holdsSecret(&result.Files); err != nil {
		return err
	}
	staged, err := suitefile.Stage(f.out, &result.Files, f.force)
	if err != nil {
		return err
	}
	if err := loads(filepath.Join(staged.Dir, promptfoo.SuiteName)); err != nil {
		return errors.Join(err, staged.Remove())
	}
	if err := staged.Commit(func() error { return nil }); err != nil {
		return err
	}
	if notes := append(result.Gaps, result.Notes...); len(notes) > 0 {
		_ = checkreport.Diagnostics(s.err, notes, hasColours(s.err)) // what follows fails too then
	}
	fmt.Fprintf(s.out, "%s: %s, %s\n", safetext.Text(path), wording.Count(result.Cases, "case"), wording.Count(result.Assertions, "assertion"))
	for _, name := range result.Files.Names() {
		fmt.Fprintln(s.out, "wrote", safetext.Text(filepath.Join(f.out, name)))
	}
	suites := safetext.Text(f.out)
	if n := len(result.Gaps); n > 0 {
		fmt.Fprintf(s.out, "%s not imported: an assertion fails in the place of each until you have decided (look for \"not imported\")\n", inflected(n, "1 thing was", fmt.Sprintf("%d things were", n)))
		return &exitError{code: exitFailed}
	}
	fmt.Fprintf(s.out, "\nnext:\n  evalrun check %s\n      what a run would ask and cost; nothing is sent\n", suites)
	return nil
}

// loads loads a suite and compiles its assertions.
func loads(path string) error {
	planner := runner.NewPlanner(prices.Default())
	set, err := suite.Load([]string{path}, suite.Options{Each: planner.Add, Every: planner.Every})
	_, planErr := planner.Plan(set)
	return diagnostic.Join(err, planErr)
}

// holdsSecret refuses files that hold what looks like an API key.
func holdsSecret(files *suitefile.Files) error {
	for _, name := range files.Names() {
		if safetext.FindKey(string(files.Text(name))) >= 0 {
			return usage("the configuration holds what looks like an API key, which import writes to no file", "take it out, and revoke it if others can read the file; evalrun reads its own key from ANTHROPIC_API_KEY")
		}
	}
	return nil
}
