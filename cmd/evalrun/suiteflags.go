package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// suiteFlags say which suites there are, which of their cases are asked, and
// whom; check and run share them.
type suiteFlags struct {
	target   targetFlags
	root     string
	against  string // a commit; "" for none
	logLevel string
	repeat   int
	explore  bool
	models   []string
	vars     []string
	set      []string
	env      []string
	prices   string
	tools    string
	free     []string
	choice   choiceFlags
	given    func(flag string) bool // on the command line
	inputs   *suite.Inputs          // what the suites were read from; nil until then
	outside  suite.ToolSource       // of tools that suites take; nil where none may
}

// choiceFlags say which cases are asked.
type choiceFlags struct {
	names, tags []string
	where       string
	failed      string
	shard       string
	pick        int
	seed        uint64
}

func (f *suiteFlags) bind(flags *pflag.FlagSet) {
	inGroup(flags, "Which cases are asked", f.choice.bind)
	inGroup(flags, "What is asked", f.bindAsked)
	f.given = flags.Changed
}

func (f *suiteFlags) bindAsked(flags *pflag.FlagSet) {
	flags.StringVar(&f.root, "root", "", "`DIR` that bounds what suites may read (default: the nearest parent with evalrun.yaml or .git)")
	flags.StringVar(&f.against, "against", "", againstFlag)
	flags.IntVar(&f.repeat, "repeat", 0, "ask every case `N` times, over what suites say; the share that must pass stays")
	flags.StringSliceVar(&f.models, "model", nil, "run the models `A,B` side by side, in place of a matrix's axis model")
	flags.StringArrayVar(&f.set, "set", nil, "`FIELD=VALUE` sets a request field over all others, pinned or not; repeatable")
	flags.StringArrayVar(&f.vars, "var", nil, "`NAME=VALUE` sets a variable over all others; repeatable")
	flags.StringArrayVar(&f.env, "env", nil, "templates may read the environment variable `NAME`, as env.NAME; repeatable")
	flags.BoolVar(&f.explore, "explore", false, "allow cases without assertions")
	flags.StringVar(&f.prices, "prices", "", "a YAML `FILE` of prices, in place of or beside the built-in ones (docs/prices.md)")
	flags.StringVar(&f.tools, "tools", "", "the `FILE` that names the checks by command and the tools which suites may ask for; nothing else runs a command (docs/checks.md, docs/tools.md)")
	flags.StringArrayVar(&f.free, "assume-free", nil, "count what a request's `MEMBER` costs beyond its own text as nothing, where nothing bounds it (docs/prices.md); repeatable")
}

func (f *suiteFlags) bindLog(flags *pflag.FlagSet) {
	flags.StringVar(&f.logLevel, "log-level", defaultLogLevel, "log to stderr from this `LEVEL` on: debug, info, warn or error")
}

func (f *choiceFlags) bind(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.names, "case", nil, "ask only cases whose names match `GLOB`; repeatable")
	flags.StringArrayVar(&f.tags, "tag", nil, "ask only cases with the `TAG`, or with another that is named; repeatable")
	flags.StringVar(&f.where, "where", "", "ask only cases for which `EXPR` over name, suite, tags, vars and variant is true")
	flags.StringVar(&f.failed, "failed", "", "ask only cases that did not pass in the record `FILE`; without =FILE in the last run's")
	flags.Lookup("failed").NoOptDefVal = defaultRecord
	flags.StringVar(&f.shard, "shard", "", "ask part I of N of the cases, as `I/N`")
	flags.IntVar(&f.pick, "pick", 0, "ask `N` cases, drawn at random; the seed is printed")
	flags.Uint64Var(&f.seed, "seed", 0, "`SEED` of --pick (default: a new one)")
}

// options reads the flags as the loader takes them.
func (f *suiteFlags) options() (suite.Options, error) {
	var problems diagnostic.List
	opts := suite.Options{
		Root: f.root, Repeat: f.repeat, Models: f.models, AssertOptional: f.explore,
		Vars: settings("--var", f.vars, &problems),
		Set:  settings("--set", f.set, &problems),
		Env:  f.environment(&problems),
	}
	for _, m := range f.models {
		if strings.TrimSpace(m) == "" || strings.ContainsAny(m, " \t=") {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--model %q is not a model ID", m)})
		}
	}
	for flag, n := range map[string]int{"repeat": f.repeat, "pick": f.choice.pick} {
		if f.given(flag) && n < 1 {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--%s is %d, expected at least 1", flag, n)})
		}
	}
	if f.repeat > suite.MaxRepeat {
		problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--repeat is %d, expected at most %d", f.repeat, suite.MaxRepeat)})
	}
	opts.Choice = f.choice.read(&problems)
	return opts, problems.Err()
}

// neverSecret is why suites are given no credential.
const neverSecret = "; what a suite reads is sent, recorded and shown"

