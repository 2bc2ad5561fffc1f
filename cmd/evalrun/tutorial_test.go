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

// followed is the page that a reader follows from its start to its end.
const followed = "tutorial.md"

// times are the durations in a table or a summary, with the space before them that
// depends on how wide they are, and what a comparison says of latencies.
var times = regexp.MustCompile(`(?m) +<?[0-9.]+ m?s\b|^latency .*$`)

// TestTutorial follows the tutorial to the letter: it writes the files that it
// shows, in order, and runs its commands against an API that answers as such models
// do. -update writes what they print into it, with the durations that are there.
func TestTutorial(t *testing.T) {
	page, err := filepath.Abs("../../docs/" + followed)
	if err != nil {
		t.Fatal(err)
	}
	blocks := readBlocks(t, page)
	t.Chdir(t.TempDir())
	if err := os.Mkdir(".git", 0o755); err != nil { // git init
		t.Fatal(err)
	}
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	t.Setenv("ANTHROPIC_BASE_URL", fakeapi.New(fakeapi.Options{Script: sorted}).Start(t))
	commands := 0
	for _, b := range blocks {
		language, path, isFile := strings.Cut(b.language, " ")
		switch {
		case isFile:
			writeNamed(t, path, b.text)
		case language == "console":
			commands++
			command, want, _ := strings.Cut(b.text, "\n")
			var out bytes.Buffer
			run(words(strings.TrimPrefix(command, "$ evalrun ")), nil, &out, &out)
			if *update {
				updateTutorial(t, page, command, want, out.String())
			} else if diff := cmp.Diff(times.ReplaceAllString(want, " TIME"), times.ReplaceAllString(out.String(), " TIME")); diff != "" {
				t.Errorf("%s:%d: `%s` (-docs +got):\n%s", followed, b.line, command, diff)
			}
		}
	}
	if commands < 5 {
		t.Errorf("the tutorial has %d commands", commands)
	}
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

func updateTutorial(t *testing.T, page, command, old, new string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if times.ReplaceAllString(old, " TIME") == times.ReplaceAllString(new, " TIME") {
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
