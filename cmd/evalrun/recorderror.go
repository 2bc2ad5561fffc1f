package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/record"
)

// recordHint says where records are.
const recordHint = "a run writes its record to .evalrun/last.jsonl, and keeps the previous one as previous.jsonl; --record FILE names another file"

// severalHint says how records become one.
const severalHint = "`evalrun merge -o all.jsonl A B` makes one record of the parts of a plan; runs of other plans stay apart, and `evalrun compare A B` compares them"

// recordError is the error of records and baselines that cannot be read, each
// by itself. flag names them; "" is an argument.
func recordError(flag string, err error) error {
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	var all diagnostic.List
	for _, err := range errs {
		d := diagnostic.Diagnostic{Message: err.Error()}
		var path *fs.PathError
		var several *record.SeveralRunsError
		switch {
		case errors.As(err, &several):
			d.Hint = severalHint
		case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
			d.Message, d.Hint = "there is no record "+path.Path, recordHint
		case errors.As(err, &path):
			d.Message, d.Hint = "record "+fileError(err).Error(), linkHint(err, "")
		}
		if flag != "" {
			d.Message = flag + ": " + d.Message
		}
		all.Add(d)
	}
	return all.Err()
}

// fileError is an error of a file as the file's name and what is wrong with
// it, without what was tried with it.
func fileError(err error) error {
	var path *fs.PathError
	switch {
	case !errors.As(err, &path):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file", path.Path)
	}
	return fmt.Errorf("%s: %w", path.Path, path.Err)
}

// linkHint says what to do about a link that is not followed, or otherwise what
// to do about another error.
func linkHint(err error, otherwise string) string {
	var link *namedfile.LinkError
	if errors.As(err, &link) {
		return namedfile.Hint
	}
	return otherwise
}

// refuseLink is the problem of a path to write to that a link leads astray;
// what is to be written, or cannot be, is said before it.
func refuseLink(what, path string) error {
	if err := namedfile.CheckWrite(path); err != nil {
		return diagnostic.List{{Message: what + ": " + err.Error(), Hint: namedfile.Hint}}
	}
	return nil
}
