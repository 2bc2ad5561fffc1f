package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/suite"
)

// What init writes, besides the schema.
var (
	//go:embed starter/first.yaml
	starterSuite []byte
	//go:embed starter/record.jsonl
	starterRecord []byte
	//go:embed starter/github starter/gitlab
	starterCI embed.FS
)

// starterFile is a file that init writes, relative to its directory.
type starterFile struct {
	name string
	text []byte
}

func suiteFiles() []starterFile {
	return []starterFile{
		{"suites/first.yaml", starterSuite},
		{"suites/record.jsonl", starterRecord},
		{"suites/suite.schema.json", suite.Schema()},
	}
}

// ciFile is a file of the starter for a CI system.
func ciFile(name, from string) starterFile {
	text, err := starterCI.ReadFile("starter/" + from)
	if err != nil {
		panic(err) // it is part of the program
	}
	return starterFile{name, text}
}

// The CI systems that init writes files for.
const (
	ciGitHub = "github"
	ciGitLab = "gitlab"
	ciNone   = "none"
)

var systems = []string{ciGitHub, ciGitLab, ciNone}

// gitlabMain is where GitLab looks for its configuration.
const gitlabMain = ".gitlab-ci.yml"

// newInit is `evalrun init`: a first suite that passes as it is.
func newInit(s streams) *cobra.Command {
	ci := ciGitHub
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a first suite with its record, its schema and a workflow for CI",
		Long: `init writes a first suite into DIR (default: here), a record that answers it,
the JSON Schema for editors, and a workflow for GitHub Actions or GitLab. With --ci a
project that has suites already gets the workflow alone. init overwrites nothing.`,
		Example: "  evalrun init\n  evalrun init --ci gitlab\n  evalrun --replay suites/record.jsonl suites",
	}
	cmd.Flags().StringVar(&ci, "ci", ciGitHub, "write the workflow of the CI `SYSTEM`: github, gitlab or none")
	s.complete(cmd, "ci", systems)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		dir := "."
		switch len(args) {
		case 0:
		case 1:
			dir = args[0]
		default:
			return usage(fmt.Sprintf("init takes one directory, found %d", len(args)), "")
		}
		if !slices.Contains(systems, ci) {
			return usage(fmt.Sprintf("--ci is %q, expected %s", ci, diagnostic.Or(systems)), "")
		}
		i := initialising{streams: s, dir: dir, ci: ci}
		i.hasSuites = cmd.Flags().Changed("ci") && i.has("suites")
		return i.write()
	}
	return cmd
}

// initialising is one `evalrun init`.
type initialising struct {
	streams
	dir, ci   string
	hasSuites bool // and so gets the workflow alone
}

func (i *initialising) has(name string) bool {
	_, err := os.Lstat(filepath.Join(i.dir, name))
	return err == nil
}

// files are what is written.
func (i *initialising) files() []starterFile {
	var files []starterFile
	if !i.hasSuites {
		files = suiteFiles()
	}
	switch i.ci {
	case ciGitHub:
		files = append(files,
			ciFile(".github/workflows/evals.yaml", "github/evals.yaml"),
			ciFile(".github/workflows/evals-comment.yaml", "github/comment.yaml"))
	case ciGitLab:
		files = append(files, ciFile(".gitlab/evals.yml", "gitlab/evals.yml"))
		if !i.has(gitlabMain) {
			files = append(files, ciFile(gitlabMain, "gitlab/gitlab-ci.yml"))
		}
	}
	return files
}

// write writes all files or, where one is there already, none.
func (i *initialising) write() error {
	files, includes := i.files(), i.ci == ciGitLab && i.has(gitlabMain)
	if err := i.check(files); err != nil {
		return err
	}
	for _, f := range files {
		if err := f.write(i.dir); err != nil {
			return usage(fmt.Sprintf("cannot write %s: %v", f.in(i.dir), err), "")
		}
		fmt.Fprintln(i.out, "wrote", safetext.Text(f.in(i.dir)))
	}
	suites := safetext.Text(filepath.Join(i.dir, "suites"))
	fmt.Fprint(i.out, "\nnext:\n")
	if !i.hasSuites {
		fmt.Fprintf(i.out, "  evalrun --replay %s %s\n      answers from the record; nothing is sent\n",
			safetext.Text(filepath.Join(i.dir, "suites", "record.jsonl")), suites)
	}
	fmt.Fprintf(i.out, "  evalrun %s\n      asks the API, with the key in ANTHROPIC_API_KEY\n", suites)
	switch {
	case includes:
		fmt.Fprintf(i.out, "  add to %s:\n      include: [{local: .gitlab/evals.yml}]\n", safetext.Text(filepath.Join(i.dir, gitlabMain)))
	case i.ci == ciGitHub:
		fmt.Fprint(i.out, "  gh secret set ANTHROPIC_API_KEY\n      has the workflow ask too; take a key with a spend limit\n")
	case i.ci == ciGitLab:
		fmt.Fprint(i.out, "  add ANTHROPIC_API_KEY to the CI/CD variables of the project\n      has the job ask too; take a key with a spend limit\n")
	}
	return nil
}

// check reports the files that cannot be written, or are there.
func (i *initialising) check(files []starterFile) error {
	var problems diagnostic.List
	for _, f := range files {
		path := f.in(i.dir)
		if _, err := os.Lstat(path); err == nil {
			problems.Add(diagnostic.Diagnostic{Message: path + " is there already; init overwrites nothing", Hint: "move it away, or name another directory"})
		} else if !errors.Is(err, fs.ErrNotExist) {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("cannot write %s: %v", path, err)})
		} else if err := namedfile.CheckWrite(path); err != nil {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("cannot write %s: %v", path, err), Hint: namedfile.Hint})
		}
	}
	return problems.Err()
}

// in gives the file's path below a directory.
func (f starterFile) in(dir string) string { return filepath.Join(dir, filepath.FromSlash(f.name)) }

// write makes the file, and only if there is none.
func (f starterFile) write(dir string) error {
	path := f.in(dir)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return namedfile.WriteNew(path, f.text)
}
