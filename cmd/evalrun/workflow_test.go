package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// project is a small repository with what init wrote, on a fake GitHub and beside a
// fake API.
type project struct {
	t        *testing.T
	dir      string
	repo     string // evalrun's
	github   *github
	api      *fakeapi.Server
	apiURL   string
	comments *pullRequest
}

// edited is the suite with another question about capitals, and its answers.
const edited = "Name the capital of {{ country }}, and nothing else."

func newProject(t *testing.T, ci string) *project {
	t.Helper()
	for _, program := range []string{"bash", "jq", "curl", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("workflows need %s, which is not installed", program)
		}
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]fakeapi.Answer{
		"Name the capital of France, and nothing else.": {Text: "Paris"},
		"Name the capital of Japan, and nothing else.":  {Text: "Tokyo"},
		"Which city is the capital of France?":          {Text: "London"},
		"Which city is the capital of Japan?":           {Text: "Tokyo"},
	}
	for question, answer := range starterAnswers {
		answers[question] = answer
	}
	p := &project{
		t: t, dir: t.TempDir(), repo: repo, github: &github{caches: map[string]map[string][]byte{}, artifacts: map[string]map[string][]byte{}},
		api: fakeapi.New(fakeapi.Options{Script: fakeapi.Replies(answers)}), comments: &pullRequest{t: t},
	}
	p.apiURL = p.api.Start(t)
	p.git("init", "-q", "-b", "main")
	var out bytes.Buffer
	if code := run([]string{"init", "--ci", ci, p.dir}, nil, &out, &out); code != exitOK {
		t.Fatalf("init: exit %d:\n%s", code, out.String())
	}
	p.git("add", ".")
	p.git("commit", "-qm", "Evaluate our prompts")
	return p
}

