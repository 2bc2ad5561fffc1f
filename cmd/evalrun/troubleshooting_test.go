package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTroubleshootingQuotesMessages holds that each message which the page explains
// is one that evalrun, its installer or the API writes.
func TestTroubleshootingQuotesMessages(t *testing.T) {
	page, err := os.ReadFile("../../docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := sources(t)
	headings := regexp.MustCompile("(?m)^### `(.+)`$").FindAllStringSubmatch(string(page), -1)
	if len(headings) < 30 {
		t.Errorf("the page explains %d messages", len(headings))
	}
	for _, heading := range headings {
		for part := range strings.SplitSeq(heading[1], "…") {
			part = strings.TrimSpace(part)
			if len(part) > 3 && part != "evalrun: command not found" && !strings.Contains(texts, part) {
				t.Errorf("%q: no source has %q", heading[1], part)
			}
		}
	}
}

// sources is the text of the program's source and of its installer.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.Name() == "install.sh" || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
