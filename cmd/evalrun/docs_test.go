package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// block is a fenced block of a Markdown file.
type block struct {
	language, text string
	section        string // the heading of the second level that it is below
	line           int
}

// blocks reads the fenced blocks of a Markdown file.
func readBlocks(t *testing.T, file string) []block {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	var open *block
	section := ""
	for i, line := range strings.SplitAfter(string(data), "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &block{language: strings.TrimSpace(fence), section: section, line: i + 1}
		case isFence:
			out = append(out, *open)
			open = nil
		case open != nil:
			open.text += line
		case strings.HasPrefix(line, "## "):
			section = strings.TrimSpace(line[3:])
		}
	}
	return out
}

// docs are the files whose commands and examples are held here.
func docs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(files, "../../README.md")
}

// inDocs goes to a directory that holds what the docs' examples name: the suites
// of the repository, their record, and testdata/docs.
func inDocs(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for from, to := range map[string]string{
		"../../examples/suites": "examples/suites", "testdata/docs": ".", "../../examples/suites/images": "images",
		"../../examples/suites/prompts": "prompts",
	} {
		if err := os.CopyFS(filepath.Join(dir, to), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"record.jsonl", "suites.schema.json"} {
		if err := os.WriteFile(filepath.Join(dir, "examples", name), []byte(readText(t, filepath.Join("../../examples", name))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("ANTHROPIC_API_KEY", "")
	t.Setenv("ANTHROPIC_AUTH_TOKEN", "")
}

// duration is the only part of an output that differs from run to run.
var duration = regexp.MustCompile(`(?m) · (<1|[0-9.]+) (ms|s)$`)

// TestDocsCommands runs each `$ evalrun …` of the docs and holds what it
// prints against what they show. -update writes it into them.
func TestDocsCommands(t *testing.T) {
	for _, file := range docs(t) {
		if followed[filepath.Base(file)].script != nil {
			continue // TestFollowedPages
		}
		for _, b := range readBlocks(t, file) {
			command, want, ok := strings.Cut(b.text, "\n")
			args, isOurs := strings.CutPrefix(command, "$ evalrun ")
			if b.language != "console" || !ok || !isOurs {
				continue
			}
			path, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(fmt.Sprintf("%s:%d", filepath.Base(file), b.line), func(t *testing.T) {
				inDocs(t)
				if strings.Contains(args, "--online") {
					t.Setenv("ANTHROPIC_BASE_URL", docsAPI().Start(t))
					t.Setenv("ANTHROPIC_API_KEY", testKey)
				}
				var out bytes.Buffer
				run(words(args), nil, &out, &out)
				if *update {
					updateDocs(t, path, want, out.String())
					return
				}
				got := duration.ReplaceAllString(out.String(), " · TIME")
				want := duration.ReplaceAllString(want, " · TIME")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("`%s` (-docs +got):\n%s", command, diff)
				}
			})
		}
	}
}

// updateDocs puts what a command prints in the place of what a file shows, with
// the durations that are there.
func updateDocs(t *testing.T, file, old, new string) {
	t.Helper()
	durations := duration.FindAllString(old, -1)
	new = duration.ReplaceAllStringFunc(new, func(own string) string {
		if len(durations) > 0 {
			own, durations = durations[0], durations[1:]
		}
		return own
	})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte(old), []byte(new), 1), 0o644); err != nil {
		t.Fatal(err)
	}
}

// docsAPI is the API that the docs' examples ask.
func docsAPI() *fakeapi.Server {
	return fakeapi.New(fakeapi.Options{})
}

// words splits a command line at spaces outside of single quotes.
func words(line string) []string {
	quoted := false
	fields := strings.FieldsFunc(line, func(r rune) bool {
		if r == '\'' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
	for i, f := range fields {
		fields[i] = strings.ReplaceAll(f, "'", "")
	}
	return fields
}

// TestDocsSuites checks each suite that the docs show.
func TestDocsSuites(t *testing.T) {
	blocks := map[string][]block{}
	for _, file := range docs(t) {
		blocks[filepath.Base(file)] = readBlocks(t, file)
	}
	inDocs(t)
	for file, shown := range blocks {
		for _, b := range shown {
			if b.language != "yaml" || !regexp.MustCompile(`(?m)^cases:`).MatchString(b.text) {
				continue
			}
			t.Run(fmt.Sprintf("%s:%d", file, b.line), func(t *testing.T) {
				if err := os.WriteFile("suite.yaml", []byte(b.text), 0o644); err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				if code := run([]string{"check", "suite.yaml"}, nil, &out, &out); code != exitOK {
					t.Errorf("exit %d:\n%s", code, out.String())
				}
			})
		}
	}
}

// TestQuickStart holds the two commands that are all the set-up, and runs
// the one that is not this test.
func TestQuickStart(t *testing.T) {
	var quick string
	for _, b := range readBlocks(t, "../../README.md") {
		if strings.Contains(b.text, "go run ") {
			quick = b.text
			break
		}
	}
	const main = "go run ./cmd/evalrun "
	want := main + "--replay examples/record.jsonl examples/suites\ngo test ./...\n"
	if quick != want {
		t.Fatalf("the quick start is:\n%swant:\n%s", quick, want)
	}
	args, _, _ := strings.Cut(strings.TrimPrefix(quick, main), "\n")
	inDocs(t)
	var out bytes.Buffer
	if code := run(strings.Fields(args), nil, &out, &out); code != exitOK {
		t.Fatalf("exit %d:\n%s", code, out.String())
	}
}

// TestDocsLinks: each link within the repository leads to a file, and to a heading
// where it names one.
func TestDocsLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	code := regexp.MustCompile("(?s)```.*?\n```|`[^`\n]*`")
	for _, file := range append(docs(t), "../../CONTRIBUTING.md", "../../SECURITY.md", "../../CHANGELOG.md") {
		for _, found := range link.FindAllStringSubmatch(code.ReplaceAllString(readText(t, file), ""), -1) {
			path, heading, _ := strings.Cut(found[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			info, err := os.Stat(target)
			if err != nil {
				t.Errorf("%s: the link %s leads to no file", file, found[1])
			} else if heading != "" && !info.IsDir() && !anchors(t, target)[heading] {
				t.Errorf("%s: the link %s leads to no heading", file, found[1])
			}
		}
	}
}

// anchors are the names of the headings of a page, as GitHub makes them.
func anchors(t *testing.T, file string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	fenced := regexp.MustCompile("(?ms)^```.*?^```")
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(fenced.ReplaceAllString(readText(t, file), ""), -1) {
		name := strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-")
		names[regexp.MustCompile(`[^\p{L}\p{N}_-]`).ReplaceAllString(name, "")] = true
	}
	return names
}

// TestDocsIndex: the index has every page.
func TestDocsIndex(t *testing.T) {
	index := readText(t, "../../docs/README.md")
	for _, file := range docs(t) {
		if name := filepath.Base(file); name != "README.md" && !strings.Contains(index, "]("+name+")") {
			t.Errorf("docs/README.md does not name %s", name)
		}
	}
}
