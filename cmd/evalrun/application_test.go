package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// applicationsDir is where the examples are: scripts change the working directory.
var applicationsDir, _ = filepath.Abs("../../examples/applications")

// startEnvironment is what the tests were started with: a script that runs the
// command in this process changes the environment, and with it Go's caches.
var startEnvironment = os.Environ()

// goApplication builds the example on the official Go SDK, once.
var goApplication = sync.OnceValues(func() (string, error) {
	program := filepath.Join(programsDir, "travel.exe")
	build := exec.Command("go", "build", "-C", filepath.Join(applicationsDir, "go"), "-buildvcs=false", "-o", program, ".")
	build.Env = startEnvironment
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
})

// typeScriptApplication is the example on the official TypeScript SDK, as it was
// built by npm.
func typeScriptApplication() (string, error) {
	program := filepath.Join(applicationsDir, "typescript", "dist", "travel.js")
	if _, err := exec.LookPath("node"); err != nil {
		return "", errors.New("node is not there")
	}
	if _, err := os.Stat(program); err != nil {
		return "", errors.New("it is not built: `npm ci && npm run build` in examples/applications/typescript does that")
	}
	return program, nil
}

// travel is `application go|typescript`: it sets TRAVEL to the command of an
// example, or skips the script where it cannot be had.
func travel(ts *testscript.TestScript, _ bool, args []string) {
	switch args[0] {
	case "go":
		program, err := goApplication()
		ts.Check(err)
		ts.Setenv("TRAVEL", program)
	case "typescript":
		program, err := typeScriptApplication()
		if err != nil {
			ts.Setenv("SKIPPED", err.Error())
			return
		}
		ts.Setenv("TRAVEL", program)
	}
}

// TestTheApplicationsAreThere says which of the scripts' applications are missing.
func TestTheApplicationsAreThere(t *testing.T) {
	if _, err := typeScriptApplication(); err != nil {
		t.Skip("the TypeScript application is not tested:", err)
	}
}
