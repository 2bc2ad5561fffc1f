package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// Set by the linker in releases; otherwise Go's build information says them.
var (
	version string // without a v
	commit  string
	date    string // of the commit, RFC 3339
)

// unreleased is the version of a build that knows none, as by `go run`.
const unreleased = "devel"

// build describes this binary.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Date    string `json:"date,omitempty"` // of the commit
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	// Formats are the versions of what suites and records look like.
	Formats struct {
		Suite  int `json:"suite"`
		Record int `json:"record"`
	} `json:"formats"`
}

// thisBuild describes the running program.
func thisBuild() build {
	b := build{Version: version, Commit: commit, Date: date, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	b.Formats.Suite, b.Formats.Record = suite.Format, record.Format
	if info, ok := debug.ReadBuildInfo(); ok {
		b.complete(info)
	}
	if b.Version == "" {
		b.Version = unreleased
	}
	return b
}

// tool names this binary in records and reports.
func tool() string { return "evalrun " + thisBuild().Version }

// userAgent names this binary to servers.
func userAgent() string { return "evalrun/" + version }

// complete takes what the linker did not set from Go's build information: the
// module's version with `go install …@v0.2.0`, the commit in a checkout.
func (b *build) complete(info *debug.BuildInfo) {
	if b.Version == "" && info.Main.Version != "(devel)" {
		b.Version = strings.TrimPrefix(info.Main.Version, "v")
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && b.Commit == "":
			b.Commit = s.Value
		case s.Key == "vcs.time" && b.Date == "":
			b.Date = s.Value
		}
	}
}

// String is one line, for people.
func (b build) String() string {
	var from string
	if b.Commit != "" {
		from = ", commit " + b.Commit[:min(12, len(b.Commit))]
	}
	if day, _, ok := strings.Cut(b.Date, "T"); ok {
		from += " of " + day
	}
	return fmt.Sprintf("evalrun %s (%s, %s/%s%s)", b.Version, b.Go, b.OS, b.Arch, from)
}

// newVersion is `evalrun version`: which evalrun this is.
func newVersion(s streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit, and the formats of suites and records",
		Example: `  evalrun version
  evalrun version -o json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Sprintf("version takes no arguments, found %s", strings.Join(args, " ")), "")
			}
			return writeVersion(s.out, format, thisBuild())
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`FORMAT` of the output: text or json")
	s.complete(cmd, "output", []string{"json", "text"})
	return cmd
}

func writeVersion(w io.Writer, format string, b build) error {
	switch format {
	case "text":
		_, err := fmt.Fprintln(w, b)
		return err
	case "json":
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(b)
	}
	return usage(fmt.Sprintf("version: unknown format %q, expected json or text", format), "")
}
