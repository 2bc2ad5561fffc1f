package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// gone is the command of scripts that fails where a process is still there whose ID
// is a line of a file.
func gone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone FILE")
	}
	ids := strings.Fields(ts.ReadFile(args[0]))
	if len(ids) == 0 {
		ts.Fatalf("%s names no process", args[0])
	}
	for _, id := range ids {
		pid, err := strconv.Atoi(id)
		ts.Check(err)
		for deadline := time.Now().Add(10 * time.Second); isRunning(pid); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				ts.Fatalf("the process %d is still there, of %d", pid, len(ids))
			}
		}
	}
}

// isRunning reports whether a process is there that does more than wait for its
// parent to ask how it ended.
func isRunning(pid int) bool {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(status), ") Z ")
}
