package evaltest_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/evaltest"
	"github.com/evalrun/evalrun/internal/fakeapi"
)

// inside says that this process is one that a test started: the tests of a user,
// whose output is then looked at. Elsewhere these are left out.
const inside = "EVALTEST_INSIDE"

// users are the tests of a user.
const users = "^Test(Shop|Checks|Options)$"

var update = flag.Bool("update", false, "write the files that tests compare with")

func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(inside) == "" {
		flag.Set("test.skip", users)
	}
	os.Exit(m.Run())
}

// testKey is the credential of every test. No output may hold it.
const testKey = "sk-ant-api03-evaltest-only-0123456789"

// project is a package of a user, with the API that it asks.
type project struct {
	*testing.T
	dir string
	api *fakeapi.Server
	env []string
}

// newProject makes a package with the files of testdata/shop.
func newProject(t *testing.T, script fakeapi.Script) *project {
	t.Parallel()
	p := &project{T: t, dir: t.TempDir(), api: fakeapi.New(fakeapi.Options{Script: script})}
	if err := os.CopyFS(p.dir, os.DirFS("testdata/shop")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(p.dir, ".git"), 0o755); err != nil { // names are from here on
		t.Fatal(err)
	}
	p.env = []string{"ANTHROPIC_BASE_URL=" + p.api.Start(t), "ANTHROPIC_API_KEY=" + testKey, inside + "=1"}
	return p
}

// write writes a file of the package.
func (p *project) write(name, text string) {
	p.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.Fatal(err)
	}
}

// test is `go test` in the package: its output, without times.
func (p *project) test(args ...string) (output string, passed bool) {
	p.Helper()
	program, err := os.Executable()
	if err != nil {
		p.Fatal(err)
	}
	cmd := exec.CommandContext(p.Context(), program, args...)
	cmd.Dir, cmd.Env = p.dir, append(cmd.Environ(), p.env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.Fatal(err)
	}
	if bytes.Contains(out, []byte(testKey)) {
		p.Errorf("the output holds the key:\n%s", out)
	}
	return times.ReplaceAllString(string(out), "(0.00s)"), err == nil
}

var times = regexp.MustCompile(`\(\d+\.\d+s\)`)

// holds fails unless the output holds all texts.
func (p *project) holds(output string, texts ...string) {
	p.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			p.Errorf("the output lacks %q:\n%s", text, output)
		}
	}
}

// shop is a model that answers the customers of testdata/shop.
func shop(returns string) fakeapi.Script {
	return fakeapi.Turns(map[string][]fakeapi.Answer{
		"How long can I return it?": {{Text: returns}},
		"Where is my order A17?": {
			{Content: []map[string]any{{"type": "tool_use", "id": "toolu_1", "name": "find_order", "input": map[string]any{"id": "A17"}}}, StopReason: "tool_use"},
			{Text: "Your order arrives on Tuesday."},
		},
	})
}

const polite30 = "You can return it within 30 days. Please keep the receipt."

func TestASuiteIsRunAsSubtests(t *testing.T) {
	p := newProject(t, shop(polite30))
	out, ok := p.test("-test.run=^TestShop$", "-test.v")
	if !ok {
		t.Errorf("failed:\n%s", out)
	}
	p.holds(out, "--- PASS: TestShop/suites/shop/returns (0.00s)", "--- PASS: TestShop/suites/shop/order (0.00s)")
	if n := p.api.Counts().Requests; n != 3 {
		t.Errorf("%d requests were sent, want 3", n)
	}
}

func TestRunChoosesWhatIsAsked(t *testing.T) {
	p := newProject(t, shop(polite30))
	out, ok := p.test("-test.run=^TestShop$/suites/shop/^returns$", "-test.v")
	if !ok || strings.Contains(out, "order") {
		t.Errorf("passed: %v:\n%s", ok, out)
	}
	p.holds(out, "--- PASS: TestShop/suites/shop/returns", "testdata/answers.jsonl is left as it was: not every case was asked")
	if n := p.api.Counts().Requests; n != 1 {
		t.Errorf("%d requests were sent, want 1", n)
	}
	out, ok = p.test("-test.run=^TestShop$", "-test.skip=^TestShop/suites/shop/order$", "-test.v")
	if !ok || strings.Contains(out, "shop/order") {
		t.Errorf("passed: %v:\n%s", ok, out)
	}
	out, ok = p.test("-test.run=^TestShop$/nothing", "-test.v")
	p.holds(out, "-run chooses none of 2 cases")
	if n := p.api.Counts().Requests; n != 2 || !ok {
		t.Errorf("%d requests were sent, want 2; passed: %v", n, ok)
	}
}

