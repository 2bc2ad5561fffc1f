package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	// pollEvery is how often files are looked at for changes.
	pollEvery = 500 * time.Millisecond
	// maxWatched bounds how many files are looked at.
	maxWatched = 50_000
)

// watch is `evalrun --watch PATH…`: it runs the suites, and again whenever a
// file that they may read was saved. From the second run on the record of the
// first answers, so that only requests that a change touched are sent.
func watch(ctx context.Context, s streams, flags *runFlags, paths []string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	dirs, err := watchedDirs(flags.root, paths)
	if err != nil {
		return usage(err.Error(), "")
	}
	for {
		before := snapshot(dirs, flags.written())
		err := runSuites(ctx, s, flags, paths)
		s.report(err, true)
		if ctx.Err() != nil {
			return &exitError{code: exitInterrupted}
		}
		if exitCode(err) != exitUsage {
			flags.records.goOn()
		}
		fmt.Fprintln(s.err, "watching for changes; Ctrl-C ends")
		if !changed(ctx, before, dirs, flags.written()) {
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

// written are the files that a run writes, which are no reason to run again.
func (f *runFlags) written() map[string]bool {
	out := map[string]bool{}
	for _, path := range []string{f.records.record, f.records.resume} {
		out[absolute(path)] = true
	}
	for _, text := range f.outputs {
		if _, path, ok := strings.Cut(text, "="); ok {
			out[absolute(path)] = true
		}
	}
	return out
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

// watchedDirs are the directories that bound what the suites may read.
func watchedDirs(root string, paths []string) ([]string, error) {
	if root != "" {
		return []string{absolute(root)}, nil
	}
	var dirs []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		dir := absolute(path)
		if !info.IsDir() {
			dir = filepath.Dir(dir)
		}
		dirs = append(dirs, markedParent(dir))
	}
	return dirs, nil
}

// markedParent is the nearest directory from dir upwards that holds
// evalrun.yaml or .git, dir itself where there is none.
func markedParent(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		for _, mark := range []string{"evalrun.yaml", ".git"} {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at
			}
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// fileVersion tells versions of a file apart, as far as it can be told without reading it.
type fileVersion struct {
	modified time.Time
	size     int64
}

// snapshot gives the versions of all files below the directories, but for
// hidden ones and those that are left out.
func snapshot(dirs []string, leftOut map[string]bool) map[string]fileVersion {
	files := map[string]fileVersion{}
	for _, dir := range dirs {
		// What cannot be read now may be there at the next look.
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case len(files) >= maxWatched:
				return fs.SkipAll
			case err != nil:
				return nil
			case d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
				return fs.SkipDir
			case d.IsDir() || leftOut[path] || isEditors(d.Name()):
				return nil
			}
			if info, err := d.Info(); err == nil {
				files[path] = fileVersion{info.ModTime(), info.Size()}
			}
			return nil
		})
	}
	return files
}

// isEditors tells of a file's name whether an editor wrote it beside the one
// that is edited: a swap file, a lock, a backup, or Vim's trial of a directory.
func isEditors(name string) bool {
	for _, pattern := range []string{".*.sw?", ".#*", "#*#", "*~", "4913"} {
		if ok, _ := filepath.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

// changed waits until a file is not as it was before, and reports whether one
// was before ctx ended.
func changed(ctx context.Context, before map[string]fileVersion, dirs []string, leftOut map[string]bool) bool {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		now := snapshot(dirs, leftOut)
		if len(now) != len(before) {
			return true
		}
		for path, version := range now {
			if before[path] != version {
				return true
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
}