// settings reads NAME=VALUE flags.
func settings(flag string, values []string, problems *diagnostic.List) []suite.Setting {
	var out []suite.Setting
	for _, v := range values {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("%s %s: expected NAME=VALUE", flag, v)})
			continue
		}
		if safetext.FindKey(value) >= 0 {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("%s %s: its value holds what looks like an API key%s", flag, name, neverSecret)})
			continue
		}
		out = append(out, suite.Setting{Name: name, Value: value})
	}
	return out
}

// credentialWords are parts of the names of variables that hold credentials.
var credentialWords = []string{
	"KEY", "TOKEN", "SECRET", "PASS", "PWD", "CRED", "AUTH", "COOKIE", "SESSION", "PRIVATE", "BEARER", "JWT", "DSN", "WEBHOOK", "PWORD", "CONNECTION_STRING", "CONNSTR", "CONN_STR",
}

// credentialNames are whole words of such names.
var credentialNames = []string{"PAT", "OTP", "PIN", "SIGNATURE", "SIG", "SAS", "HMAC", "SALT"}

func isCredential(name string) bool {
	name = strings.ToUpper(name)
	if slices.ContainsFunc(strings.Split(name, "_"), func(word string) bool { return slices.Contains(credentialNames, word) }) {
		return true
	}
	name = strings.ReplaceAll(name, "AUTHOR", "") // as in GIT_AUTHOR_NAME
	return slices.ContainsFunc(credentialWords, func(w string) bool { return strings.Contains(name, w) })
}

// passwordInURL is found in addresses such as that of a database.
var passwordInURL = regexp.MustCompile(`//[^/\s:@]*:[^/\s@]+@`)

// holdsCredential reports whether a value holds one, be it of those that are
// known, whatever its variable is called.
func holdsCredential(value string, known []string) bool {
	return passwordInURL.MatchString(value) || safetext.FindKey(value) >= 0 || slices.ContainsFunc(known, func(secret string) bool {
		return len(secret) >= 8 && strings.Contains(value, secret)
	})
}

// environment reads the variables that --env names.
func (f *suiteFlags) environment(problems *diagnostic.List) map[string]string {
	out := map[string]string{}
	known := endpoint.Credentials(f.target.Headers)
	for _, name := range f.env {
		value, ok := os.LookupEnv(name)
		switch {
		case isCredential(name):
			problems.Add(diagnostic.Diagnostic{
				Message: fmt.Sprintf("--env %s: the name looks like that of a credential%s", name, neverSecret),
				Hint:    "a variable of another name may be read, or `--var NAME=VALUE` gives the value",
			})
		case !ok:
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--env %s: the variable is not set", name)})
		case holdsCredential(value, known):
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--env %s: its value holds a password or the API key%s", name, neverSecret)})
		default:
			out[name] = value
		}
	}
	return out
}

// read gives the choice that the flags make.
func (f *choiceFlags) read(problems *diagnostic.List) suite.Choice {
	c := suite.Choice{Names: f.names, Tags: f.tags, Where: f.where, Pick: f.pick, Seed: f.seed}
	if f.pick > 0 && f.seed == 0 {
		c.Seed = rand.Uint64N(1 << 32)
		f.seed = c.Seed
	}
	if f.shard != "" {
		c.Shard, c.Shards = readShard(f.shard, problems)
	}
	if f.failed != "" {
		var err error
		if c.Recorded, err = notPassed(f.failed); err != nil {
			problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--failed: %v", fileError(err)), Hint: linkHint(err, "")})
		}
	}
	return c
}

// line describes the choice in the record; nil where all cases are chosen.
func (f *choiceFlags) line() *record.Choice {
	var by []string
	for _, name := range f.names {
		by = append(by, "--case "+name)
	}
	for _, tag := range f.tags {
		by = append(by, "--tag "+tag)
	}
	if f.where != "" {
		by = append(by, "--where "+f.where)
	}
	if f.failed != "" {
		by = append(by, "--failed")
	}
	if f.pick > 0 {
		by = append(by, fmt.Sprintf("--pick %d", f.pick))
	}
	if len(by) == 0 {
		return nil
	}
	return &record.Choice{By: by, Seed: f.seed}
}

// shardOf is i and n of --shard; nil where it is not given.
func (f *choiceFlags) shardOf() []int {
	if f.shard == "" {
		return nil
	}
	shard, shards := readShard(f.shard, new(diagnostic.List))
	return []int{shard, shards}
}

// isPart reports whether the run asks one of several parts.
func (f *choiceFlags) isPart() bool {
	shard := f.shardOf()
	return len(shard) == 2 && shard[1] > 1
}

// readShard reads I/N.
func readShard(value string, problems *diagnostic.List) (shard, shards int) {
	i, n, _ := strings.Cut(value, "/")
	shard, errI := strconv.Atoi(i)
	shards, errN := strconv.Atoi(n)
	if errI != nil || errN != nil || shard < 1 || shard > shards {
		problems.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--shard is %q, expected I/N with 1 ≤ I ≤ N, such as 2/5", value)})
		return 0, 0
	}
	return shard, shards
}
