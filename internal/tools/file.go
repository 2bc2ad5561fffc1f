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
	"sync"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/internal/yamlfile"
)

const (
	// maxShown bounds what an error repeats of the file, in characters.
	maxShown = 40
	// defaultTimeout is how long a check may take for one answer, and a tool for
	// one call.
	defaultTimeout = time.Minute
	maxTimeout     = time.Hour
	// maxProcesses bounds the processes of one entry.
	maxProcesses = 64
	// toolProcesses is how many processes of a tool, or of a server of each sample,
	// run side by side where nothing is said.
	toolProcesses = 8
)

// File is what a file of tools names. It never changes.
type File struct {
	// Path is where the file is. Commands run in its directory.
	Path    string
	Checks  map[string]*Command
	Tools   map[string]*Tool
	Servers map[string]*Server
}

// Command is how to run a program.
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

// Tool is a tool that a command runs, once for each call.
type Tool struct {
	Command
	Description string
	// Schema is the input_schema as JSON; nil where suites are to define the tool.
	Schema []byte
}

// Names lists the checks, sorted.
func (f *File) Names() []string {
	if f == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(f.Checks))
}

// kinds are the keys of a file.
var kinds = []string{"checks", "tools", "servers"}

// Load reads a file of tools. The error is a diagnostic.List of all that is
// wrong with it, but where it is no such file.
func Load(path string, file io.Reader) (*File, error) {
	text, err := yamlfile.Text(path, file)
	if err != nil {
		return nil, err
	}
	root, err := yamlfile.Document(string(text), kinds[0])
	switch {
	case err != nil && len(text) > 0 && !fileKey.Match(text), err == nil && !yamlfile.Has(root, kinds...):
		return nil, fmt.Errorf("%s: it is not a file of tools, expected a map with the key %s", path, quotedOr(kinds))
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r := reader{yamlfile.Reader{Name: path}}
	return r.file(path, root), r.Problems.Err()
}

// fileKey is found in every file of tools, also in one that is no YAML.
var fileKey = regexp.MustCompile(`(?m)^[\s{]*["']?(` + strings.Join(kinds, "|") + `)["']?\s*:`)

// quotedOr joins keys: `checks`, `tools` or `servers`.
func quotedOr(keys []string) string {
	last := len(keys) - 1
	return "`" + strings.Join(keys[:last], "`, `") + "` or `" + keys[last] + "`"
}

type reader struct{ yamlfile.Reader }

func (r *reader) file(path string, root *yaml.Node) *File {
	f := &File{Path: path, Checks: map[string]*Command{}, Tools: map[string]*Tool{}, Servers: map[string]*Server{}}
	names := map[string]bool{}
	taken := func(key *yaml.Node) {
		if names[key.Value] {
			r.Problem(key, "%s is the name of a tool and of a server, so that tools_from could mean either", quoted(key))
		}
		names[key.Value] = true
	}
	r.Members(root, "the file", func(key, value *yaml.Node) {
		switch key.Value {
		case "checks":
			r.Members(value, "checks", func(key, value *yaml.Node) { f.Checks[key.Value] = r.check(key, value) })
		case "tools":
			r.Members(value, "tools", func(key, value *yaml.Node) {
				taken(key)
				f.Tools[key.Value] = r.tool(key, value)
			})
		case "servers":
			r.Members(value, "servers", func(key, value *yaml.Node) {
				taken(key)
				f.Servers[key.Value] = r.server(key, value)
			})
		default:
			r.Problem(key, "unknown key %q%s", key.Value, diagnostic.MeantOrExpected(key.Value, kinds))
		}
	})
	return f
}

// entryKeys reads the values of an entry, by key.
type entryKeys map[string]func(key, value *yaml.Node)

// entry reads an entry. kind is what it is, such as a check.
func (r *reader) entry(name, node *yaml.Node, kind string, keys entryKeys) {
	if strings.TrimSpace(name.Value) != name.Value || name.Value == "" {
		r.Problem(name, "%q is no name of a %s", name.Value, kind)
	}
	r.Members(node, "the "+kind+" "+quoted(name), func(key, value *yaml.Node) {
		if read := keys[key.Value]; read != nil {
			read(key, value)
			return
		}
		r.Problem(key, "unknown key %q%s", key.Value, diagnostic.MeantOrExpected(key.Value, slices.Sorted(maps.Keys(keys))))
	})
}

// lacks reports whether an entry is a map without a key.
func lacks(node *yaml.Node, key string) bool {
	node = yamlfile.Resolved(node)
	return node.Kind == yaml.MappingNode && !yamlfile.Has(node, key)
}

func quoted(name *yaml.Node) string { return strconv.Quote(wording.Start(name.Value, maxShown)) }

// command are the keys of a command.
func (r *reader) command(c *Command) entryKeys {
	return entryKeys{
		"command": func(key, value *yaml.Node) {
			if c.Args = r.texts(key, value); len(c.Args) == 0 {
				r.Problem(value, "command is empty, expected the program and its arguments: [python3, grade.py]")
			}
		},
		"env":       func(key, value *yaml.Node) { c.Env = r.env(key, value) },
		"timeout":   func(_, value *yaml.Node) { c.Timeout = r.timeout(value) },
		"processes": func(_, value *yaml.Node) { c.Processes = r.processes(value) },
	}
}

func (r *reader) check(name, node *yaml.Node) *Command {
	c := &Command{Timeout: defaultTimeout, Processes: 1}
	r.entry(name, node, "check", r.command(c))
	if lacks(node, "command") {
		r.Problem(name, "the check %s has no command; write `command: [python3, grade.py]`", quoted(name))
	}
	return c
}

// apiName is what the API takes as the name of a tool.
var apiName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`) })

func (r *reader) tool(name, node *yaml.Node) *Tool {
	t := &Tool{Command: Command{Timeout: defaultTimeout, Processes: toolProcesses}}
	keys := r.command(&t.Command)
	keys["description"] = func(key, value *yaml.Node) { t.Description = r.text(key, value) }
	keys["input_schema"] = func(_, value *yaml.Node) { t.Schema = r.schema(value) }
	r.entry(name, node, "tool", keys)
	if !apiName().MatchString(name.Value) {
		r.Problem(name, "%s is no name of a tool: the API takes letters, digits, _ and -, 128 at most", quoted(name))
	}
	if lacks(node, "command") {
		r.Problem(name, "the tool %s has no command; write `command: [python3, weather.py]`", quoted(name))
	}
	return t
}

// text reads one text.
func (r *reader) text(key, value *yaml.Node) string {
	if value = yamlfile.Resolved(value); value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
		r.Problem(value, "%s is %s, expected text", key.Value, yamlfile.Describe(value))
		return ""
	}
	return value.Value
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
var credentials = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(anthropic_(api_key|auth_token|custom_headers)|aws_.*(key|token|secret).*|google_application_credentials)$`)
})

func (r *reader) env(key, value *yaml.Node) []string {
	names := r.texts(key, value)
	for i, name := range names {
		switch at := yamlfile.Resolved(value); {
		case i >= len(at.Content):
		case credentials().MatchString(name):
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