func (p *project) git(args ...string) {
	p.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	cmd.Dir = p.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// branch begins a branch from main, on which a text of the suite is another one.
func (p *project) branch(name, old, new string) {
	p.t.Helper()
	p.git("checkout", "-qb", name, "main")
	suite := filepath.Join(p.dir, "suites/first.yaml")
	text, err := os.ReadFile(suite)
	if err != nil {
		p.t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		p.t.Fatalf("the suite has no %q", old)
	}
	if err := os.WriteFile(suite, bytes.ReplaceAll(text, []byte(old), []byte(new)), 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.git("commit", "-qam", name)
}

// evaluate runs the workflow as the event of a branch, and gives how it ended, how
// many requests it sent and its log.
func (p *project) evaluate(event, ref, key string) (ok bool, requests int, log string) {
	p.t.Helper()
	before := p.api.Counts().Requests
	j := &jobRun{
		t: p.t, github: p.github, repo: p.repo, dir: p.dir,
		secrets: map[string]string{"ANTHROPIC_API_KEY": key}, env: []string{"ANTHROPIC_BASE_URL=" + p.apiURL},
	}
	ok, _ = j.start(filepath.Join(p.dir, ".github/workflows/evals.yaml"), "evals", event, map[string]any{
		"ref_name": ref, "repository": map[string]any{"default_branch": "main"},
	})
	return ok, p.api.Counts().Requests - before, j.log.String()
}

// comment runs the workflow that comments on the pull request of the last run.
func (p *project) comment() (log string) {
	p.t.Helper()
	server := httptest.NewServer(p.comments)
	defer server.Close()
	j := &jobRun{t: p.t, github: p.github, repo: p.repo, dir: p.t.TempDir(), env: []string{"GITHUB_API_URL=" + server.URL}}
	ok, wanted := j.start(filepath.Join(p.dir, ".github/workflows/evals-comment.yaml"), "comment", "workflow_run", map[string]any{
		"workflow_run": map[string]any{
			"event": "pull_request", "id": 7, "head_sha": "abc", "head_branch": "feature/ä", "html_url": "https://github.com/shop/prompts/actions/runs/7",
			"head_repository": map[string]any{"owner": map[string]any{"login": "contributor"}},
		},
	})
	if !ok || !wanted {
		p.t.Errorf("the comment failed:\n%s", j.log.String())
	}
	return j.log.String()
}

// want says how a workflow should have ended.
func (p *project) want(what string, ok bool, requests int) func(bool, int, string) string {
	return func(gotOK bool, got int, log string) string {
		p.t.Helper()
		if gotOK != ok || got != requests {
			p.t.Errorf("%s: passed %t after %d requests, want %t after %d:\n%s", what, gotOK, got, ok, requests, log)
		}
		return log
	}
}

func wantText(t *testing.T, what, text string, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		if !regexp.MustCompile(pattern).MatchString(text) {
			t.Errorf("%s lacks %s:\n%s", what, pattern, text)
		}
	}
}

// The workflow as docs/action.md has it for who wants no baseline of another day:
// both sides are asked in the run of the pull request.
func TestWorkflowAgainstTheBaseBranch(t *testing.T) {
	t.Parallel()
	p := newProject(t, "github")
	path := filepath.Join(p.dir, ".github/workflows/evals.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const args = "args: ${{ steps.how.outputs.flags }}"
	if !bytes.Contains(text, []byte(args)) {
		t.Fatalf("the workflow has no %s", args)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte(args), []byte("args: --against=main"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	p.git("commit", "-qam", "Ask both sides")

	p.branch("edit", "What is the capital of {{ country }}? Answer with the name of the city alone.", edited)
	log := p.want("a pull request that edits a prompt", true, 6)(p.evaluate("pull_request", "2/merge", testKey))
	wantText(t, "its log", log, `compared with main \([0-9a-f]{10}\): INCONCLUSIVE`, "Changed: messages.*2 of 3 cases", `(?m)^evalrun: PASSED`)

	p.branch("break", "What is the capital of {{ country }}? Answer with the name of the city alone.", "Which city is the capital of {{ country }}?")
	log = p.want("a pull request that breaks a case", false, 6)(p.evaluate("pull_request", "3/merge", testKey))
	wantText(t, "its log", log, "1 newly failing", "evalrun: FAILED: 1 of 3 cases failed")
}

// TestWorkflowOfPullRequests is what a project sees of the workflow that init
// writes for GitHub, from its first push on.
func TestWorkflowOfPullRequests(t *testing.T) {
	t.Parallel()
	p := newProject(t, "github")
	log := p.want("a push without a key", true, 0)(p.evaluate("push", "main", ""))
	wantText(t, "its log", log, "::notice::There is no ANTHROPIC_API_KEY", `(?m)^evalrun: PASSED$`)
	if len(p.github.caches) > 0 {
		t.Error("a record that no API answered is kept")
	}
	p.branch("early", "Answer with the name of the city alone.", "Say the city alone.")
	log = p.want("a pull request of nobody's key, before there is a record", true, 0)(p.evaluate("pull_request", "1/merge", ""))
	wantText(t, "its log", log, "evalrun: PASSED with --allow errors: allowed: 2 of 3 cases have no outcome")

	p.git("checkout", "-q", "main")
	p.want("the first push with a key", true, 3)(p.evaluate("push", "main", testKey))
	if len(p.github.caches["main"]) != 1 {
		t.Fatal("main keeps no record")
	}
	p.want("a push that changes nothing", true, 0)(p.evaluate("push", "main", testKey))

	p.branch("edit", "What is the capital of {{ country }}? Answer with the name of the city alone.", edited)
	log = p.want("a pull request that edits a prompt", true, 2)(p.evaluate("pull_request", "2/merge", testKey))
	wantText(t, "its log", log, `compared with .*/base/record.jsonl: INCONCLUSIVE`, "Changed: messages.*2 of 3 cases", `(?m)^evalrun: PASSED`)
	p.comment()
	wantText(t, "the comment", p.comments.only(), `^<!-- evalrun -->\n### ✅ Evaluation passed`, `3 cases: 3 passed · 2 requests`, `\n\[The run\]\(https://github.com/shop/prompts/actions/runs/7\)\n$`)

	p.branch("break", "What is the capital of {{ country }}? Answer with the name of the city alone.", "Which city is the capital of {{ country }}?")
	log = p.want("a pull request that breaks a case", false, 2)(p.evaluate("pull_request", "2/merge", testKey))
	wantText(t, "its log", log, "1 newly failing", "::error file=suites/first.yaml", "evalrun: FAILED: 1 of 3 cases failed")
	p.comment()
	wantText(t, "the comment in its place", p.comments.only(), `^<!-- evalrun -->\n### ❌ Evaluation failed`)

	log = p.want("the same from a fork", true, 0)(p.evaluate("pull_request", "3/merge", ""))
	wantText(t, "its log", log, "PASSED with --allow errors: allowed: 2 of 3 cases have no outcome")
	p.comment()
	wantText(t, "the comment on it", p.comments.only(), `^<!-- evalrun -->\n### ⚠️ Evaluation passed with <code>--allow errors`)
	p.branch("fork", "len(text) < 100", "len(text) < 3")
	p.want("a fork that fails by the record", false, 0)(p.evaluate("pull_request", "3/merge", ""))

	p.branch("typo", "assert:", "asert:")
	delete(p.github.artifacts, "evalrun")
	p.want("a suite that is wrong", false, 0)(p.evaluate("pull_request", "2/merge", testKey))
	p.comment()
	wantText(t, "the comment without a report", p.comments.only(), `### ⚠️ The evaluation has no report`)

	if len(p.github.caches) != 1 {
		t.Errorf("caches are written by %d branches, want main alone", len(p.github.caches))
	}
	p.git("checkout", "-q", "main")
	for key, data := range p.github.caches["main"] {
		p.github.caches["main"][key] = regexp.MustCompile(`"answered":"\d+`).ReplaceAll(data, []byte(`"answered":"2020`))
	}
	log = p.want("a push when the record has become old", true, 3)(p.evaluate("push", "main", testKey))
	wantText(t, "its log", log, "3 answers of .* were older than 14d: asked for again")
}

// A comment is for an open pull request whose last commit was evaluated, and
// nobody else's comment is written over.
func TestCommentIsWrittenWhereItBelongs(t *testing.T) {
	t.Parallel()
	p := newProject(t, "github")
	p.want("a run", true, 0)(p.evaluate("pull_request", "2/merge", ""))
	p.comments.sha = "newer"
	wantText(t, "the log", p.comment(), "no open pull request has abc as its last commit")
	if p.comments.posted+p.comments.patched != 0 {
		t.Error("a run of an older commit is commented on")
	}
	p.comments.sha, p.comments.before = "", 150
	p.comment()
	p.comment()
	if p.comments.posted != 1 || p.comments.patched != 1 {
		t.Errorf("two runs behind 150 comments posted %d and patched %d, want one each", p.comments.posted, p.comments.patched)
	}
}

// pullRequest is GitHub's API for pull request 12 of contributor:feature/ä.
type pullRequest struct {
	t               *testing.T
	sha             string // of its last commit; "" is abc
	before          int    // comments of people
	body            string // of evalrun's comment; "" for none
	posted, patched int
}

// only is evalrun's comment, of which there is one.
func (p *pullRequest) only() string {
	if p.posted != 1 {
		p.t.Errorf("%d comments were posted, want one", p.posted)
	}
	return p.body
}

func (p *pullRequest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer ghs_test" {
		http.Error(w, "no token", http.StatusUnauthorized)
		return
	}
	type user struct{ Type string }
	type comment struct {
		ID   int    `json:"id"`
		Body string `json:"body"`
		User user   `json:"user"`
	}
	const base = "/repos/shop/prompts/"
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, base) {
	case "GET pulls":
		if r.URL.Query().Get("head") != "contributor:feature/ä" || r.URL.Query().Get("state") != "open" {
			p.t.Errorf("pull requests are looked for by %s", r.URL.RawQuery)
		}
		sha := p.sha
		if sha == "" {
			sha = "abc"
		}
		fmt.Fprintf(w, `[{"number": 12, "head": {"sha": %q}}]`, sha)
	case "GET issues/12/comments":
		var all []comment
		for i := range p.before {
			all = append(all, comment{i + 1, "<!-- evalrun -->\nnice", user{"User"}})
		}
		if p.body != "" {
			all = append(all, comment{1000, p.body, user{"Bot"}})
		}
		page := 1
		fmt.Sscan(r.URL.Query().Get("page"), &page)
		from := min(len(all), 100*(page-1))
		text, _ := json.Marshal(append([]comment{}, all[from:min(len(all), from+100)]...))
		text = bytes.ReplaceAll(text, []byte(`"Type"`), []byte(`"type"`))
		w.Write(text)
	case "POST issues/12/comments":
		p.posted++
		p.take(r)
	case "PATCH issues/comments/1000":
		p.patched++
		p.take(r)
	default:
		http.NotFound(w, r)
	}
}

func (p *pullRequest) take(r *http.Request) {
	var sent struct{ Body string }
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || len(sent.Body) > 65_536 {
		p.t.Errorf("a comment of %d bytes: %v", len(sent.Body), err)
	}
	p.body = sent.Body
}

// gitlabJob runs the job that init writes for GitLab, as a pipeline of a merge
// request or of the default branch, and gives its exit code.
func (p *project) gitlabJob(mergeRequest bool, key string) (code, requests int, log string) {
	p.t.Helper()
	var file struct {
		Evals struct {
			Script       []string
			AllowFailure struct {
				ExitCodes []int `yaml:"exit_codes"`
			} `yaml:"allow_failure"`
			Artifacts struct{ Paths []string }
		}
	}
	text, err := os.ReadFile(filepath.Join(p.dir, ".gitlab/evals.yml"))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		p.t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := p.github.artifacts["main"]["run.jsonl"]
		if r.Header.Get("JOB-TOKEN") != "job" || r.URL.Path != "/projects/5/jobs/artifacts/main/raw/run.jsonl" || r.URL.Query().Get("job") != "evals" || record == nil {
			http.NotFound(w, r)
			return
		}
		w.Write(record)
	}))
	defer server.Close()
	before := p.api.Counts().Requests
	cmd := exec.Command("sh", "-ec", strings.Join(file.Evals.Script, "\n"))
	cmd.Dir = p.dir
	cmd.Env = []string{
		"GORACE=" + raceOptions,
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.t.TempDir(), "TMPDIR=" + p.t.TempDir(), "ANTHROPIC_BASE_URL=" + p.apiURL, "ANTHROPIC_API_KEY=" + key,
		"CI_API_V4_URL=" + server.URL, "CI_JOB_TOKEN=job", "CI_PROJECT_ID=5", "CI_DEFAULT_BRANCH=main",
	}
	if mergeRequest {
		cmd.Env = append(cmd.Env, "CI_PROJECT_ID=6", "CI_MERGE_REQUEST_PROJECT_ID=5", "CI_MERGE_REQUEST_IID=2")
	}
	out, _ := cmd.CombinedOutput()
	code = cmd.ProcessState.ExitCode()
	for _, allowed := range file.Evals.AllowFailure.ExitCodes {
		if code == allowed {
			code = neutral
		}
	}
	kept := filepath.Join(p.dir, file.Evals.Artifacts.Paths[0])
	if record, err := os.ReadFile(kept); err == nil && !mergeRequest && code == 0 {
		p.github.artifacts["main"] = map[string][]byte{"run.jsonl": record}
	}
	os.Remove(kept)
	return code, p.api.Counts().Requests - before, string(out)
}

