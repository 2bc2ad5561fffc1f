package tools

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/internal/yamlfile"
)

const (
	// maxShown bounds what an error repeats of the file, in characters.
	maxShown = 40
	// defaultTimeout is how long a check may take for one answer.
	defaultTimeout = time.Minute
	maxTimeout     = time.Hour
	// maxProcesses bounds the processes of one check.
	maxProcesses = 64
)

// File is what a file of tools names. It never changes.
type File struct {
	// Path is where the file is. Commands run in its directory.
	Path   string
	Checks map[string]*Command
}

// Command is how to run a check.
type Command struct {
	// Args are the program and its arguments; no shell reads them.
	Args []string
	// Env names the environment variables that it is given beside PATH.
	Env []string
	// Timeout bounds one answer.
	Timeout time.Duration
	// Processes is how many of it run side by side at most.
	Processes int
}

// Names lists the checks, sorted.
func (f *File) Names() []string {
	if f == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(f.Checks))
}

// Load reads a file of tools. The error is a diagnostic.List of all that is
// wrong with it, but where it is no such file.
func Load(path string, file io.Reader) (*File, error) {
	text, err := yamlfile.Text(path, file)
	if err != nil {
		return nil, err
	}
	root, err := yamlfile.Document(string(text), "checks")
	switch {
	case err != nil && len(text) > 0 && !fileKey.Match(text), err == nil && !yamlfile.Has(root, "checks"):
		return nil, fmt.Errorf("%s: it is not a file of tools, expected a map with the key `checks`", path)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r := reader{yamlfile.Reader{Name: path}}
	f := &File{Path: path, Checks: map[string]*Command{}}
	r.Members(root, "the file", func(key, value *yaml.Node) {
		if key.Value != "checks" {
			r.Problem(key, "unknown key %q, expected checks", key.Value)
			return
		}
		r.Members(value, "checks", func(key, value *yaml.Node) { f.Checks[key.Value] = r.command(key, value) })
	})
	return f, r.Problems.Err()
}

// fileKey is found in every file of tools, also in one that is no YAML.
var fileKey = regexp.MustCompile(`(?m)^[\s{]*["']?checks["']?\s*:`)

type reader struct{ yamlfile.Reader }

// keys of a command.
var keys = []string{"command", "env", "timeout", "processes"}

func (r *reader) command(name, node *yaml.Node) *Command {
	c := &Command{Timeout: defaultTimeout, Processes: 1}
	if strings.TrimSpace(name.Value) != name.Value || name.Value == "" {
		r.Problem(name, "%q is no name of a check", name.Value)
	}
	r.Members(node, "the check "+strconv.Quote(wording.Start(name.Value, maxShown)), func(key, value *yaml.Node) {
		switch key.Value {
		case "command":
			c.Args = r.texts(key, value)
			if len(c.Args) == 0 {
				r.Problem(value, "command is empty, expected the program and its arguments: [python3, grade.py]")
			}
		case "env":
			c.Env = r.env(key, value)
		case "timeout":
			c.Timeout = r.timeout(value)
		case "processes":
			c.Processes = r.processes(value)
		default:
			r.Problem(key, "unknown key %q%s", key.Value, diagnostic.MeantOrExpected(key.Value, keys))
		}
	})
	if c.Args == nil && yamlfile.Resolved(node).Kind == yaml.MappingNode && !yamlfile.Has(yamlfile.Resolved(node), "command") {
		r.Problem(name, "the check %q has no command; write `command: [python3, grade.py]`", wording.Start(name.Value, maxShown))
	}
	return c
}

// texts reads a list of text, without which nothing is guessed: a command line
// in one text would need a shell's rules.
func (r *reader) texts(key, value *yaml.Node) []string {
	value = yamlfile.Resolved(value)
	if value.Kind != yaml.SequenceNode {
		r.Problem(value, "%s is %s, expected a list: [python3, grade.py]", key.Value, yamlfile.Describe(value))
		return []string{""}
	}
	var out []string
	for _, item := range value.Content {
		item = yamlfile.Resolved(item)
		if item.Kind != yaml.ScalarNode || item.Tag == "!!null" || strings.ContainsRune(item.Value, 0) {
			r.Problem(item, "%s holds %s, expected text", key.Value, yamlfile.Describe(item))
			continue
		}
		out = append(out, item.Value)
	}
	return out
}

// credentials are environment variables that no command is given: what it says
// goes into the record and reports.
var credentials = regexp.MustCompile(`(?i)^(anthropic_(api_key|auth_token|custom_headers)|aws_.*(key|token|secret).*|google_application_credentials)$`)

func (r *reader) env(key, value *yaml.Node) []string {
	names := r.texts(key, value)
	for i, name := range names {
		switch at := yamlfile.Resolved(value); {
		case i >= len(at.Content):
		case credentials.MatchString(name):
			r.Problem(at.Content[i], "env names %s, a credential of the API, which no command is given", name)
		case strings.ContainsAny(name, "= "):
			r.Problem(at.Content[i], "env names %q, expected the name of a variable, whose value is that of this process", wording.Start(name, maxShown))
		}
	}
	return names
}

func (r *reader) timeout(value *yaml.Node) time.Duration {
	value = yamlfile.Resolved(value)
	d, err := time.ParseDuration(value.Value)
	if err != nil || d <= 0 || d > maxTimeout {
		r.Problem(value, "timeout is %s, expected a duration as 30s, of an hour at most", yamlfile.Describe(value))
		return defaultTimeout
	}
	return d
}

func (r *reader) processes(value *yaml.Node) int {
	value = yamlfile.Resolved(value)
	n, err := strconv.Atoi(value.Value)
	if err != nil || n < 1 || n > maxProcesses {
		r.Problem(value, "processes is %s, expected a whole number from 1 to %d", yamlfile.Describe(value), maxProcesses)
		return 1
	}
	return n
}

// dir is where commands run.
func (f *File) dir() string { return filepath.Dir(f.Path) }
