package suite

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/suite/internal/root"
)

// RunSetting is a flag of a run that evalrun.yaml gives in `run`.
type RunSetting struct {
	Key    string // as it is written there
	Flag   string // without dashes
	Values []string
	at     *Value
}

// Diagnostic is a problem with the setting, at its value.
func (s *RunSetting) Diagnostic(message, hint string) diagnostic.Diagnostic {
	return s.at.Diagnostic(message, hint)
}

// runKey is a key of `run`: the flag that it sets, and its kinds.
type runKey struct {
	flag  string
	kinds []Kind
	path  func(r *root.Root, value string) (string, error) // nil where it is none
	doc   string
}

// runKeys are what `run` may say. What takes away from what fails a run is not
// among them, nor what says where requests go: a change of a suite cannot bring
// either about.
var runKeys = map[string]runKey{
	"baseline":          {"baseline", []Kind{String, List}, pathInRoot, "The records or baselines that a run is compared with, as --baseline."},
	"confirm":           {"confirm", []Kind{Number}, nil, "How often cases that dropped are asked anew on both sides, as --confirm."},
	"until_decided":     {"until-decided", []Kind{Bool}, nil, "Whether the run ends once the comparison is decided, as --until-decided."},
	"alpha":             {"alpha", []Kind{Number}, nil, "The level of the tests, as --alpha."},
	"margin":            {"margin", []Kind{Number}, nil, "The drop that does not matter, as --margin."},
	"max_newly_failing": {"max-newly-failing", []Kind{Number}, nil, "How many cases may be newly failing, as --max-newly-failing."},
	"require":           {"require", []Kind{String, List}, nil, "Conditions over both sides, as --require."},
	"repeat":            {"repeat", []Kind{Number}, nil, "How often every case is asked, over what suites say, as --repeat."},
	"outputs":           {"output", []Kind{String, List}, outputInRoot, "The reports that are written, as -o; paths are relative to this file."},
	"max_cost":          {"max-cost", []Kind{Number}, nil, "The bound of money in dollars, as --max-cost; of two bounds the lower holds."},
	"fail_on":           {"fail-on", []Kind{String, List}, nil, "What fails the run as well, as --fail-on."},
	"concurrency":       {"concurrency", []Kind{Number, String}, nil, "How many requests are under way at once, as -j."},
	"rpm":               {"rpm", []Kind{Number}, nil, "Requests a minute for each model, as --rpm."},
	"tpm":               {"tpm", []Kind{Number}, nil, "Tokens a minute for each model, as --tpm."},
	"retry_for":         {"retry-for", []Kind{String}, nil, "How long a failed request is tried again, as --retry-for."},
	"timeout":           {"timeout", []Kind{String}, nil, "The bound of one attempt, over what suites say, as --timeout."},
	"stream":            {"stream", []Kind{Bool}, nil, "Whether every answer is asked for as a stream, as --stream."},
}

// RunSettings gives what the evalrun.yaml of the paths' root sets for a run, sorted
// by key. Root is as in Options. The error, a diagnostic.List, has all that is
// wrong with it; what is wrong with the paths and the rest of the file is left
// to Load.
func RunSettings(paths []string, rootDir string) ([]RunSetting, error) {
	l := &loader{opts: Options{Root: rootDir}, roots: map[string]*root.Root{}, defaults: map[*root.Root]*layer{}, set: &Set{}}
	var out []RunSetting
	var found *Value
	var diags diagnostic.List
	seen := map[string]bool{}
	for _, p := range paths {
		dir := p
		if info, err := os.Stat(p); err != nil {
			continue
		} else if !info.IsDir() {
			dir = filepath.Dir(p)
		}
		r, _, ok := l.rootOf(dir, p)
		if !ok || seen[r.Real] {
			continue
		}
		seen[r.Real] = true
		run := layers{l.rootDefaults(r)}.setting("run")
		switch {
		case run == nil:
		case found != nil:
			diags.Add(run.Diagnostic("the suites have two roots with `run`, and a run is one", "name suites of one of them, or bound all with --root"))
		default:
			found = run
			out = readRun(r, run, &diags)
		}
	}
	return out, diags.Err()
}

