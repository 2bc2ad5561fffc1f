package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/runrecord"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// Where a run's record is by default; the previous one is kept beside it.
const (
	defaultDir     = runrecord.Dir
	lastRecord     = runrecord.Last
	previousRecord = runrecord.Previous
	defaultRecord  = runrecord.Path
)

// recordFlags say which record is written, and which ones answer.
type recordFlags struct {
	record string
	replay string
	reuse  string
	maxAge age // of what reuse answers; 0 is no bound
	resume string
	redact []string
}

func (f *recordFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.record, "record", "", "write the run's record to `FILE` (default .evalrun/last.jsonl)")
	flags.StringArrayVar(&f.redact, "redact", nil, "replace what matches `REGEXP` in the prompts, answers and variables that the record and the reports hold; assertions see the true text; repeatable")
	flags.StringVar(&f.replay, "replay", "", "answer only from the record `FILE`; nothing is sent, no key is needed")
	flags.StringVar(&f.reuse, "reuse", "", "answer from the record `FILE` where it has the answer, else send")
	flags.Var(&f.maxAge, "max-age", "with --reuse: answers older than a `DURATION`, such as 14d or 12h, are asked for again")
	flags.StringVar(&f.resume, "resume", "", "as --reuse, and append to the record `FILE`")
}

// check reports flags that contradict each other.
func (f *recordFlags) check() error {
	given := 0
	for _, path := range []string{f.replay, f.reuse, f.resume} {
		if path != "" {
			given++
		}
	}
	if _, err := f.patterns(); err != nil {
		return err
	}
	switch {
	case f.maxAge != 0 && f.reuse == "":
		return usage("--max-age is given without --reuse", "`--reuse FILE --max-age 14d` asks again for what FILE answered more than 14 days ago")
	case given > 1:
		return usage("only one of --replay, --reuse and --resume can be given", "")
	case f.resume != "" && f.record != "":
		return usage("--resume writes the record that it names; --record cannot be given too",
			"`--reuse FILE --record NEW` answers from one record and writes another")
	}
	return nil
}

// begin begins a record that --resume or --reuse name and that is not there yet, so
// that one command line serves a first run and the later ones. It says so: where the
// name was misspelt, all is asked again.
func (f *recordFlags) begin(s streams) {
	for flag, path := range map[string]*string{"--resume": &f.resume, "--reuse": &f.reuse} {
		if *path == "" {
			continue
		}
		if _, err := os.Lstat(*path); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if f.record == "" && filepath.Clean(*path) != filepath.FromSlash(defaultRecord) {
			f.record = *path
		}
		fmt.Fprintf(s.err, "%s: there is no record %s yet; every request is sent, and this run begins %s\n",
			flag, safetext.Line(*path), safetext.Line(cmp.Or(f.record, defaultRecord)))
		*path = ""
	}
}

// answeringRun is the run line of the record that answers: that of --replay, which is
// open, or one that is there; nil where there is none.
func (f *recordFlags) answeringRun(replayed *record.File) (*record.Run, error) {
	switch {
	case replayed != nil:
		return &replayed.Run, nil
	case f.replay != "":
		return nil, errReported
	}
	file, err := openForAnswers(cmp.Or(f.reuse, f.resume))
	switch {
	case errors.Is(err, fs.ErrNotExist): // the run begins it
		return nil, nil
	case err != nil:
		return nil, errReported
	}
	run := file.Run
	return &run, file.Close()
}

// errReported says that a record cannot be opened, which is reported where it is
// opened for its answers.
var errReported = errors.New("the record cannot be opened")

// answered reports whether a record answers, at least in part.
func (f *recordFlags) answered() bool { return f.replay+f.reuse+f.resume != "" }

// runRecord is the record of a run under way.
type runRecord struct {
	path   string
	writer *record.Writer
	// answers is the record that may answer instead of the API, nil for none;
	// resumed says that it is the one that is written.
	answers *record.File
	resumed bool
	// release closes what answers; it is called once all is asked.
	release func()
	written runrecord.Written
}

// openRecord opens the record that the run writes, and the one that it may be
// answered from. baseURL is where the other requests go.
func openRecord(f *recordFlags, baseURL string) (*runRecord, error) {
	if f.resume != "" {
		return resumeRecord(f.resume, baseURL)
	}
	r := &runRecord{path: f.record}
	if f.reuse != "" {
		var err error
		if r.answers, err = openAnswers("--reuse", f.reuse, baseURL); err != nil {
			return nil, err
		}
	}
	if err := r.create(f); err != nil {
		return nil, errors.Join(err, r.closeAnswers())
	}
	return r, nil
}

