package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// outsideHint says what to do about a link that is not followed.
const outsideHint = "a link in a checkout may be anyone's; name the file that it leads to, or take the link away"

// ledOutside refuses a path to write to that a link below the working
// directory leads out of it, into .git, or to where nothing is: who may put
// files there, as with a pull request, could have any file of the user's
// written. What stands above the working directory or beside it is the user's
// own affair.
func ledOutside(path string) error {
	here, err := os.Getwd()
	if err != nil || here == filepath.Dir(here) {
		return nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	below, err := filepath.Rel(here, abs)
	if err != nil || !filepath.IsLocal(below) {
		return nil
	}
	at := here
	for part := range strings.SplitSeq(below, string(filepath.Separator)) {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		if err != nil {
			return nil // what is not there is made, and what cannot be read is told when it is opened
		}
		if info.Mode()&os.ModeSymlink != 0 {
			if err := staysInside(here, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// staysInside refuses a link that leads out of a directory.
func staysInside(dir, link string) error {
	name := link
	if below, err := filepath.Rel(dir, link); err == nil {
		name = below
	}
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		return fmt.Errorf("the link %s leads to no file", name)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	below, err := filepath.Rel(dir, target)
	switch {
	case err != nil || !filepath.IsLocal(below):
		return fmt.Errorf("the link %s leads out of the working directory, to %s", name, target)
	case slices.Contains(strings.Split(strings.ToLower(below), string(filepath.Separator)), ".git"):
		return fmt.Errorf("the link %s leads into .git", name)
	}
	return nil
}

// refuseOutside is ledOutside as a problem of what is to be written.
func refuseOutside(what, path string) error {
	if err := ledOutside(path); err != nil {
		return diagnostic.List{{Message: what + ": " + err.Error(), Hint: outsideHint}}
	}
	return nil
}
