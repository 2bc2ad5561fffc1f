package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/judgereport"
)

// labelSheet writes the sheet that people label.
func labelSheet(s streams, flags *judgeFlags, path string) error {
	to, wrong := flags.sheetPath()
	file, openErr := openRun(path)
	if file != nil {
		defer file.Close()
	}
	labels, labelsErr := readLabels(flags.labels)
	if err := diagnostic.Join(wrong, openErr, labelsErr); err != nil {
		return err
	}
	drawn, err := flags.draw(file, labels)
	if err != nil {
		return judgeError(path, err)
	}
	write := func(w io.Writer) error {
		rows, err := judgereport.LabelSheet(w, file, drawn)
		if err == nil && rows == 0 {
			err = calibration.ErrNoJudge
		}
		return err
	}
	if to == "" {
		err = write(s.out)
	} else {
		err = s.file(to, write)
	}
	switch {
	case errors.Is(err, calibration.ErrNoJudge):
		if drawn != nil {
			return usage(fmt.Sprintf("%s: every answer of this pick has a label", path), "another --seed picks others")
		}
		return judgeError(path, err)
	case err != nil:
		return &exitError{exitErrors, fmt.Errorf("the sheet could not be written: %w", err)}
	}
	if drawn != nil {
		answers, rubrics, all := drawn.Count()
		fmt.Fprintf(s.err, "%s of %s by %s, --seed %d: write pass or fail into the first column, then `evalrun judge %s --labels FILE`\n",
			wording.Count(answers, "answer"), wording.Count(all, "judged one"), wording.Count(rubrics, "rubric"), flags.seed, safetext.Line(path))
	}
	return nil
}

// draw picks the answers that people label; nil for all.
func (f *judgeFlags) draw(file *record.File, labels []calibration.Label) (*calibration.Drawn, error) {
	if f.pick == 0 && f.next == 0 {
		return nil, nil
	}
	if f.seed == 0 {
		f.seed = rand.Uint64N(1 << 32)
	}
	return calibration.Draw(file, calibration.Pick{Even: f.next > 0, N: max(f.pick, f.next), Seed: f.seed}, labels)
}

// sheetPath is where the sheet goes, "" for stdout. People's work is not
// overwritten.
func (f *judgeFlags) sheetPath() (string, error) {
	if len(f.outputs) == 0 {
		return "", nil
	}
	path := strings.TrimPrefix(f.outputs[0], "csv=")
	switch _, err := os.Lstat(path); {
	case slices.Contains(judgeFormats, path):
		return "", usage("-o "+path+" says nothing without --labels", "`-o labels.csv` writes the sheet to a file")
	case len(f.outputs) > 1:
		return "", usage("the sheet is written once, and -o is given several times", "")
	case path == "" || path == "-":
		return "", nil
	case namedfile.CheckWrite(path) != nil:
		return "", usage(fmt.Sprintf("-o %s: %v", path, namedfile.CheckWrite(path)), namedfile.Hint)
	case err == nil:
		return "", usage(fmt.Sprintf("-o %s: the file is there, and may hold labels", path), "name another file")
	case !errors.Is(err, fs.ErrNotExist):
		return "", usage(fmt.Sprintf("-o %s: %v", path, fileError(err)), "")
	}
	return path, nil
}

// judgeError says in which record no answer was judged.
func judgeError(path string, err error) error {
	if !errors.Is(err, calibration.ErrNoJudge) {
		return err
	}
	return usage(fmt.Sprintf("%s: %v", path, err), "`rubric: Is polite.` in `assert` asks a judge; docs/judges.md says how")
}
