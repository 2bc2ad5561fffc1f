package main

import (
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
)

// runFlags are the flags of a run.
type runFlags struct {
	suiteFlags
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
	batch     bool
	submit    bool      // the command submit, and no flag
	failed    *failures // of a watch; nil without one
	baseline  baselineFlags
	verdict   verdictFlags
}

func (f *runFlags) bind(flags *pflag.FlagSet) {
	inGroup(flags, "What is shown", func(flags *pflag.FlagSet) {
		flags.StringArrayVarP(&f.outputs, "output", "o", nil, outputFlag+diagnostic.Or(formatNames()))
		flags.BoolVar(&f.wide, "wide", false, wideFlag)
		flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on stderr")
		f.bindLog(flags)
		flags.BoolVar(&f.dryRun, "dry-run", false, "print the JSON of each case's request, one a line, and send nothing")
		flags.BoolVar(&f.watch, "watch", false, "run again whenever a file that the suites read was saved; what it does not touch is not asked again")
	})
	inGroup(flags, "Records", f.records.bind)
	f.suiteFlags.bind(flags)
	inGroup(flags, "How it is asked", func(flags *pflag.FlagSet) {
		f.target.bind(flags)
		f.pace.bind(flags)
		if !f.submit {
			flags.BoolVar(&f.batch, "batch", false, batchFlag)
		}
		flags.DurationVar(&f.timeout, "timeout", 0, "bound of one attempt, a `DURATION`, over what suites say (default 10m)")
		flags.BoolVar(&f.stream, "stream", false, "ask for every answer as a stream, where the case does not say; measures ttft and tokens_per_second")
		flags.BoolVar(&f.stopEarly, "stop-early", false, "end a case's samples as soon as its verdict is decided")
	})
	inGroup(flags, "What fails the run", func(flags *pflag.FlagSet) {
		f.verdict.bind(flags)
		f.baseline.bind(flags)
	})
}

// targetFlags say where requests go.
type targetFlags struct {
	endpoint.Options
	apiVersion string
}

func (f *targetFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.Platform, "platform", "", "the cloud `NAME` is asked in the place of the API: bedrock, aws, vertex or foundry, with its usual variables (docs/platforms.md)")
	flags.StringVar(&f.BaseURL, "base-url", "", "`URL` of the API (default $ANTHROPIC_BASE_URL, else https://api.anthropic.com)")
	flags.BoolVar(&f.InsecureHTTP, "insecure-http", false, "send the key over http:// to another machine, unencrypted")
	flags.StringArrayVar(&f.Headers, endpoint.HeaderFlag, nil, "`NAME=VALUE` is a header of every request, beside those of $ANTHROPIC_CUSTOM_HEADERS; =$VAR takes the value from the environment, where no process list shows it; repeatable")
	flags.StringVar(&f.apiVersion, "api-version", "", "`VERSION` in the anthropic-version header where a suite says none (default 2023-06-01)")
}

// environment gives an environment variable; an empty one is none.
func environment(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
