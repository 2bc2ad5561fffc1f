package reporters_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/reporters/runreport"
)

// shape is a JUnit file with what GitHub's test reporters look for, each as
// they look for it; an attribute that is not there is nil.
type shape struct {
	Suites []struct {
		Name  *string   `xml:"name,attr"`
		Time  *float64  `xml:"time,attr"`
		Nest  []*string `xml:"testsuite"`
		Cases []struct {
			Name      *string     `xml:"name,attr"`
			Classname *string     `xml:"classname,attr"`
			Time      *float64    `xml:"time,attr"`
			File      *string     `xml:"file,attr"`
			Line      *int        `xml:"line,attr"`
			Failures  []shapeText `xml:"failure"`
			Errors    []shapeText `xml:"error"`
			Skipped   []shapeText `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type shapeText struct {
	Message *string `xml:"message,attr"`
}

// TestJUnitHasTheShapeOfGitHubsReporters holds the report to what
// dorny/test-reporter (its java-junit) and mikepenz/action-junit-report read
// without a default of their own. The first reads name and time of each suite
// and case, makes a group of each class name that is not the suite's, and
// shows the message and text of the first failure or error. The second places
// an annotation by file and line of the case and shows the message.
func TestJUnitHasTheShapeOfGitHubsReporters(t *testing.T) {
	for name, src := range map[string]runreport.Source{"recorded": recordedRun(t), "mixed": mixedRun(t), "hostile": hostileSource(t)} {
		t.Run(name, func(t *testing.T) {
			var file shape
			if err := xml.Unmarshal([]byte(report(t, runreport.JUnit, src)), &file); err != nil {
				t.Fatal(err)
			}
			if len(file.Suites) == 0 {
				t.Fatal("there are no suites")
			}
			for _, s := range file.Suites {
				if s.Name == nil || strings.TrimSpace(*s.Name) == "" || s.Time == nil || len(s.Nest) > 0 {
					t.Errorf("the suite %+v lacks its name or time, or holds another", s)
				}
				for _, c := range s.Cases {
					if c.Name == nil || strings.TrimSpace(*c.Name) == "" || c.Time == nil || c.Classname == nil || *c.Classname != *s.Name {
						t.Errorf("the case %+v lacks its name or time, or is of another class than %q", c, *s.Name)
						continue
					}
					results := append(append(c.Failures, c.Errors...), c.Skipped...)
					if len(results) > 1 {
						t.Errorf("%s has %d results", *c.Name, len(results))
					}
					for _, r := range results {
						if r.Message == nil {
							t.Errorf("%s has no message", *c.Name)
						}
					}
					if c.File == nil || c.Line == nil && !strings.HasPrefix(*c.Name, "gate: ") {
						t.Errorf("%s has no place", *c.Name)
					}
				}
			}
		})
	}
}
