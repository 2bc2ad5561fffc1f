package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
)

// rescue keeps the lines that did not fit into a run's record elsewhere, and says
// where, also of a quiet run: answers that were paid for are among them.
func (r *runRecord) rescue(s streams) {
	left := r.writer.Unwritten()
	if len(left.Lines) == 0 {
		return
	}
	lacks := fmt.Sprintf("the record lacks %s", wording.Count(left.Answers, "answer"))
	if left.USD > 0 {
		lacks += fmt.Sprintf(" ($%.4f)", left.USD)
	}
	to, err := keepElsewhere(left.Lines)
	if err != nil {
		fmt.Fprintf(s.err, "%s, lost now: %s\n", lacks, safetext.Text(err.Error()))
		return
	}
	fmt.Fprintf(s.err, "%s, kept in %s: once there is room, `cat %[2]s >> %[3]s` puts them there, and `--resume %[3]s` goes on\n",
		lacks, safetext.Line(to), safetext.Line(r.path))
}

// keepElsewhere writes lines into a file of its own in the directory for such
// files, or else in the user's own, and gives its path.
func keepElsewhere(lines []byte) (string, error) {
	dirs := []string{os.TempDir()}
	if home, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, home)
	}
	var failed error
	for _, dir := range dirs {
		file, err := os.CreateTemp(dir, "evalrun-rest-*.jsonl") // of mode 0600
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		_, err = file.Write(lines)
		if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
			return file.Name(), nil
		}
		failed = errors.Join(failed, err, os.Remove(file.Name()))
	}
	return "", failed
}
