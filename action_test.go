package evalrun_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// step is a step of a workflow or an action.
type step struct {
	Name, ID, Uses, Run string
	Env                 map[string]string
}

// action is action.yml.
type action struct {
	Inputs map[string]struct {
		Description, Default string
	}
	Outputs map[string]struct {
		Description, Value string
	}
	Runs struct{ Steps []step }
}

// pinned is an action by its commit, with its version in a comment: a tag can
// be moved to other code.
var pinned = regexp.MustCompile(`^\s*(- )?uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

func TestActionsArePinned(t *testing.T) {
	files, err := filepath.Glob(".github/workflows/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows: %v", len(files), err)
	}
	for _, file := range append(files, "action.yml", "comment/action.yml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "uses: ") && !strings.HasPrefix(line, "#") && !pinned.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Errorf("%s: not pinned by its commit, with the version in a comment: %s", file, line)
			}
		}
	}
}

// The action gives its scripts the inputs that they read, takes the outputs
// that they write, and puts no input into the text of a command.
func TestActionAndScriptsAgree(t *testing.T) {
	var a action
	text := readYAML(t, "action.yml", &a)
	script, err := os.ReadFile("action/run.sh")
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("the step %q has an expression in its command: what it holds could be a command too", s.Name)
		}
		for name := range s.Env {
			given[name] = true
		}
		for _, path := range regexp.MustCompile(`\$GITHUB_ACTION_PATH/([\w./-]+)`).FindAllStringSubmatch(s.Run, -1) {
			if _, err := os.Stat(path[1]); err != nil {
				t.Errorf("the step %q: %v", s.Name, err)
			}
		}
	}
	for _, name := range regexp.MustCompile(`INPUT_[A-Z_]+`).FindAllString(string(script), -1) {
		if !given[name] {
			t.Errorf("action/run.sh reads %s, which action.yml does not set", name)
		}
	}
	for name, out := range a.Outputs {
		if want := "${{ steps.run.outputs." + name + " }}"; out.Value != want {
			t.Errorf("the output %s is %s, want %s", name, out.Value, want)
		}
		if !strings.Contains(string(script), `"`+name+"=") {
			t.Errorf("action/run.sh does not write %s", name)
		}
	}
	for name, in := range a.Inputs {
		if !strings.Contains(text, "inputs."+name+" ") {
			t.Errorf("nothing uses the input %s", name)
		}
		if in.Description == "" {
			t.Errorf("the input %s has no description", name)
		}
	}
	page, err := os.ReadFile("docs/action.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range []map[string]bool{keys(a.Inputs), keys(a.Outputs)} {
		for name := range names {
			if !strings.Contains(string(page), "| `"+name+"` |") {
				t.Errorf("docs/action.md has no row for %s", name)
			}
		}
	}
}

func keys[V any](m map[string]V) map[string]bool {
	out := map[string]bool{}
	for name := range m {
		out[name] = true
	}
	return out
}

// What the docs have people install is what the action installs.
func TestDocsNameOneVersion(t *testing.T) {
	var a action
	readYAML(t, "action.yml", &a)
	version := a.Inputs["version"].Default
	files, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?:evalrun/evalrun(?:/cmd/evalrun|/comment)?(?::|@v)|EVALRUN_VERSION(?:=|: ")|rev: v)(\d+\.\d+\.\d+)`)
	starters, err := filepath.Glob("cmd/evalrun/starter/git*/*")
	if err != nil || len(starters) == 0 {
		t.Fatalf("%d starters: %v", len(starters), err)
	}
	var comment action
	readYAML(t, "comment/action.yml", &comment)
	if got := comment.Inputs["version"].Default; got != version {
		t.Errorf("comment/action.yml installs version %s; the action installs %s", got, version)
	}
	for _, file := range append(append(files, starters...), "README.md", "action.yml", "comment/action.yml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range named.FindAllSubmatch(text, -1) {
			if string(found[1]) != version {
				t.Errorf("%s names version %s in %q; the action installs %s", file, found[1], found[0], version)
			}
		}
	}
}

// The action's first step has the steps behind it find the release, and ends
// the job where the release is not what it should be.
func TestActionInstalls(t *testing.T) {
	needs(t, "curl")
	site := newReleaseSite(t)
	var a action
	readYAML(t, "action.yml", &a)
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	install := func(sha256 string) (path string, output []byte, err error) {
		temp := t.TempDir()
		cmd := exec.Command("sh", "-c", a.Runs.Steps[0].Run)
		cmd.Env = []string{
			"PATH=" + os.Getenv("PATH"), "RUNNER_TEMP=" + temp, "GITHUB_PATH=" + filepath.Join(temp, "path"), "GITHUB_ACTION_PATH=" + root,
			"EVALRUN_RELEASES=" + site.url, "EVALRUN_VERSION=0.2.0", "EVALRUN_SHA256=" + sha256,
		}
		output, err = cmd.CombinedOutput()
		added, _ := os.ReadFile(filepath.Join(temp, "path")) // none where it failed
		return strings.TrimSuffix(string(added), "\n"), output, err
	}
	path, out, err := install("")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if said, err := exec.Command(filepath.Join(path, "evalrun"), "version").Output(); err != nil || string(said) != "evalrun 0.2.0\n" {
		t.Errorf("the program in %s says %q: %v", path, said, err)
	}
	if path, out, err := install("00"); err == nil || path != "" {
		t.Errorf("with another checksum it ended with %v, added %q to PATH and said\n%s", err, path, out)
	}
}

// Both actions install by the same step.
func TestCommentInstalls(t *testing.T) {
	var a, comment action
	readYAML(t, "action.yml", &a)
	text := readYAML(t, "comment/action.yml", &comment)
	if want := strings.Replace(a.Runs.Steps[0].Run, "/action/", "/../action/", 1); comment.Runs.Steps[0].Run != want {
		t.Errorf("comment installs by %q, want %q", comment.Runs.Steps[0].Run, want)
	}
	for name, in := range comment.Inputs {
		if in.Description == "" || !strings.Contains(text, "inputs."+name+" ") {
			t.Errorf("the input %s has no description, or nothing uses it", name)
		}
	}
}