// neutral is the exit code of a job that passes with a warning.
const neutral = -1

func TestJobOfMergeRequests(t *testing.T) {
	t.Parallel()
	p := newProject(t, "gitlab")
	want := func(what string, code, requests int, mergeRequest bool, key string, patterns ...string) {
		t.Helper()
		gotCode, got, log := p.gitlabJob(mergeRequest, key)
		if gotCode != code || got != requests {
			t.Errorf("%s: exit %d after %d requests, want %d after %d:\n%s", what, gotCode, got, code, requests, log)
		}
		wantText(t, what, log, patterns...)
	}
	want("main without a key", 0, 0, false, "", "There is no ANTHROPIC_API_KEY")
	if len(p.github.artifacts) > 0 {
		t.Error("a record that no API answered is kept")
	}
	want("main", 0, 3, false, testKey, "the default branch has no record yet")
	p.branch("edit", "What is the capital of {{ country }}? Answer with the name of the city alone.", edited)
	want("an edited prompt", 0, 2, true, testKey, "Changed: messages.*2 of 3 cases")
	want("the same from a fork", neutral, 0, true, "", "2 errored")
	p.branch("break", "What is the capital of {{ country }}? Answer with the name of the city alone.", "Which city is the capital of {{ country }}?")
	want("a broken prompt", 1, 2, true, testKey, "1 newly failing")
}
