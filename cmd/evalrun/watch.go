package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"strings"
	"time"
)

// pollEvery is how often files are looked at for changes.
const pollEvery = 500 * time.Millisecond

// watch is `evalrun --watch PATH…`: it runs the suites, and again whenever a
// file that they read was saved. From the second run on the record answers for
// the first one, and what failed fails again, so that only requests that a change
// touched are sent.
func watch(ctx context.Context, s streams, flags *runFlags, paths []string) error {
	ctx, stop := signal.NotifyContext(ctx, endings()...)
	defer stop()
	context.AfterFunc(ctx, stop)
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return usage(err.Error(), "")
		}
	}
	flags.failed = newFailures()
	for {
		named := statesOf(flags.named())
		err := runSuites(ctx, s, flags, paths)
		s.report(err, true)
		if ctx.Err() != nil {
			return &exitError{code: exitInterrupted}
		}
		if exitCode(err) != exitUsage {
			flags.records.goOn()
		}
		refused := exitCode(err) == exitUsage && flags.checkTogether() != nil
		if flags.inputs == nil || refused { // no change of a file would help
			return &exitError{code: exitCode(err)}
		}
		fmt.Fprintln(s.err, "watching for changes; Ctrl-C ends")
		written := flags.written()
		changed := func() bool {
			return flags.inputs.Changed(func(path string) bool { return written[path] }) || !maps.Equal(named, statesOf(flags.named()))
		}
		if !waitFor(ctx, changed) {
			return &exitError{code: exitInterrupted}
		}
	}
}

// goOn has the next run go on with the record that this one wrote.
func (f *recordFlags) goOn() {
	path := f.record
	if path == "" {
		path = defaultRecord
	}
	if f.replay == "" && f.resume == "" {
		*f = recordFlags{resume: path}
	}
}

// named are the files that flags name and a run reads.
func (f *runFlags) named() []string {
	var out []string
	for _, path := range append([]string{f.prices}, f.baseline.paths...) {
		if path != "" {
			out = append(out, path)
		}
	}
	return out
}

// written are the files that a run writes, by their absolute paths, which are
// no reason to run again.
func (f *runFlags) written() map[string]bool {
	out := map[string]bool{}
	for _, path := range []string{f.records.record, f.records.resume} {
		out[output{path: path}.destination()] = true
	}
	for _, text := range f.outputs {
		if _, path, ok := strings.Cut(text, "="); ok {
			out[output{path: path}.destination()] = true
		}
	}
	return out
}

// statesOf distinguishes versions of files, as far as that is possible without
// reading them.
func statesOf(paths []string) map[string]string {
	out := map[string]string{}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			out[path] = fmt.Sprint(info.ModTime().UnixNano(), info.Size())
		}
	}
	return out
}

// waitFor waits until something changed, and reports whether it did before ctx
// ended. Looking takes a tenth of the time at most.
func waitFor(ctx context.Context, changed func() bool) bool {
	for {
		began := time.Now()
		if changed() {
			return true
		}
		select {
		case <-time.After(max(pollEvery, 10*time.Since(began))):
		case <-ctx.Done():
			return false
		}
	}
}
