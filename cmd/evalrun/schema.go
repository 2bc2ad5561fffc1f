package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/suite"
)

// newSchema is `evalrun schema`: the JSON Schema of what users write.
func newSchema(s streams) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "schema [suite|defaults]",
		Short: "Print the JSON Schema of a suite, or of evalrun.yaml",
		Long: `schema prints the JSON Schema (draft 2020-12) of a suite, or with defaults that
of evalrun.yaml, for completion and checks in editors. An editor that runs
yaml-language-server takes it from a suite's first line:

  # yaml-language-server: $schema=suite.schema.json`,
		Example: `  evalrun schema -o suites/suite.schema.json
  evalrun schema defaults -o evalrun.schema.json`,
		ValidArgs: []string{"suite", "defaults"},
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := schemaOf(args)
			if err != nil {
				return err
			}
			return writeSchema(s, path, text)
		},
	}
	cmd.Flags().StringVarP(&path, "output", "o", "-", "write to `FILE`; - is stdout")
	return cmd
}

// schemaOf gives the schema that the arguments name.
func schemaOf(args []string) ([]byte, error) {
	switch {
	case len(args) == 0, len(args) == 1 && args[0] == "suite":
		return suite.Schema(), nil
	case len(args) == 1 && args[0] == "defaults":
		return suite.DefaultsSchema(), nil
	}
	return nil, usage(fmt.Sprintf("schema takes suite or defaults, found %s", strings.Join(args, " ")), "")
}

func writeSchema(s streams, path string, text []byte) error {
	write := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	if path == "-" {
		return write(s.out)
	}
	if err := refuseLink("cannot write the schema", path); err != nil {
		return err
	}
	if err := s.file(path, write); err != nil {
		return usage(err.Error(), "")
	}
	return nil
}
