package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// scaleFormats are the reports that are made of a large run, each by a process
// of its own.
var scaleFormats = []string{"table", "csv", "json", "jsonl", "junit", "markdown", "github", "html"}

// scale measures what a large run takes: check, the run with its table, every
// report from its record, and where it is asked for the run once more, answered
// by the record.
func scale(o options, url, program, suite, dir string, server *fakeapi.Server) error {
	fmt.Printf("%d cases\n", o.cases)
	recorded := filepath.Join(dir, "run.jsonl")
	if o.batch {
		return scaleBatches(o, program, suite, recorded, url, server)
	}
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
	if err := scaleReports(url, program, recorded, dir); err != nil {
		return err
	}
	if o.replay {
		if err := scaleAgain(o, url, program, suite, recorded); err != nil {
			return err
		}
	}
	return check(server, o.cases, 1)
}

// scaleBatches runs a suite by batches.
func scaleBatches(o options, program, suite, recorded, url string, server *fakeapi.Server) error {
	if _, err := run("batch", exec.Command(program, suite, "-q", "--batch", "-j", fmt.Sprint(o.inFlight), "--record", recorded), url); err != nil {
		return err
	}
	size, err := sizeOf(recorded)
	if err != nil {
		return err
	}
	fmt.Printf("%-10s %d MB\n%-10s %d of %d requests\n", "record", size, "batches", len(server.Batches()), len(server.Batched()))
	return nil
}

// scaleReports makes every report of a record.
func scaleReports(url, program, recorded, dir string) error {
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
	return nil
}

// scaleAgain runs a suite whose answers a record has. Resuming it comes last:
// that writes to the record.
func scaleAgain(o options, url, program, suite, recorded string) error {
	other := recorded + ".again"
	for _, flags := range [][]string{{"--replay", recorded, "--record", other}, {"--reuse", recorded, "--record", other}, {"--resume", recorded}} {
		args := append([]string{suite, "-q", "-j", fmt.Sprint(o.inFlight)}, flags...)
		if _, err := run(strings.TrimPrefix(flags[0], "--"), exec.Command(program, args...), url); err != nil {
			return err
		}
		if err := os.Remove(other); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// sizeOf is the size of a file in megabytes.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size() >> 20, nil
}
