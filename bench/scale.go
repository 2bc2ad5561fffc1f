package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// scaleFormats are the reports that are made of a large run, each by a process
// of its own.
var scaleFormats = []string{"table", "csv", "json", "jsonl", "junit", "markdown", "github", "html"}

// scale measures what a large run takes: check, the run with its table, and
// every report from its record.
func scale(o options, url, program, suite, dir string, server *fakeapi.Server) error {
	fmt.Printf("%d cases\n", o.cases)
	recorded := filepath.Join(dir, "run.jsonl")
	if _, err := run("check", exec.Command(program, "check", suite), url); err != nil {
		return err
	}
	if _, err := run("run", exec.Command(program, suite, "-q", "-j", fmt.Sprint(o.inFlight), "--record", recorded), url); err != nil {
		return err
	}
	size, err := sizeOf(recorded)
	if err != nil {
		return err
	}
	fmt.Printf("%-10s %d MB\n", "record", size)
	for _, format := range scaleFormats {
		path := filepath.Join(dir, "report")
		if _, err := run(format, exec.Command(program, "report", recorded, "-o", format+"="+path), url); err != nil {
			return err
		}
		size, err := sizeOf(path)
		if err != nil {
			return err
		}
		fmt.Printf("%-10s %d MB on disk\n", "", size)
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return check(server, o.cases, 1)
}

// sizeOf is the size of a file in megabytes.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size() >> 20, nil
}
