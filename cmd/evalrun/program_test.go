package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// programsDir holds the programs that scripts start. Tests may change TMPDIR, so
// that nothing that several of them share is made where it points.
var programsDir string

// raceOptions spare each process with the race detector the second that it
// sleeps at its end.
const raceOptions = "atexit_sleep_ms=0"

// TestMain runs the tests, or is one of the programs that scripts start as
// processes (`exec evalrun`, `exec sh -c '… evalrun …'`) by its name in PATH.
func TestMain(m *testing.M) {
	batchPace.First, batchPace.Most, batchPace.Settle = time.Millisecond, 10*time.Millisecond, 3*time.Millisecond
	now = func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	programs := map[string]func(){"evalrun": main, "faulty": faulty, "grade": grade, "weather": weather, "mcpserver": mcpServer}
	if program := programs[strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")]; program != nil {
		program()
		os.Exit(exitOK)
	}
	var err error
	programsDir, err = os.MkdirTemp("", "evalrun-programs-")
	for name := range programs {
		err = errors.Join(err, link(filepath.Join(programsDir, name)))
	}
	if err != nil {
		panic(err)
	}
	os.Setenv("PATH", programsDir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	os.Setenv("GORACE", raceOptions)
	debug.SetGCPercent(400) // half of the time of thousands of small runs goes into collections
	code := m.Run()
	os.RemoveAll(programsDir)
	os.Exit(code)
}

// link makes the running program another program; a copy of it where links
// need a privilege.
func link(path string) error {
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	self, err := os.Executable()
	if err != nil || os.Symlink(self, path) == nil {
		return err
	}
	from, err := os.Open(self)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

// evalrun is `evalrun ARG…`: it runs the command in this process, which takes
// a tenth of the time of starting one. `exec evalrun` starts one; it is for
// what waits, is sent signals or changes its process.
func evalrun(ts *testscript.TestScript, neg bool, args []string) {
	if code := runIn(ts, args); (code == exitOK) == neg {
		ts.Fatalf("evalrun exits with %d", code)
	}
}

// exits is `exits CODE evalrun ARG…`: the command ends with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "evalrun" {
		ts.Fatalf("usage: exits CODE evalrun ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if code := runIn(ts, args[2:]); code != want {
		ts.Fatalf("evalrun exits with %d, want %d", code, want)
	}
}

// inProcess is held by the script whose directory and environment the process
// has.
var inProcess sync.Mutex

// runIn runs a command in the directory and environment of a script.
func runIn(ts *testscript.TestScript, args []string) int {
	inProcess.Lock()
	defer inProcess.Unlock()
	dir := ts.MkAbs(".")
	defer setEnvironment("PWD", dir)()
	for _, name := range environmentNames() {
		// Unset and empty are the same to evalrun.
		defer setEnvironment(name, ts.Getenv(name))()
	}
	before, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(dir))
	defer func() { ts.Check(os.Chdir(before)) }()
	return run(args, strings.NewReader(""), ts.Stdout(), ts.Stderr())
}

// setEnvironment sets a variable of the process until the function that it
// returns is called. The others stay: scripts beside this one read them.
func setEnvironment(name, value string) (restore func()) {
	before, was := os.LookupEnv(name)
	os.Setenv(name, value)
	return func() {
		os.Unsetenv(name)
		if was {
			os.Setenv(name, before)
		}
	}
}

// environmentNames are the variables that all scripts have or that any of them
// sets: a script cannot list its own.
var environmentNames = sync.OnceValue(func() []string {
	names := []string{"ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "EXAMPLES", "HOME", "HTTPS_PROXY", "NO_COLOR", "SERVER", "TRAVEL"}
	names = append(names, cloudVariables...)
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	for _, path := range scripts {
		text, readErr := os.ReadFile(path)
		err = errors.Join(err, readErr)
		for _, set := range regexp.MustCompile(`(?m)^(?:\[.*\] )?env (\w+)=`).FindAllSubmatch(text, -1) {
			names = append(names, string(set[1]))
		}
	}
	if err != nil {
		panic(err)
	}
	slices.Sort(names)
	return slices.Compact(names)
})

// catchHangUp makes the processes that a test starts get SIGHUP also where this
// one ignores it, as under nohup: they do not ignore what is caught here.
func catchHangUp(t *testing.T) {
	if !signal.Ignored(syscall.SIGHUP) {
		return
	}
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
}
