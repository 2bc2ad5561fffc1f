package runreport

import (
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// FindingsText is all that did not go as it should in a case, as plain text: the
// place of each, and what explains it. It is "" where there is nothing. Places in
// the suite's file are those of the file shown, where that is not "".
func (s Source) FindingsText(c *summary.Case, path, shown string) (string, error) {
	found := findings(c)
	if err := s.readJudged(c, found); err != nil {
		return "", err
	}
	for i := range found {
		if at, ok := strings.CutPrefix(found[i].place, path+":"); ok && shown != "" {
			found[i].place = shown + ":" + at
		}
	}
	text := strings.TrimRight(junitText(c, found, record.Fail, record.Errored, record.Skip, warned), "\n")
	if text != "" {
		text += "\n"
	}
	return text, nil
}
