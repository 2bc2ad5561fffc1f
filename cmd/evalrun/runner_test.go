package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"go.yaml.in/yaml/v4"
)

// workflowStep is a step of a workflow or of an action.
type workflowStep struct {
	ID, Name, If, Uses, Run string
	With                    map[string]any
	Env                     map[string]string
	ContinueOnError         bool `yaml:"continue-on-error"`
}

// workflowFile is a workflow, or an action in the place of one.
type workflowFile struct {
	Jobs map[string]struct {
		If    string
		Steps []workflowStep
	}
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct{ Steps []workflowStep }
}

func readWorkflow(t *testing.T, path string) workflowFile {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var w workflowFile
	if err := yaml.Unmarshal(text, &w); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return w
}

// github is what lives longer than a job: caches by branch, and artifacts.
type github struct {
	caches    map[string]map[string][]byte
	artifacts map[string]map[string][]byte
	runs      int
}

// jobRun is a job of a workflow that runs as GitHub's runner runs it, as far as the
// workflows here use that.
type jobRun struct {
	t       *testing.T
	github  *github
	repo    string // this repository, which has the actions
	dir     string // the checkout
	temp    string // RUNNER_TEMP
	event   map[string]any
	context map[string]any    // github.*
	secrets map[string]string // of the repository
	env     []string
	log     bytes.Buffer
	summary string
}

// stepScope is what expressions in steps can name.
type stepScope struct {
	steps, inputs map[string]any
	action        string // the directory of the action, "" in a workflow
	failed        bool
}

var expression = regexp.MustCompile(`\$\{\{(.*?)\}\}`)

// hyphenated are names that expr would read as a difference.
var hyphenated = regexp.MustCompile(`\.(\w+(?:-\w+)+)`)

// value evaluates an expression of a workflow.
func (j *jobRun) value(s *stepScope, text string) any {
	j.t.Helper()
	secrets := map[string]any{"ANTHROPIC_API_KEY": ""}
	for name, value := range j.secrets {
		secrets[name] = value
	}
	env := map[string]any{
		"github": j.context, "secrets": secrets, "steps": s.steps, "inputs": s.inputs, "runner": map[string]any{"temp": j.temp},
		"always": func() bool { return true }, "success": func() bool { return !s.failed },
	}
	value, err := expr.Eval(hyphenated.ReplaceAllString(strings.TrimSpace(text), `["$1"]`), env)
	if err != nil {
		j.t.Fatalf("${{ %s }}: %v", text, err)
	}
	return value
}

// filled is a text with the values of its expressions.
func (j *jobRun) filled(s *stepScope, text any) string {
	return expression.ReplaceAllStringFunc(fmt.Sprint(text), func(found string) string {
		value := j.value(s, expression.FindStringSubmatch(found)[1])
		if value == nil {
			return ""
		}
		return fmt.Sprint(value)
	})
}

// wants reports whether a step runs.
func (j *jobRun) wants(s *stepScope, condition string) bool {
	switch {
	case condition == "":
		return !s.failed
	case !strings.Contains(condition, "always()") && s.failed:
		return false
	}
	yes, isBool := j.value(s, condition).(bool)
	if !isBool {
		j.t.Fatalf("if: %s is neither true nor false", condition)
	}
	return yes
}

// run runs the steps and reports whether all went well.
func (j *jobRun) run(s *stepScope, steps []workflowStep) bool {
	s.steps = map[string]any{}
	for _, step := range steps {
		s.steps[step.ID] = map[string]any{"outputs": map[string]any{}}
	}
	for _, step := range steps {
		if !j.wants(s, step.If) {
			continue
		}
		outputs, ok := j.step(s, step)
		s.steps[step.ID] = map[string]any{"outputs": outputs}
		if !ok && !step.ContinueOnError {
			s.failed = true
		}
	}
	return !s.failed
}

func (j *jobRun) step(s *stepScope, step workflowStep) (outputs map[string]any, ok bool) {
	with := map[string]any{}
	for name, value := range step.With {
		with[name] = j.filled(s, value)
	}
	action, _, _ := strings.Cut(step.Uses, "@")
	fmt.Fprintf(&j.log, "== %s%s\n", step.Name, action)
	switch action {
	case "":
		return j.command(s, step)
	case "actions/checkout":
		return nil, true
	case "actions/cache/restore":
		j.restore(with)
		return nil, true
	case "actions/cache/save":
		j.save(with)
		return nil, true
	case "actions/upload-artifact":
		j.github.artifacts[with["name"].(string)] = j.readFiles(with["path"].(string))
		return nil, true
	case "actions/download-artifact":
		files := j.github.artifacts[with["name"].(string)]
		for name, data := range files {
			j.writeFile(filepath.Join(with["path"].(string), name), data)
		}
		return nil, files != nil
	}
	sub, ours := strings.CutPrefix(action, "evalrun/evalrun")
	if !ours {
		j.t.Fatalf("no test knows the action %s", action)
	}
	return j.composite(filepath.Join(j.repo, sub), with)
}