// readRun reads the settings of a root's evalrun.yaml.
func readRun(r *root.Root, run *Value, diags *diagnostic.List) []RunSetting {
	var out []RunSetting
	for _, m := range run.Members {
		key, ok := runKeys[m.Key]
		if !ok {
			diags.Add(unknownRunKey(m))
			continue
		}
		if m.Value.Kind == Null {
			continue
		}
		s := RunSetting{Key: m.Key, Flag: key.flag, at: m.Value}
		values := []*Value{m.Value}
		if m.Value.Kind == List && slices.Contains(key.kinds, List) {
			values = m.Value.Items
		}
		for _, v := range values {
			if !slices.Contains(key.kinds, v.Kind) || v.Kind == List {
				diags.Add(v.Diagnostic(fmt.Sprintf("%s is %s, which it cannot be", m.Key, v.Describe()), key.doc))
				continue
			}
			text := v.Text
			if key.path != nil {
				var err error
				if text, err = key.path(r, text); err != nil {
					diags.Add(v.Diagnostic(fmt.Sprintf("%s: %v", m.Key, err), "paths in "+defaultsFile+" are relative to it and inside its directory"))
					continue
				}
			}
			s.Values = append(s.Values, text)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b RunSetting) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// unknownRunKey is the problem of a key that `run` does not take.
func unknownRunKey(m Member) diagnostic.Diagnostic {
	names := slices.Sorted(maps.Keys(runKeys))
	hint := "it takes " + strings.Join(names, ", ")
	spelled := strings.ReplaceAll(strings.TrimLeft(m.Key, "-"), "-", "_")
	switch near := diagnostic.Nearest(spelled, names); {
	case slices.Contains([]string{"allow", "max_errors"}, spelled):
		hint = "what tolerates failures is a flag of the run: a change of a suite must not turn a red build green"
	case slices.Contains([]string{"base_url", "api_key", "auth_token", "key", "url", "api_version", "insecure_http", "env", "command", "tools", "record"}, spelled):
		hint = "where requests go, with which key and what runs is for flags and the environment, and never for a file beside suites"
	case near != "":
		hint = "did you mean `" + near + "`?"
	}
	return m.Diagnostic(diagnostic.Quote(m.Key)+" is not a key of run", hint)
}

// pathInRoot gives a path of the file as the working directory has it.
func pathInRoot(r *root.Root, value string) (string, error) {
	rel, err := r.Resolve(".", value)
	if err == nil {
		err = r.Writable(rel)
	}
	if err != nil {
		return "", err
	}
	return r.Show(rel), nil
}

// outputInRoot gives FORMAT=PATH with the path as the working directory has it.
func outputInRoot(r *root.Root, value string) (string, error) {
	format, file, ok := strings.Cut(value, "=")
	if !ok || file == "-" {
		return value, nil
	}
	shown, err := pathInRoot(r, file)
	if err == nil && slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(path.Ext(file))) {
		err = fmt.Errorf("%s would take the place of what suites are read from", file)
	}
	return format + "=" + shown, err
}

// runSchema is the JSON Schema of `run`.
func runSchema() node {
	properties := node{}
	for name, k := range runKeys {
		var types []any
		for _, kind := range k.kinds {
			types = append(types, map[Kind]string{String: "string", Number: "number", Bool: "boolean", List: "array"}[kind])
		}
		property := node{"description": k.doc, "type": types}
		if slices.Contains(k.kinds, List) {
			property["items"] = node{"type": "string"}
		}
		properties[name] = property
	}
	return node{"title": "what a run is given", "type": "object", "properties": properties, "additionalProperties": false}
}