func TestShortAnswersFromTheRecord(t *testing.T) {
	p := newProject(t, shop(polite30))
	out, ok := p.test("-test.run=^TestShop$", "-test.short")
	p.holds(out, "there is no record testdata/answers.jsonl", "without -short")
	if ok {
		t.Error("passed without a record")
	}
	if out, ok := p.test("-test.run=^TestShop$"); !ok {
		t.Fatal(out)
	}
	p.env = []string{inside + "=1", "ANTHROPIC_API_KEY="}
	sent := p.api.Counts().Requests
	out, ok = p.test("-test.run=^TestShop$", "-test.short", "-test.v")
	if !ok || p.api.Counts().Requests != sent {
		t.Errorf("passed: %v:\n%s", ok, out)
	}
	p.holds(out, "--- PASS: TestShop/suites/shop/order")

	text, err := os.ReadFile(filepath.Join(p.dir, "suites/shop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p.write("suites/shop.yaml", strings.Replace(string(text), "order A17", "order B1", 1))
	out, ok = p.test("-test.run=^TestShop$", "-test.short", "-test.v")
	if ok {
		t.Error("a case that is not recorded passed")
	}
	p.holds(out, "--- FAIL: TestShop/suites/shop/order", "error: the case has no outcome", "--- PASS: TestShop/suites/shop/returns")
}

func TestAFailureHasItsPlaceAndTrace(t *testing.T) {
	p := newProject(t, shop("Within 14 days."))
	out, ok := p.test("-test.run=^TestShop$")
	if ok {
		t.Error("passed")
	}
	p.holds(out,
		"--- FAIL: TestShop/suites/shop/returns", "suites/shop.yaml:10:", `text contains "30 days"`, "Within 14 days.",
		"suites/shop.yaml:11:", "there is no please in it", "suites/shop.yaml:5:", "gate failed: cases.fail == 0")
	p.docs("failure", out)
	// A run with failures has all answers.
	if _, err := os.Stat(filepath.Join(p.dir, "testdata/answers.jsonl")); err != nil {
		t.Error(err)
	}
}

// docs holds a block of the page to what is really printed.
func (p *project) docs(name, output string) {
	p.Helper()
	const path = "../docs/evaltest.md"
	page, err := os.ReadFile(path)
	if err != nil {
		p.Fatal(err)
	}
	begin := "```text " + name + "\n"
	before, rest, ok := strings.Cut(string(page), begin)
	shown, after, _ := strings.Cut(rest, "```")
	switch {
	case !ok:
		p.Fatalf("%s has no block %s", path, begin)
	case *update:
		if err := os.WriteFile(path, []byte(before+begin+output+"```"+after), 0o644); err != nil {
			p.Fatal(err)
		}
	case shown != output:
		p.Errorf("%s shows\n%s\nand it is\n%s", path, shown, output)
	}
}

// The code and the suite that the page shows are those that are tested.
func TestTheExampleOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/evaltest.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"example_test.go", "testdata/shop/suites/shop.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, shown, _ := strings.Cut(string(text), "func TestShop")
		if name != "example_test.go" {
			shown = string(text)
		}
		if !strings.Contains(string(page), shown) {
			t.Errorf("the page does not show %s as it is", name)
		}
	}
}

func TestAMissingKeyEndsTheTest(t *testing.T) {
	p := newProject(t, nil)
	p.env = []string{inside + "=1", "ANTHROPIC_API_KEY=", "ANTHROPIC_AUTH_TOKEN="}
	out, ok := p.test("-test.run=^TestShop$", "-test.v")
	p.holds(out, "no API key", "go test -short")
	if ok || strings.Contains(out, "RUN   TestShop/") {
		t.Errorf("passed: %v:\n%s", ok, out)
	}
}

func TestAnErrorSaysThatItIsOne(t *testing.T) {
	p := newProject(t, nil)
	broken := fakeapi.New(fakeapi.Options{Faults: fakeapi.Sequence(fakeapi.NotMessage, fakeapi.NotMessage)})
	p.env[0] = "ANTHROPIC_BASE_URL=" + broken.Start(t)
	out, ok := p.test("-test.run=^TestShop$")
	if ok {
		t.Error("passed")
	}
	p.holds(out, "--- FAIL: TestShop/suites/shop/returns", "error: the case has no outcome", "testdata/answers.jsonl is left as it was")
}

// Checks that do not answer as they should are errors of their sample.
func TestChecks(t *testing.T) {
	evaltest.Run(t, "suites/checks.yaml",
		evaltest.Check("panics", func(context.Context, *evaltest.Answer) (evaltest.Verdict, error) { panic("boom") }),
		evaltest.Check("gives-up", func(context.Context, *evaltest.Answer) (evaltest.Verdict, error) {
			return evaltest.Verdict{Pass: true}, errors.New("no database")
		}),
		evaltest.Check("too-much", func(context.Context, *evaltest.Answer) (evaltest.Verdict, error) {
			return evaltest.Verdict{Pass: true, Score: new(1.5)}, nil
		}),
	)
}

func TestACheckThatBreaksIsAnError(t *testing.T) {
	p := newProject(t, nil)
	suite := "model: claude-haiku-4-5\nmax_tokens: 9\nmessages: [{user: Hi}]\ncases:\n"
	names := []string{"panics", "gives-up", "too-much"}
	for _, name := range names {
		suite += "  - {name: " + name + ", assert: [{check: " + name + "}]}\n"
	}
	p.write("suites/checks.yaml", suite)
	out, ok := p.test("-test.run=^TestChecks$")
	if ok || strings.Count(out, "error: the case has no outcome") != len(names) {
		t.Errorf("passed: %v:\n%s", ok, out)
	}
	p.holds(out, "panicked: boom", "no database", "gave the score 1.5, expected 0 to 1")

	p.write("suites/checks.yaml", strings.ReplaceAll(suite, "check: panics", "check: panic"))
	out, ok = p.test("-test.run=^TestChecks$")
	if ok || p.api.Counts().Requests != len(names) {
		t.Errorf("asked with a check that is not there; passed: %v", ok)
	}
	p.holds(out, `no function is given for the check "panic"; did you mean "panics"?`, "evaltest.Check(")
}

// Options that cannot be are all said at once.
func TestOptions(t *testing.T) {
	evaltest.Run(t, "suites", evaltest.Repeat(0), evaltest.MaxCost(-1), evaltest.Record("a"), evaltest.Replay("b"), evaltest.Tool("t", nil))
}

func TestWrongOptionsAreRefused(t *testing.T) {
	p := newProject(t, nil)
	out, ok := p.test("-test.run=^TestOptions$")
	p.holds(out, "Repeat(0): expected 1 to", "MaxCost(-1)", "Record and Replay are both given", `Tool("t"): the function is nil`)
	if ok {
		t.Error("passed")
	}
}
