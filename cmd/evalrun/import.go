package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/logsuite"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/traffic"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/reporters/checkreport"
)

// importFlags are the flags of `evalrun import`.
type importFlags struct {
	out               string
	force             bool
	request, response string
	skip              bool
	model             string
	dedupe            bool
	pick              int
	redact            []string
	template          bool
}

func (f *importFlags) bind(flags *pflag.FlagSet) {
	flags.StringVarP(&f.out, "output", "o", "", "write the suite and its files into the directory `DIR`")
	flags.BoolVar(&f.force, "force", false, "replace files that are there already; a record is kept under another name")
	flags.StringVar(&f.request, "request", "", "the request's body is at `PATH` in each line, such as .request.body")
	flags.StringVar(&f.response, "response", "", "the response is at `PATH` in each line, such as .response.body")
	flags.StringVar(&f.model, "model", "", "of a configuration of promptfoo: ask `MODEL` in the place of its providers")
	flags.BoolVar(&f.dedupe, "dedupe", false, "of conversations in which the application said the same, import the first")
	flags.IntVar(&f.pick, "pick", 0, "import `N` conversations, those that differ most from each other in what was said")
	flags.BoolVar(&f.template, "template", false, "fold conversations that differ in texts only into one case over a data set")
	flags.StringArrayVar(&f.redact, "redact", nil, "replace what matches `REGEXP` in requests and answers; repeatable")
	flags.BoolVar(&f.skip, "skip-invalid", false, "leave out lines that cannot be imported, and name them")
}

// newImport is `evalrun import`: suites of what others wrote.
func newImport(s streams) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE -o DIR",
		Short: "Make a suite of an application's log or of a promptfoo configuration",
		Long: `Of a log, import reads JSON Lines with a request to the Messages API and its response in
each line, or a record, and writes a suite with a case for each conversation into
DIR. Beside it is record.jsonl with the answers of the log: with --replay of it
the suite asks what the log has, and gets what the log has. That is tried before
import ends; a request that does not come out as it was logged is an error, and
nothing is written then.

Of a promptfoo configuration or a .prompt.yml it writes the prompts, providers of
the Messages API, tests and assertions. What a suite cannot say becomes an
assertion that fails, with the original beside it, and the exit code is 1.`,
		Example: `  evalrun import traffic.jsonl -o suites/traffic
  evalrun suites/traffic --replay suites/traffic/record.jsonl
  evalrun import promptfooconfig.yaml -o suites/migrated
  evalrun import log.jsonl --request .req --response .resp -o suites/log`,
		ValidArgsFunction: completeFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return importFile(cmd.Context(), s, &f, args)
		},
	}
	f.bind(cmd.Flags())
	return cmd
}

// importFile is `evalrun import FILE -o DIR`.
func importFile(ctx context.Context, s streams, f *importFlags, args []string) error {
	if err := f.check(args); err != nil {
		return err
	}
	switch strings.ToLower(filepath.Ext(args[0])) {
	case ".yaml", ".yml", ".json":
		return importConfiguration(s, f, args[0])
	}
	return importLog(ctx, s, f, args[0])
}

// check reports what is wrong with the command line.
func (f *importFlags) check(args []string) error {
	var all diagnostic.List
	if len(args) != 1 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("import takes one file, found %d", len(args)), Hint: "`evalrun import traffic.jsonl -o suites/traffic`"})
	}
	switch {
	case f.out == "":
		all.Add(diagnostic.Diagnostic{Message: "-o is missing", Hint: "`-o DIR` says where the suite goes"})
	case f.out == "-":
		all.Add(diagnostic.Diagnostic{Message: "-o -: a suite and its files are written into a directory", Hint: "`-o DIR` names it"})
	}
	if (f.request == "") != (f.response == "") {
		all.Add(diagnostic.Diagnostic{Message: "--request and --response are given together"})
	}
	if f.pick < 0 {
		all.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--pick is %d, expected a number from 1", f.pick)})
	}
	_, err := f.options()
	return diagnostic.Join(all.Err(), err)
}

// options reads what says how the log is read.
func (f *importFlags) options() (traffic.Options, error) {
	opts := traffic.Options{Skip: f.skip}
	var all diagnostic.List
	for _, p := range []struct {
		flag, text string
		to         *traffic.Path
	}{{"--request", f.request, &opts.Request}, {"--response", f.response, &opts.Response}} {
		if p.text == "" {
			continue
		}
		path, err := traffic.ParsePath(p.text)
		if err != nil {
			all.Add(diagnostic.Diagnostic{Message: p.flag + ": " + err.Error()})
		}
		*p.to = path
	}
	patterns, err := redactions(f.redact)
	opts.Redact = patterns
	return opts, diagnostic.Join(all.Err(), err)
}