// composite runs an action of this repository.
func (j *jobRun) composite(dir string, with map[string]any) (map[string]any, bool) {
	action := readWorkflow(j.t, filepath.Join(dir, "action.yml"))
	s := &stepScope{inputs: map[string]any{}, action: dir}
	for name, input := range action.Inputs {
		s.inputs[name] = j.filled(s, input.Default)
	}
	for name := range with {
		if _, known := action.Inputs[name]; !known {
			j.t.Errorf("%s has no input %s", dir, name)
		}
	}
	maps.Copy(s.inputs, with)
	ok := j.run(s, action.Runs.Steps)
	outputs := map[string]any{}
	for name, output := range action.Outputs {
		outputs[name] = j.filled(s, output.Value)
	}
	return outputs, ok
}

// command runs what a step says in a shell.
func (j *jobRun) command(s *stepScope, step workflowStep) (map[string]any, bool) {
	if step.Name == "Install evalrun" { // TestActionInstalls has it
		return nil, true
	}
	output := filepath.Join(j.t.TempDir(), "output")
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
	cmd.Dir = j.dir
	cmd.Env = append([]string{"GITHUB_OUTPUT=" + output, "GITHUB_ACTION_PATH=" + s.action}, j.env...)
	for name, value := range step.Env {
		cmd.Env = append(cmd.Env, name+"="+j.filled(s, value))
	}
	cmd.Stdout, cmd.Stderr = &j.log, &j.log
	err := cmd.Run()
	text, _ := os.ReadFile(output) // none where there are no outputs
	return outputsIn(string(text)), err == nil
}

// outputsIn reads what a step wrote into GITHUB_OUTPUT.
func outputsIn(text string) map[string]any {
	outputs := map[string]any{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if name, end, several := strings.Cut(lines[i], "<<"); several {
			var value []string
			for i++; i < len(lines) && lines[i] != end; i++ {
				value = append(value, lines[i])
			}
			outputs[name] = strings.Join(value, "\n")
		} else if name, value, one := strings.Cut(lines[i], "="); one {
			outputs[name] = value
		}
	}
	return outputs
}

// restore takes a cache of the branch, or else of the default branch.
func (j *jobRun) restore(with map[string]any) {
	for _, branch := range []string{fmt.Sprint(j.context["ref_name"]), "main"} {
		for key, data := range j.github.caches[branch] {
			if key == with["key"] || strings.HasPrefix(key, with["restore-keys"].(string)) {
				j.writeFile(with["path"].(string), data)
				return
			}
		}
	}
}

// save keeps a cache of the branch in the place of the last one.
func (j *jobRun) save(with map[string]any) {
	data, err := os.ReadFile(with["path"].(string))
	if err != nil {
		j.t.Fatal(err)
	}
	j.github.caches[fmt.Sprint(j.context["ref_name"])] = map[string][]byte{with["key"].(string): data}
}

func (j *jobRun) readFiles(dir string) map[string][]byte {
	entries, err := os.ReadDir(dir)
	if err != nil {
		j.t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			j.t.Fatal(err)
		}
	}
	return files
}

func (j *jobRun) writeFile(path string, data []byte) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		j.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		j.t.Fatal(err)
	}
}

// start makes the job's context of its event, and runs it.
func (j *jobRun) start(workflow, job string, event string, payload map[string]any) (ok, wanted bool) {
	j.temp = j.t.TempDir()
	j.github.runs++
	j.event = payload
	j.context = map[string]any{"event_name": event, "event": payload, "token": "ghs_test", "run_id": j.github.runs, "run_attempt": 1, "ref_name": payload["ref_name"]}
	text, err := json.Marshal(payload)
	if err != nil {
		j.t.Fatal(err)
	}
	j.writeFile(filepath.Join(j.temp, "event.json"), text)
	j.summary = filepath.Join(j.temp, "summary.md")
	j.env = append(j.env, "PATH="+os.Getenv("PATH"), "HOME="+j.temp, "RUNNER_TEMP="+j.temp, "GITHUB_EVENT_PATH="+filepath.Join(j.temp, "event.json"),
		"GITHUB_EVENT_NAME="+event, "GITHUB_STEP_SUMMARY="+j.summary, "GITHUB_REPOSITORY=shop/prompts")
	w := readWorkflow(j.t, workflow).Jobs[job]
	s := &stepScope{}
	if w.If != "" && !j.wants(s, w.If) {
		return true, false
	}
	return j.run(s, w.Steps), true
}
