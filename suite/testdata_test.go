package suite_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/reporters/checkreport"
	"github.com/evalrun/evalrun/suite"
)

var update = flag.Bool("update", false, "write what is found to the files that hold what is wanted")

// TestErrors holds the errors of each wrong suite in testdata/err:
// message, place and caret. A new case is two files and no Go.
func TestErrors(t *testing.T) {
	for _, file := range glob(t, "testdata/err/*.yaml", "testdata/err/*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := suite.Load([]string{file}, suite.Options{Root: "testdata"})
			var list diagnostic.List
			if !errors.As(err, &list) {
				t.Fatalf("the suite is wrong, but Load said: %v", err)
			}
			var b strings.Builder
			if err := checkreport.Diagnostics(&b, list, false); err != nil {
				t.Fatal(err)
			}
			golden(t, file[:len(file)-len(filepath.Ext(file))]+".want", b.String())
		})
	}
}

// TestRequests holds the requests of each suite in testdata/ok, byte for
// byte.
func TestRequests(t *testing.T) {
	for _, file := range glob(t, "testdata/ok/*.yaml", "testdata/ok/*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			set, err := suite.Load([]string{file}, suite.Options{Root: "testdata"})
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, s := range set.Suites {
				for c, err := range s.Cases() {
					if err != nil {
						t.Fatal(err)
					}
					describeCase(&b, c)
				}
			}
			golden(t, file[:len(file)-len(filepath.Ext(file))]+".want", b.String())
		})
	}
}

func describeCase(b *strings.Builder, c *suite.Case) {
	b.WriteString("# " + c.Suite.Name + " › " + c.Name + "\n")
	if c.Variant != "" {
		b.WriteString("variant: " + c.Variant + "\n")
	}
	if c.Cluster != "" {
		b.WriteString("cluster: " + c.Cluster + "\n")
	}
	if c.Skip != "" {
		b.WriteString("skip: " + c.Skip + "\n")
	}
	if len(c.Tags) > 0 {
		b.WriteString("tags: " + strings.Join(c.Tags, ", ") + "\n")
	}
	if len(c.Request.Betas) > 0 {
		b.WriteString("betas: " + strings.Join(c.Request.Betas, ", ") + "\n")
	}
	if c.Request.Version != "" {
		b.WriteString("version: " + c.Request.Version + "\n")
	}
	if c.Request.Timeout != 0 {
		b.WriteString("timeout: " + c.Request.Timeout.String() + "\n")
	}
	if c.Request.Prefill != "" {
		b.WriteString("prefill: " + c.Request.Prefill + "\n")
	}
	b.WriteString(c.Request.Body.String())
	b.WriteString("\n")
	describeConversation(b, &c.Conversation)
	for _, a := range c.Assertions {
		if a.Turn > 0 {
			fmt.Fprintf(b, "turn %d: ", a.Turn)
		}
		b.WriteString(a.Expr.Path() + ": " + strings.ReplaceAll(a.Expr.Text, "\n", "⏎") + "\n")
		if a.Rubric != nil {
			describeRubric(b, a.Rubric)
		}
	}
}

func describeRubric(b *strings.Builder, r *suite.Rubric) {
	fmt.Fprintf(b, "  rubric %q, %d votes", r.Text, r.Votes)
	if r.MinScore != nil {
		fmt.Fprintf(b, ", from %g on", *r.MinScore)
	}
	if r.Over != "" {
		fmt.Fprintf(b, ", over %s (reference=%t)", r.Over, r.Reference)
	}
	j := r.Judge
	fmt.Fprintf(b, "\n  judge %s %s tool=%t thinking=%t betas=%v version=%q timeout=%s\n",
		j.Model, j.Body, j.Tool, j.ShowThinking, j.Betas, j.Version, j.Timeout)
}

// toolCalls are the calls of tools whose results are held.
var toolCalls = []string{
	"get_weather", "get_order", "count", "issue_refund", "issue_refund", "issue_refund", "look", "read", "file", "number", "other",
}

func describeConversation(b *strings.Builder, c *suite.Conversation) {
	for _, s := range c.Next {
		for _, turn := range s.Turns {
			fmt.Fprintf(b, "then: %s\n", turn)
		}
		if s.Prefill != "" {
			fmt.Fprintf(b, "prefill: %s\n", s.Prefill)
		}
	}
	if c.MaxTurns != 10+len(c.Next) {
		fmt.Fprintf(b, "max turns: %d\n", c.MaxTurns)
	}
	if c.Tools == nil {
		return
	}
	calls, made := map[string]int{}, c.Tools.Calls()
	for _, tool := range toolCalls {
		calls[tool]++
		result, err := made.Answer(tool, json.RawMessage(`{"id": 7, "n": 1}`))
		fmt.Fprintf(b, "%s %d: %s failed=%t %v\n", tool, calls[tool], result.Content, result.Failed, err)
	}
}

func glob(t *testing.T, patterns ...string) []string {
	t.Helper()
	var out []string
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, files...)
	}
	if len(out) == 0 {
		t.Fatalf("no files match %v", patterns)
	}
	return out
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
