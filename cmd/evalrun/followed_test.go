package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// followed are the pages that a reader follows from start to end.
var followed = map[string]struct {
	script fakeapi.Script
	apart  bool // each section begins anew
}{
	"tutorial.md": {script: sorted},
	"cookbook.md": {script: cooked, apart: true},
}

var (
	// times are the durations in a table or a summary, and a comparison's line of
	// latencies.
	times = regexp.MustCompile(`(?m) *<?\b[0-9.]+ m?s\b|^latency .*$`)
	// gaps depend on how wide the columns are.
	gaps = regexp.MustCompile(` {2,}|─+`)
)

// withoutTimes is a text without what differs from run to run.
func withoutTimes(text string) string {
	return gaps.ReplaceAllString(times.ReplaceAllString(text, "  TIME"), "  ")
}

// TestFollowedPages follows pages to the letter: it writes the files that they show,
// in order, and runs their commands against an API that answers as such models do.
// -update writes what commands print into them, with the durations that are there.
func TestFollowedPages(t *testing.T) {
	for name, how := range followed {
		page, err := filepath.Abs("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		sections := map[string][]block{}
		for _, b := range readBlocks(t, page) {
			section := ""
			if how.apart {
				section = b.section
			}
			sections[section] = append(sections[section], b)
		}
		for section, blocks := range sections {
			t.Run(name+"/"+section, func(t *testing.T) {
				inDocs(t)
				t.Setenv("ANTHROPIC_API_KEY", testKey)
				t.Setenv("ANTHROPIC_BASE_URL", fakeapi.New(fakeapi.Options{Script: how.script}).Start(t))
				follow(t, page, blocks)
			})
		}
	}
}

// follow does what blocks of a page say. Of those for a shell it runs evalrun.
func follow(t *testing.T, page string, blocks []block) {
	for _, b := range blocks {
		language, path, isFile := strings.Cut(b.language, " ")
		switch {
		case isFile:
			writeNamed(t, path, b.text)
		case language == "console":
			command, want, _ := strings.Cut(b.text, "\n")
			got := outputOf(strings.TrimPrefix(command, "$ evalrun "))
			if *update {
				updateFollowed(t, page, command, want, got)
			} else if diff := cmp.Diff(withoutTimes(want), withoutTimes(got)); diff != "" {
				t.Errorf("%s:%d: `%s` (-docs +got):\n%s", filepath.Base(page), b.line, command, diff)
			}
		case language == "sh":
			for line := range strings.Lines(b.text) {
				args, ours := strings.CutPrefix(strings.TrimSpace(line), "evalrun ")
				if !ours {
					continue
				}
				args, _, _ = strings.Cut(args, " > ")
				if got := outputOf(args); strings.Contains(got, "hint: ") && !strings.Contains(got, "PASSED") {
					t.Errorf("%s:%d: `%s` is wrong:\n%s", filepath.Base(page), b.line, line, got)
				}
			}
		}
	}
}

// outputOf is what a command prints.
func outputOf(args string) string {
	var out bytes.Buffer
	run(words(args), nil, &out, &out)
	return out.String()
}

func writeNamed(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func updateFollowed(t *testing.T, page, command, old, new string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if withoutTimes(old) == withoutTimes(new) {
		return
	}
	text = bytes.Replace(text, []byte(command+"\n"+old), []byte(command+"\n"+new), 1)
	if err := os.WriteFile(page, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// sorted answers the tutorial's tickets as its two prompts have a model answer.
func sorted(c *fakeapi.Call) fakeapi.Answer {
	terse := strings.Contains(string(c.Body), "alone, in small letters")
	teams := map[string]string{
		"My parcel is five days late.": "delivery", "You charged my card twice.": "billing", "The sneakers are a size too small.": "returns",
		"Where do I find my invoice?": "billing", "The courier left it with a neighbour I do not know.": "delivery",
		"One of the soles came off after a week.": "returns", "I was charged for boots that I sent back.": "returns",
		"Can you send it to my office instead?": "delivery",
	}
	team := teams[c.LastUserText()]
	switch {
	case team == "":
		return fakeapi.Default(c)
	case terse:
		return fakeapi.Answer{Text: team}
	case team == "returns":
		return fakeapi.Answer{Text: "This is for the **returns** team."}
	}
	return fakeapi.Answer{Text: team}
}

// cooked answers what the recipes of the cookbook ask.
func cooked(c *fakeapi.Call) fakeapi.Answer {
	body := string(c.Body)
	asked := c.LastUserText()
	if answer, ok := starterAnswers[asked]; ok {
		return answer
	}
	switch {
	case strings.Contains(asked, "Judge the answer by the rubric."):
		return fakeapi.Answer{Text: `{"reason": "It names the 30 days.", "score": 0.9, "pass": true}`}
	case strings.Contains(body, "Which team answers"):
		return sortedBy(c)
	case strings.Contains(body, "issue_refund"):
		return refunded(c)
	case strings.Contains(asked, "latin for Ant"):
		return fakeapi.Answer{Text: "C"}
	case strings.Contains(asked, "capital of France"):
		return fakeapi.Answer{Text: "Paris"}
	}
	return fakeapi.Default(c)
}

// sortedBy is sorted for two prompts and two models.
func sortedBy(c *fakeapi.Call) fakeapi.Answer {
	teams := map[string]string{
		"My parcel is five days late.": "delivery", "You charged my card twice.": "billing", "The sneakers are a size too small.": "returns",
		"Where do I find my invoice?": "billing", "The courier left it with a neighbour.": "delivery", "A sole came off after a week.": "returns",
		"I was charged for boots that I sent back.": "billing", "Can you send it to my office instead?": "delivery",
	}
	asked := c.LastUserText()
	team, small := teams[asked], c.Request["model"] == "claude-haiku-4-5"
	switch {
	case small && strings.HasPrefix(asked, "I was charged"):
		team = "returns"
	case strings.Contains(string(c.Body), "its name alone"):
	case small || team == "returns":
		return fakeapi.Answer{Text: "The " + team + " team should answer this."}
	}
	return fakeapi.Answer{Text: team}
}

// refunded is an agent that looks before it pays.
func refunded(c *fakeapi.Call) fakeapi.Answer {
	answers := []fakeapi.Answer{
		{Content: content{toolUse("toolu_1", "get_order", map[string]any{"id": "A17"})}},
		{Content: content{toolUse("toolu_2", "issue_refund", map[string]any{"id": "A17", "amount": 42})}},
		{Text: "Your 42 dollars are on their way."},
	}
	return fakeapi.Turns(map[string][]fakeapi.Answer{"Please refund my order A17.": answers})(c)
}
