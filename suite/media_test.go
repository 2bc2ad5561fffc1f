package suite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/suite"
)

// TestCasesShareAnImage holds that an image which many cases show is read once
// and is in memory once.
func TestCasesShareAnImage(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("ant.gif", "GIF89a")
	write("ants.yaml", `model: claude-opus-4-6
max_tokens: 16
matrix: {temperature: [0, 1]}
assert: text != ""
cases:
  - {name: a, messages: [{user: [{image: ant.gif}, "What is it?"]}]}
  - {name: b, messages: [{user: "Hi"}, {assistant: }, {user: [{image: ant.gif}]}]}
`)
	set, err := suite.Load([]string{filepath.Join(dir, "ants.yaml")}, suite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "ant.gif")); err != nil { // it was read
		t.Fatal(err)
	}
	seen := map[*payload.Blob]int{}
	for _, s := range set.Suites {
		for c, err := range s.Cases() {
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range c.Blobs() {
				seen[b]++
			}
		}
	}
	if len(seen) != 1 {
		t.Errorf("the image is there %d times, want once: %v", len(seen), seen)
	}
	for _, n := range seen {
		if n != 4 {
			t.Errorf("%d of 4 cases hold the image", n)
		}
	}
}
