package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/migrate"
	"github.com/evalrun/evalrun/suite"
)

// maxFixes is how often suites are read again after they were mended: what is wrong
// behind a fault is found once that is gone.
const maxFixes = 20

// fix is `evalrun check --fix`: it mends the suites where it is certain what is
// meant. With --diff it prints that and writes nothing. What it cannot write is
// reported by the check itself, or is what migrate asks a person about.
func (f *checkFlags) fix(s streams, paths []string) error {
	texts, err := f.mended(paths)
	if err != nil {
		return err
	}
	var files []editedFile
	for _, file := range slices.Sorted(maps.Keys(texts)) {
		before, err := suiteText(file)
		if err != nil {
			return diagnostic.List{{Position: diagnostic.Position{File: file}, Message: err.Error()}}
		}
		if before != texts[file] {
			files = append(files, editedFile{file, before, texts[file]})
		}
	}
	if !f.diff {
		return writeEdited(s, files)
	}
	for _, file := range files {
		if _, err := io.WriteString(s.out, unified(file)); err != nil {
			return err
		}
	}
	if len(files) == 0 {
		fmt.Fprintln(s.err, "there is nothing that --fix would change")
	}
	return nil
}

// mended are the texts of the suites that are changed, by their files.
func (f *checkFlags) mended(paths []string) (map[string]string, error) {
	texts := map[string]string{}
	for range maxFixes {
		changed, err := f.mendErrors(paths, texts)
		if err != nil || !changed {
			break
		}
	}
	m := &migration{flags: &f.suiteFlags, safe: true, paths: paths, texts: texts, plans: map[string]*migrate.Plan{}}
	if m.load() != nil {
		return texts, nil // the check says what is wrong
	}
	edits, problems := m.edits()
	if len(problems) > 0 {
		return texts, problems
	}
	for _, e := range edits {
		texts[e.file] = e.after
	}
	return texts, nil
}

// mendErrors makes the edits of what is wrong with the suites, and reports whether
// there were any.
func (f *checkFlags) mendErrors(paths []string, texts map[string]string) (bool, error) {
	opts, err := f.options()
	if err != nil {
		return false, err
	}
	opts.Texts, opts.Tools = texts, staticTools{}
	_, err = suite.Load(paths, opts)
	var list diagnostic.List
	errors.As(err, &list)
	edits := map[string][]diagnostic.Edit{}
	for _, d := range list {
		for _, e := range d.Edits {
			edits[e.File] = append(edits[e.File], e)
		}
	}
	m := &migration{texts: texts}
	files, problems := m.applied(edits)
	for _, e := range files {
		texts[e.file] = e.after
	}
	return len(files) > 0, problems.Err()
}