// create begins the record.
func (r *runRecord) create(f *recordFlags) error {
	begin := record.Create
	if r.path == "" {
		r.path, begin = filepath.Join(defaultDir, lastRecord), runrecord.Begin
	}
	if err := refuseLink("cannot write the record", r.path); err != nil {
		return err
	}
	for flag, answers := range map[string]string{"--replay": f.replay, "--reuse": f.reuse} {
		if f.record != "" && answers != "" && sameFile(r.path, answers) { // the default one is kept as the previous one
			return usage(fmt.Sprintf("--record and %s name the same file", flag), "the run writes a record of its own; `--resume FILE` goes on with one")
		}
	}
	w, err := begin(r.path)
	if err != nil {
		return usage(fmt.Sprintf("cannot write the record: %v", err), "`--record FILE` writes it to another file")
	}
	r.writer = w
	if f.record == "" {
		if err := runrecord.KeepBeside(); err != nil {
			return errors.Join(usage(fmt.Sprintf("cannot keep the records beside that of the previous run: %v", err), ""), w.Close())
		}
	}
	return nil
}

// openAnswers opens a record to be answered from.
func openAnswers(flag, path, baseURL string) (*record.File, error) {
	file, err := openForAnswers(path)
	if err != nil {
		return nil, recordError(flag, err)
	}
	if err := sameServer(flag, path, file, baseURL); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// resumeRecord opens a record to answer from it and to go on writing it.
func resumeRecord(path, baseURL string) (*runRecord, error) {
	if err := refuseLink("--resume", path); err != nil {
		return nil, err
	}
	collectBeforeOpening(path)
	w, found, err := record.Append(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("--resume: there is no record "+path, "`--record "+path+"` begins it")
	}
	if err != nil {
		return nil, recordError("--resume", err)
	}
	collectBeside(found)
	r := &runRecord{path: path, writer: w, answers: found, resumed: found != nil}
	if found == nil {
		return r, nil
	}
	if err := sameServer("--resume", path, found, baseURL); err != nil {
		return nil, errors.Join(err, w.Close(), r.closeAnswers())
	}
	return r, nil
}

// samePart refuses to go on with the record of another part of the plan.
func (r *runRecord) samePart(shard []int) error {
	if !r.resumed {
		return nil
	}
	var was []int
	if plan := r.answers.Run.Plan; plan != nil {
		was = plan.Shard
	}
	if slices.Equal(was, shard) {
		return nil
	}
	return usage(fmt.Sprintf("--resume: %s is the record of %s, and the run is to ask %s", r.path, partName(was), partName(shard)),
		"give the same --shard; `--reuse "+r.path+"` answers from it and begins a record of its own")
}

func partName(shard []int) string {
	if len(shard) != 2 {
		return "a run without --shard"
	}
	return fmt.Sprintf("shard %d of %d", shard[0], shard[1])
}

// spent is what the run has cost in US dollars before it was resumed.
func (r *runRecord) spent() (record.Spending, error) {
	if !r.resumed {
		return record.Spending{}, nil
	}
	spent, err := r.answers.Spent()
	switch {
	case err != nil:
		return spent, usage(fmt.Sprintf("--resume: %v", err), "")
	case spent.Unknown:
		return spent, usage(fmt.Sprintf("--max-cost: what %s has cost so far is not known", r.path),
			"`--reuse "+r.path+"` answers from it and begins a run of its own")
	}
	return spent, nil
}

// sameServer refuses the answers of another server: what is asked is this one.
func sameServer(flag, path string, file *record.File, baseURL string) error {
	if file.Run.BaseURL == baseURL {
		return nil
	}
	return usage(fmt.Sprintf("%s: %s holds answers of %q, and the run asks %q", flag, path, file.Run.BaseURL, baseURL),
		"`--base-url` asks the same server; `--replay` answers from any record")
}

// end ends the record with what the run came to, and has src hold that too. The
// error is one that is not among the reasons of it yet.
func (r *runRecord) end(src *runreport.Source, beyond []verdict.Reason) error {
	return runrecord.End(r.writer, src, beyond)
}

// open opens the record for reading, from the file that the run writes: another
// run may have replaced it at its path.
func (r *runRecord) open() (*record.File, error) { return openAndCollect(r.path, r.writer.Read) }

// gates evaluates the gates of a record that is being written.
func (r *runRecord) gates() ([]record.Gate, error) {
	r.release()
	return r.written.Gates(r.open)
}

// source is what the run's reports are made from, once it is over.
func (r *runRecord) source() (runreport.Source, error) { return r.written.Source(r.open) }

// closeAnswers closes the record that answers, if there is one.
func (r *runRecord) closeAnswers() error {
	if r.answers == nil {
		return nil
	}
	return r.answers.Close()
}

// sameFile reports whether two paths are one file.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
