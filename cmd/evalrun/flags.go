package main

import (
	"os"
	"time"

	"github.com/spf13/pflag"
)

// runFlags are the flags of a run.
type runFlags struct {
	suiteFlags
	target    targetFlags
	records   recordFlags
	pace      paceFlags
	outputs   []string
	timeout   time.Duration
	stream    bool
	stopEarly bool
	quiet     bool
	wide      bool
	dryRun    bool
	watch     bool
	baseline  baselineFlags
	verdict   verdictFlags
}

func (f *runFlags) bind(flags *pflag.FlagSet) {
	f.suiteFlags.bind(flags)
	f.target.bind(flags)
	f.records.bind(flags)
	f.pace.bind(flags)
	f.baseline.bind(flags)
	f.verdict.bind(flags)
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, outputFlag+orList(formatNames()))
	flags.BoolVar(&f.wide, "wide", false, wideFlag)
	flags.DurationVar(&f.timeout, "timeout", 0, "bound of one attempt, over what suites say (default 10m)")
	flags.BoolVar(&f.stream, "stream", false, "ask for every answer as a stream, where the case does not say; measures ttft and tokens_per_second")
	flags.BoolVar(&f.stopEarly, "stop-early", false, "end a case's samples as soon as its verdict is decided")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the JSON of each case's request, one a line, and send nothing")
	flags.BoolVar(&f.watch, "watch", false, "run again whenever a file was saved; what it does not touch is answered from the record")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on stderr")
}

// targetFlags say where requests go.
type targetFlags struct {
	baseURL    string
	apiVersion string
}

func (f *targetFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.baseURL, "base-url", "", "the API's address (default $ANTHROPIC_BASE_URL, else https://api.anthropic.com)")
	flags.StringVar(&f.apiVersion, "api-version", "", "the anthropic-version header where a suite says none (default 2023-06-01)")
}

// environment gives an environment variable; an empty one is none.
func environment(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
