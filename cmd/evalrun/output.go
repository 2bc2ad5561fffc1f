package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/diagnostic"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/summary"
)

// output is a report and where it goes; path "-" is stdout.
type output struct {
	format, path string
}

// formats are the reports by name, sorted by it.
var formats = []struct {
	name  string
	write func(w io.Writer, s streams, run *summary.Run) error
}{
	{"junit", func(w io.Writer, _ streams, run *summary.Run) error { return reporters.JUnit(w, run) }},
	{"table", func(w io.Writer, s streams, run *summary.Run) error {
		return reporters.Table(w, run, reporters.TableOptions{Width: width(w), Colour: s.colour(w)})
	}},
}

// String writes the output as its flag does.
func (o output) String() string { return o.format + "=" + o.path }

// parseOutputs reads the -o flags. Without an output on stdout the table goes
// there.
func parseOutputs(flags []string) ([]output, error) {
	var out []output
	var problems diagnostic.List
	taken := map[string]string{}
	for _, flag := range flags {
		o := output{path: "-"}
		var hasPath bool
		o.format, o.path, hasPath = strings.Cut(flag, "=")
		if !hasPath {
			o.path = "-"
		}
		switch place := filepath.Clean(o.path); {
		case !slices.Contains(formatNames(), o.format):
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("-o %s: unknown format %q, expected %s", flag, o.format, strings.Join(formatNames(), " or "))})
		case o.path == "":
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("-o %s: the path is empty", flag)})
		case taken[place] != "":
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("-o %s: the report %s goes to the same place", flag, taken[place])})
		default:
			taken[place] = o.format
			out = append(out, o)
		}
	}
	if taken["-"] == "" {
		out = append(out, output{"table", "-"})
	}
	return out, problems.Err()
}

func formatNames() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// write writes the report; a file is written whole or not at all.
func (o output) write(s streams, run *summary.Run) error {
	i := slices.Index(formatNames(), o.format)
	write := func(w io.Writer) error { return formats[i].write(w, s, run) }
	if o.path == "-" {
		return write(s.out)
	}
	return reporters.WriteFile(o.path, write)
}
