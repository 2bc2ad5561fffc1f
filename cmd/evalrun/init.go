package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	//go:embed starter/evals.yaml
	starterWorkflow []byte
)

// starterFile is a file that init writes, relative to its directory.
type starterFile struct {
	name string
	text []byte
}

func starterFiles() []starterFile {
	return []starterFile{
		{"suites/first.yaml", starterSuite},
		{"suites/record.jsonl", starterRecord},
		{"suites/suite.schema.json", suite.Schema()},
		{".github/workflows/evals.yaml", starterWorkflow},
	}
}

// newInit is `evalrun init`: a first suite that passes as it is.
func newInit(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a first suite with its record, its schema and a workflow for CI",
		Long: `init writes a first suite into DIR (default: here), a record that answers it,
the JSON Schema for editors, and a workflow for GitHub Actions. It overwrites
nothing.`,
		Example: "  evalrun init\n  evalrun --replay suites/record.jsonl suites",
		RunE: func(_ *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				return initialise(s, ".")
			case 1:
				return initialise(s, args[0])
			}
			return usage(fmt.Sprintf("init takes one directory, found %d", len(args)), "")
		},
	}
}

// initialise writes all files or, where one is there already, none.
func initialise(s streams, dir string) error {
	var problems diagnostic.List
	for _, f := range starterFiles() {
		path := f.in(dir)
		if _, err := os.Lstat(path); err == nil {
			problems.Add(diagnostic.Diagnostic{Message: path + " is there already; init overwrites nothing", Hint: "move it away, or name another directory"})
		} else if !errors.Is(err, fs.ErrNotExist) {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("cannot write %s: %v", path, err)})
		} else if err := namedfile.CheckWrite(path); err != nil {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("cannot write %s: %v", path, err), Hint: namedfile.Hint})
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	for _, f := range starterFiles() {
		if err := f.write(dir); err != nil {
			return usage(fmt.Sprintf("cannot write %s: %v", f.in(dir), err), "")
		}
		fmt.Fprintln(s.out, "wrote", safetext.Text(f.in(dir)))
	}
	suites := safetext.Text(filepath.Join(dir, "suites"))
	fmt.Fprintf(s.out, `
next:
  evalrun --replay %s %s
      answers from the record; nothing is sent
  evalrun %s
      asks the API, with the key in ANTHROPIC_API_KEY
`, safetext.Text(filepath.Join(dir, "suites", "record.jsonl")), suites, suites)
	return nil
}

// in gives the file's path below a directory.
func (f starterFile) in(dir string) string { return filepath.Join(dir, filepath.FromSlash(f.name)) }

// write makes the file, and only if there is none.
func (f starterFile) write(dir string) error {
	path := f.in(dir)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeNew(path, f.text)
}

// writeNew makes a file with that text; fs.ErrExist where there is one, or a
// link.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}
