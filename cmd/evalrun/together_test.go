package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// twoSuites are a suite that passes and one that fails, in the working
// directory.
func twoSuites(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("ANTHROPIC_API_KEY", testKey)
	t.Setenv("ANTHROPIC_BASE_URL", fakeapi.New(fakeapi.Options{}).Start(t))
	for name, assert := range map[string]string{"passing": "text != ''", "failing": "text == ''"} {
		text := fmt.Sprintf("model: claude-opus-4-6\nmax_tokens: 10\nassert: %s\ncases: [{name: %s, messages: [{user: Hi}]}]\n", assert, name)
		if err := os.WriteFile(name+".yaml", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// blocked is a stream whose reader does not read yet.
type blocked struct {
	bytes.Buffer
	once           sync.Once
	writing, reads chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	b.once.Do(func() { close(b.writing); <-b.reads })
	return b.Buffer.Write(p)
}

// While a run writes its reports, no other run takes its record away.
func TestARecordIsLockedUntilTheReportsAreWritten(t *testing.T) {
	twoSuites(t)
	out := &blocked{writing: make(chan struct{}), reads: make(chan struct{})}
	code := make(chan int)
	go func() { code <- run([]string{"failing.yaml", "-q"}, nil, out, new(bytes.Buffer)) }()
	<-out.writing
	var other, errs bytes.Buffer
	if got := run([]string{"passing.yaml", "-q"}, nil, &other, &errs); got != exitUsage || !strings.Contains(errs.String(), "another evalrun is writing this record") {
		t.Errorf("the other run: exit %d, want %d\n%s%s", got, exitUsage, other.String(), errs.String())
	}
	close(out.reads)
	if got := <-code; got != exitFailed || !strings.Contains(out.String(), "failing") {
		t.Errorf("exit %d, want %d\n%s", got, exitFailed, out.String())
	}
}

// Runs in one directory at the same time report themselves, or are refused.
func TestRunsInOneDirectoryReportThemselves(t *testing.T) {
	twoSuites(t)
	const runs, each = 4, 15
	var all sync.WaitGroup
	for i := range runs {
		name, want := "passing", exitOK
		if i%2 == 1 {
			name, want = "failing", exitFailed
		}
		all.Go(func() {
			for range each {
				var out, errs bytes.Buffer
				code := run([]string{name + ".yaml", "-q", "-o", "csv"}, nil, &out, &errs)
				if code == exitUsage && strings.Contains(errs.String(), "another evalrun is writing this record") {
					continue
				}
				if code != want || !strings.Contains(out.String(), name) {
					t.Errorf("%s: exit %d, want %d\n%s%s", name, code, want, out.String(), errs.String())
				}
			}
		})
	}
	all.Wait()
}
