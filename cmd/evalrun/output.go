package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// output is a report and where it goes; path "-" is stdout.
type output struct {
	format, path string
}

// formats are the reports by name, sorted by it.
var formats = []struct {
	name  string
	write func(w io.Writer, s streams, src runreport.Source) error
}{
	{"csv", func(w io.Writer, _ streams, src runreport.Source) error { return runreport.CSV(w, src) }},
	{"github", writeGitHub},
	{"html", func(w io.Writer, _ streams, src runreport.Source) error {
		return runreport.HTML(w, src, runreport.HTMLOptions{})
	}},
	{"json", func(w io.Writer, _ streams, src runreport.Source) error { return runreport.JSON(w, src) }},
	{"jsonl", func(w io.Writer, _ streams, src runreport.Source) error { return runreport.JSONL(w, src) }},
	{"junit", func(w io.Writer, _ streams, src runreport.Source) error { return runreport.JUnit(w, src) }},
	{"markdown", func(w io.Writer, _ streams, src runreport.Source) error { return runreport.Markdown(w, src) }},
	{"table", func(w io.Writer, s streams, src runreport.Source) error {
		return runreport.Table(w, src, s.table(w))
	}},
}

// outputFlag describes -o.
const outputFlag = "write a report as `FORMAT[=PATH]`, repeatable; without a path, or with -, to stdout, where it takes the table's place; formats: "

// String writes the output as its flag does.
func (o output) String() string { return o.format + "=" + o.path }

// parseOutputs reads the -o flags. Without an output on stdout the table goes
// there.
func parseOutputs(flags []string) ([]output, error) {
	return parseOutputsOf(flags, formatNames(), "table")
}

// parseOutputsOf is parseOutputs for the formats of these names, of which
// the usual one goes to stdout; "" for none.
func parseOutputsOf(flags, names []string, usual string) ([]output, error) {
	var out []output
	var problems diagnostic.List
	taken := map[string]string{}
	for _, flag := range flags {
		o := output{path: "-"}
		var hasPath bool
		o.format, o.path, hasPath = strings.Cut(flag, "=")
		if !hasPath {
			o.path = "-"
		}
		switch destination := o.destination(); {
		case !slices.Contains(names, o.format):
			problems.Add(diagnostic.Diagnostic{
				Message: fmt.Sprintf("-o %s: unknown format %q, expected %s", flag, o.format, diagnostic.Or(names)), Hint: formatHint(flag, names),
			})
		case o.path == "":
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("-o %s: the path is empty", flag)})
		case taken[destination] != "":
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("-o %s: the report %s is written there too", flag, taken[destination])})
		case o.path != "-" && namedfile.CheckWrite(o.path) != nil:
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("-o %s: %v", flag, namedfile.CheckWrite(o.path)), Hint: namedfile.Hint})
		default:
			taken[destination] = o.format
			out = append(out, o)
		}
	}
	if taken["-"] == "" && usual != "" {
		out = append(out, output{usual, "-"})
	}
	return out, problems.Err()
}

// extensions are the formats by what names of their files end in.
var extensions = map[string]string{
	".csv": "csv", ".html": "html", ".htm": "html", ".json": "json", ".jsonl": "jsonl", ".md": "markdown", ".txt": "table", ".xml": "junit",
}

// formatHint says how a report is written whose format is not known: the flag
// has another sign before the path, or no format but a file.
func formatHint(flag string, names []string) string {
	format, path, _ := strings.Cut(strings.Replace(flag, ":", "=", 1), "=")
	if by := extensions[strings.ToLower(filepath.Ext(flag))]; path == "" && slices.Contains(names, by) {
		return fmt.Sprintf("`-o %s=%s` writes that file", by, flag)
	}
	near := diagnostic.Nearest(format, names)
	switch {
	case near == "":
		return ""
	case path != "":
		near += "=" + path
	}
	return fmt.Sprintf("did you mean `-o %s`?", near)
}

// destination names where the report goes, the same for each way to write its path.
func (o output) destination() string {
	if o.path == "-" {
		return o.path
	}
	abs, err := filepath.Abs(o.path)
	if err != nil {
		return filepath.Clean(o.path)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs))
	}
	return abs
}

func formatNames() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// deliver writes a report where it goes; a file is written whole or not at all.
func (o output) deliver(s streams, write func(io.Writer) error) error {
	if o.path != "-" {
		if err := refuseLink("cannot write "+o.path, o.path); err != nil { // one that was made meanwhile
			return err
		}
		return s.file(o.path, write)
	}
	err := write(s.out)
	if err == nil {
		err = s.out.Flush()
	}
	if err != nil {
		return fmt.Errorf("cannot write the report %s: %w", o, err)
	}
	return nil
}

// deliverAll writes all reports, those too that come after one that cannot be
// written. The error has its exit code.
func deliverAll(s streams, outputs []output, report func(o output, w io.Writer) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	var errs []error
	for _, o := range outputs {
		errs = append(errs, o.deliver(s, func(w io.Writer) error { return report(o, w) }))
	}
	if err := errors.Join(errs...); err != nil {
		return &exitError{exitErrors, err}
	}
	return nil
}

// writeOutputs writes all the reports of a run. Those that the comparison with
// earlier runs follows as a whole do not say what it found; nil for none.
func writeOutputs(s streams, src runreport.Source, outputs []output, follows func(output) bool) error {
	return deliverAll(s, outputs, func(o output, w io.Writer) error {
		of := src
		if follows != nil && follows(o) {
			of.Verdict = src.Verdict.WithoutFound()
		}
		return formats[slices.Index(formatNames(), o.format)].write(w, s, of)
	})
}

// writeGitHub writes the log of a step, and the Markdown report as its
// summary.
func writeGitHub(w io.Writer, s streams, src runreport.Source) error {
	return s.writeWorkflow(w,
		func(w io.Writer) error { return runreport.GitHub(w, src) },
		func(w io.Writer) error { return runreport.Markdown(w, src) })
}

// writeWorkflow writes the log of a step, and adds the summary to the step's
// where the workflow has one.
func (s streams) writeWorkflow(w io.Writer, log, summary func(io.Writer) error) error {
	if err := workflow(w, log); err != nil {
		return err
	}
	path := environment("GITHUB_STEP_SUMMARY", "")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("cannot add to $GITHUB_STEP_SUMMARY: %w", err)
	}
	return errors.Join(s.safely(file, summary), file.Close())
}
