package namedfile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Hint says what to do about a LinkError.
const Hint = "a link in a checkout may be anyone's; name the file that it leads to, or take the link away"

// LinkError says that a link was not followed.
type LinkError struct {
	Link string // from the working directory, where it is below that
	Why  string // behind "the link LINK leads "
}

func (e *LinkError) Error() string { return "the link " + e.Link + " leads " + e.Why }

// target is where a path leads.
type target struct {
	bound string // a directory without links in its path; nothing above it is opened
	rel   string // of the file, below bound
}

// follow follows the links of a path as far as they may be. What is not there
// has no links.
func follow(path string) (target, error) {
	at, parts, err := begin(path)
	if err != nil || len(parts) == 0 {
		return target{at, "."}, err
	}
	for i, part := range parts {
		dir := at
		at = filepath.Join(dir, part)
		info, err := os.Lstat(at)
		if err != nil || info.Mode()&os.ModeSymlink == 0 {
			continue // opening it says what is wrong
		}
		bound := boundOf(dir)
		if bound == "" && i == len(parts)-1 {
			bound = dir
		}
		if at, err = followLink(at, bound); err != nil {
			return target{}, err
		}
	}
	bound := boundOf(filepath.Dir(at))
	if bound == "" {
		bound = filepath.Dir(at)
	}
	rel, err := filepath.Rel(bound, at)
	return target{bound, rel}, err
}

// begin gives the directory to begin at, and the parts of the path below it.
// How the working directory is reached is the user's own affair.
func begin(path string) (dir string, parts []string, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", nil, err
	}
	dir = filepath.VolumeName(abs) + string(filepath.Separator)
	if here, err := os.Getwd(); err == nil {
		if below, err := filepath.Rel(here, abs); err == nil && filepath.IsLocal(below) {
			dir, abs = workingDir(), below
		}
	}
	below := strings.TrimPrefix(abs, filepath.VolumeName(abs))
	return dir, strings.FieldsFunc(filepath.Clean(below), isSeparator), nil
}

func isSeparator(r rune) bool { return r == filepath.Separator }

// followLink gives the end of a link that must stay inside bound; "" is no
// bound.
func followLink(link, bound string) (string, error) {
	to, err := filepath.EvalSymlinks(link)
	if err != nil {
		return "", &LinkError{fromHere(link), "to no file"}
	}
	if bound == "" {
		return to, nil
	}
	rel, err := filepath.Rel(bound, to)
	if err != nil || !filepath.IsLocal(rel) {
		return "", &LinkError{fromHere(link), fmt.Sprintf("out of %s, to %s", nameOf(bound), to)}
	}
	if part := secretPart(rel); part != "" {
		return "", &LinkError{fromHere(link), "into " + part}
	}
	return to, nil
}

// boundOf gives the directory that links in dir must not leave, "" for none.
// dir has no links in its path.
func boundOf(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		for _, mark := range []string{"evalrun.yaml", ".git"} {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at
			}
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	here := workingDir()
	if below, err := filepath.Rel(here, dir); here != "" && err == nil && filepath.IsLocal(below) {
		return here
	}
	return ""
}

// workingDir is the working directory without links, "" where it has no name.
func workingDir() string {
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	if here, err = filepath.EvalSymlinks(here); err != nil {
		return ""
	}
	return here
}

// secretPart is the first part of a path that no link may lead to, "" for
// none. File systems that ignore case make .GIT the same directory.
func secretPart(rel string) string {
	parts := strings.Split(rel, string(filepath.Separator))
	i := slices.IndexFunc(parts, func(part string) bool {
		part = strings.ToLower(part)
		return part == ".git" || strings.HasPrefix(part, ".env")
	})
	if i < 0 {
		return ""
	}
	return parts[i]
}

// nameOf names a directory.
func nameOf(dir string) string {
	if dir == workingDir() {
		return "the working directory"
	}
	return dir
}

// fromHere names a path below the working directory from there.
func fromHere(path string) string {
	rel, err := filepath.Rel(workingDir(), path)
	if err != nil || !filepath.IsLocal(rel) {
		return path
	}
	return rel
}

// CheckWrite says why a file is not written to path: a link on the way is not
// followed. The streams and pipes of the process, such as /dev/stdout, are the
// user's own.
func CheckWrite(path string) error {
	if isStream(path) {
		return nil
	}
	_, err := follow(path)
	return err
}
