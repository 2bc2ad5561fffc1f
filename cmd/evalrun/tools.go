package main

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/internal/tools"
)

// loadTools reads the file that --tools names; nil without one.
func (f *suiteFlags) loadTools() (*tools.File, error) {
	if f.tools == "" {
		return nil, nil
	}
	file, err := namedfile.Open(f.tools)
	if err != nil {
		return nil, usage(fmt.Sprintf("--tools: %v", fileError(err)), linkHint(err, ""))
	}
	defer file.Close()
	return tools.Load(f.tools, file)
}

// missingChecks reports the checks that suites ask for and that the file does not
// have. A suite cannot bring them along.
func (f *suiteFlags) missingChecks(plan *runner.Plan, file *tools.File) error {
	var all diagnostic.List
	for _, c := range plan.ChecksWithout(file.Names()) {
		line := fmt.Sprintf("`checks: {%s: {command: [python3, grade.py]}}`", c.Name)
		if file == nil {
			all.Add(c.Diagnostic(fmt.Sprintf("the check %s is run by a command, and no file of tools is named", diagnostic.Quote(c.Name)),
				"write "+line+" into a file of yours and name it: --tools FILE (docs/checks.md)"))
			continue
		}
		message := fmt.Sprintf("%s has no check %s%s", file.Path, diagnostic.Quote(c.Name), diagnostic.DidYouMean(c.Name, file.Names()))
		all.Add(c.Diagnostic(message, "add "+strings.Replace(line, "checks: ", "", 1)+" under its `checks`"))
	}
	return all.Err()
}