// importLog makes a suite of a log.
func importLog(ctx context.Context, s streams, f *importFlags, path string) error {
	log, err := f.read(path)
	if err != nil {
		return err
	}
	found := f.choose(traffic.Conversations(log))
	if len(found.Conversations) == 0 {
		return usage(fmt.Sprintf("%s has no request with an answer, in %s", path, wording.Count(log.Lines, "line")), "")
	}
	suites, err := logsuite.Write(found.Conversations, logsuite.Options{Source: filepath.Base(path), Fold: f.template})
	if err != nil {
		return usage(fmt.Sprintf("%s: %v", path, err), "")
	}
	staged, err := suitefile.Stage(f.out, &suites.Files, f.force)
	if err != nil {
		return err
	}
	try := &trial{path: path, log: log, suites: suites}
	if err := try.run(ctx, staged.Dir, nil); err != nil {
		return errors.Join(err, staged.Remove())
	}
	kept := ""
	if err := staged.Commit(func() error {
		kept, err = try.record(ctx, f.out, f.force)
		return err
	}); err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintln(s.out, "kept the record that was there as", safetext.Text(kept))
	}
	f.report(s, path, log, found, suites)
	return nil
}

// choose leaves conversations out, as --dedupe and --pick say.
func (f *importFlags) choose(found *traffic.Found) *traffic.Found {
	if f.dedupe {
		found.Conversations = traffic.Dedupe(found.Conversations)
	}
	if f.pick > 0 {
		found.Conversations = traffic.Pick(found.Conversations, f.pick)
	}
	return found
}

// read reads the log.
func (f *importFlags) read(path string) (*traffic.Log, error) {
	file, err := namedfile.Open(path)
	if err != nil {
		return nil, usage(fileError(err).Error(), linkHint(err, ""))
	}
	defer file.Close()
	opts, err := f.options()
	if err != nil {
		return nil, err
	}
	left := maxBeside
	opts.Name, opts.Beside = path, func(name string) ([]byte, error) {
		text, err := readBeside(path, name, left)
		left -= len(text)
		return text, err
	}
	log, err := traffic.Read(file, opts)
	var list diagnostic.List
	if errors.As(err, &list) {
		last := &list[len(list)-1]
		if last.Hint != "" {
			last.Hint += "; "
		}
		last.Hint += "nothing was written; --skip-invalid leaves such lines out"
		return nil, list
	}
	if err != nil {
		return nil, usage(fmt.Sprintf("%s: %v", path, err), "")
	}
	return log, nil
}

// maxBeside is how large the files may be that a log names, together, in bytes.
const maxBeside = 512 << 20

// readBeside reads a file of up to so many bytes in the directory of a log, wherever
// that says it is.
func readBeside(log, name string, most int) ([]byte, error) {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	file, err := namedfile.Open(filepath.Join(filepath.Dir(log), name))
	if err != nil {
		return nil, fileError(err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err == nil && len(text) > most {
		return nil, fmt.Errorf("%s: the files that the log names are larger than %d MB", name, maxBeside>>20)
	}
	return text, err
}

// report says what was written, and what was not.
func (f *importFlags) report(s streams, path string, log *traffic.Log, found *traffic.Found, suites *logsuite.Suites) {
	if len(log.Skipped) > 0 {
		_ = checkreport.Diagnostics(s.err, log.Skipped, hasColours(s.err)) // what follows fails too then
	}
	turns, marked := 0, 0
	for _, c := range found.Conversations {
		turns += len(c.Steps)
		if c.Marks {
			marked++
		}
	}
	fmt.Fprintf(s.out, "%s: %s, %s with an answer\n", safetext.Text(path), wording.Count(log.Lines, "line"), wording.Count(len(log.Exchanges), "request"))
	for _, name := range append(suites.Names, recordName) {
		fmt.Fprintln(s.out, "wrote", safetext.Text(filepath.Join(f.out, name)))
	}
	if more := len(suites.Files.Names()) - len(suites.Names); more > 0 {
		fmt.Fprintf(s.out, "wrote %s that the suite reads\n", wording.Count(more, "file"))
	}
	fmt.Fprintf(s.out, "%s with %s; each request came out as it was logged\n", wording.Count(len(found.Conversations), "case"), wording.Count(turns, "request"))
	for _, note := range []struct {
		n    int
		text string
	}{
		{log.Unanswered, "without an answer: left out"},
		{len(found.Paused), "whose answer ends before the model's turn does, with nothing behind it: left out"},
		{found.Cut, "of conversations that the log does not have to the end of a use of tools: a case each"},
	} {
		if note.n > 0 {
			fmt.Fprintf(s.out, "%s %s\n", wording.Count(note.n, "request"), note.text)
		}
	}
	if log.Traced > 0 {
		fmt.Fprintf(s.out, "%s of OpenTelemetry spans, which do not say all: add thinking, tool_choice and marks for the cache as the application sends them\n", wording.Count(log.Traced, "request"))
	}
	if marked > 0 {
		fmt.Fprintf(s.out, "%s: marks for the cache are kept in the first request, and left out behind it\n", wording.Count(marked, "conversation"))
	}
	if suites.Folds > 0 {
		fmt.Fprintf(s.out, "%s folded into %s over data sets; the templates are guessed\n", wording.Count(suites.Folded, "conversation"), wording.Count(suites.Folds, "case"))
	}
	if suites.Proposed > 0 {
		fmt.Fprintf(s.out, "%s proposed with `level: warn`, which fails nothing\n", inflected(suites.Proposed, "1 assertion is", fmt.Sprintf("%d assertions are", suites.Proposed)))
	}
	dir := safetext.Text(strings.TrimSuffix(f.out, "/"))
	fmt.Fprintf(s.out, "\nnext:\n  evalrun %s --replay %s\n      answers from the log; nothing is sent\n", dir, safetext.Text(filepath.Join(f.out, recordName)))
}
