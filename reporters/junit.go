package reporters

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/summary"
)

// The elements of a JUnit file. There is no standard; these are what the
// schemas of Ant and of Jenkins' xUnit plugin both allow, with every element
// and attribute that either requires, and what neither has but readers look
// for: file and line of a test case (GitLab, GitHub's reporters), and its
// properties and system-out (Jenkins, GitLab, as pytest and Surefire write
// them).
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Package    string          `xml:"package,attr"`
		ID         int             `xml:"id,attr"`
		Hostname   string          `xml:"hostname,attr"`
		Timestamp  string          `xml:"timestamp,attr"` // UTC, without a zone
		Time       string          `xml:"time,attr"`      // seconds
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        junitOutput     `xml:"system-out"`
		Err        junitOutput     `xml:"system-err"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	// junitCase has no more than one of its results.
	junitCase struct {
		Name      string `xml:"name,attr"`
		Classname string `xml:"classname,attr"`
		File      string `xml:"file,attr,omitempty"`
		Line      int    `xml:"line,attr,omitempty"`
		Time      string `xml:"time,attr"`
		// Properties are read by GitLab, Jenkins' JUnit plugin and pytest's
		// readers.
		Properties *junitProperties `xml:"properties"`
		Failure    *junitResult     `xml:"failure"`
		Error      *junitResult     `xml:"error"`
		Skipped    *junitResult     `xml:"skipped"`
		Out        *junitOutput     `xml:"system-out"`
	}
	junitProperties struct {
		List []junitProperty `xml:"property"`
	}
	junitResult struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
		Text    string `xml:",cdata"`
	}
	junitOutput struct {
		Text string `xml:",cdata"`
	}
)

const (
	// junitTimestamp is ISO 8601 as Ant's schema has it, in UTC.
	junitTimestamp = "2006-01-02T15:04:05"
	// What bounds the text of one result.
	maxJUnitLines = 2000
	maxJUnitWidth = 4000
	// maxJUnitMessage bounds a result's one-line message.
	maxJUnitMessage = 300
	// What bounds a test case's answers: how many are shown, and how long
	// each is.
	maxJUnitAnswers     = 10
	maxJUnitAnswerLines = 200
)

// JUnit writes the run as a JUnit file: a test suite for each suite and
// variant, a test case for each of its cases and gates. A test case that failed or
// errored holds all its findings as text, every one has its answers, up to a
// bound, as its output. Times are in seconds: a case's is
// the latency of all its samples. Names are made unique, in the order of the
// record, so that a reader that keys on them loses nothing.
func JUnit(w io.Writer, src Source) error {
	run := src.Run
	b := junitBuilder{src: src, suiteNames: names{}, caseNames: names{}}
	for i := range run.Suites {
		for _, variant := range variantsOf(&run.Suites[i]) {
			if err := b.addSuite(&run.Suites[i], variant); err != nil {
				return err
			}
		}
		b.addGates(&run.Suites[i])
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(b.out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type junitBuilder struct {
	src        Source
	out        junitSuites
	suiteNames names
	caseNames  names // of all suites, each with its class name
}

// addSuite adds the suite's cases in one variant.
func (b *junitBuilder) addSuite(suite *summary.Suite, variant string) error {
	title := suite.Name
	if variant != "" {
		title += " · " + variant
	}
	out := b.newSuite(suite, title)
	sum := group{name: variant}
	var warnings []string
	for i := range suite.Cases {
		c := &suite.Cases[i]
		if c.Variant != variant {
			continue
		}
		found := findings(c)
		tc := b.newCase(c, out.Name, found)
		if err := b.addAnswers(&tc, c); err != nil {
			return err
		}
		out.Cases = append(out.Cases, tc)
		warnings = append(warnings, nonEmpty(junitText(c, found, warned))...)
		sum.add(c)
	}
	cases := sum.totals.Cases
	out.Tests, out.Failures, out.Errors, out.Skipped = cases.Total(), cases.Fail, cases.Error, cases.Skip
	out.Time = seconds(sum.totals.Latency)
	out.Properties = b.properties(sum)
	out.Out.Text = strings.Join(warnings, "\n")
	b.out.Suites = append(b.out.Suites, out)
	return nil
}

// newSuite is a test suite without cases.
func (b *junitBuilder) newSuite(suite *summary.Suite, title string) junitSuite {
	return junitSuite{
		Name:      b.suiteNames.unique("", title),
		Package:   safetext.Line(suite.Name),
		ID:        len(b.out.Suites),
		Hostname:  "localhost", // what the schema asks for where it is not known
		Timestamp: b.src.Run.Header.Started.UTC().Format(junitTimestamp),
		Time:      seconds(0),
	}
}

// properties is what a reader may want to know of a test suite beyond its
// cases.
func (b *junitBuilder) properties(sum group) []junitProperty {
	properties := append([]junitProperty{
		{"tool", safetext.Line(b.src.Run.Header.Tool)},
		{"complete", strconv.FormatBool(b.src.Run.Complete)},
	}, usageProperties(sum)...)
	properties = append(properties, rateProperties(sum.totals.Cases)...)
	if sources := answerSources(b.src.Run); sources != "" {
		properties = append(properties, junitProperty{"source", sources})
	}
	if sum.name != "" {
		properties = append(properties, junitProperty{"variant", safetext.Cut(sum.name, maxLine)})
	}
	return properties
}

// newCase is the test case of c, whose findings were found.
func (b *junitBuilder) newCase(c *summary.Case, class string, found []finding) junitCase {
	out := junitCase{
		Name:      b.caseNames.unique(class, c.Case.Case),
		Classname: class,
		File:      safetext.Line(c.Path),
		Line:      max(c.Line, 0),
		Time:      seconds(c.Totals.Latency),
	}
	switch c.Outcome {
	case record.Pass:
	case record.Skip:
		out.Skipped = &junitResult{Message: safetext.Cut(c.Skip, maxJUnitMessage)}
	case record.Fail:
		out.Failure = &junitResult{Type: "assertion", Message: junitMessage(found, record.Fail)}
		out.Failure.Text = junitText(c, found, record.Fail, record.Errored, warned)
	default:
		out.Error = &junitResult{Type: errorType(c), Message: junitMessage(found, record.Errored)}
		out.Error.Text = junitText(c, found, record.Fail, record.Errored, warned)
	}
	return out
}

// junitMessage is the first finding of the kind on one line, and how many
// more there are.
func junitMessage(found []finding, kind string) string {
	found = slices.DeleteFunc(slices.Clone(found), func(f finding) bool { return f.kind != kind })
	if len(found) == 0 {
		return ""
	}
	message := safetext.Cut(found[0].headline(), maxJUnitMessage)
	if more := len(found) - 1; more > 0 {
		message += fmt.Sprintf(" (and %d more)", more)
	}
	return message
}

// errorType is the type of the first error that a sample of the case has.
func errorType(c *summary.Case) string {
	for _, s := range c.Samples {
		if s.Error != nil && s.Error.Type != "" {
			return safetext.Line(s.Error.Type)
		}
	}
	return "no_verdict"
}

// seconds writes a duration in seconds with milliseconds.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// junitText is the full text of the findings of the given kinds.
func junitText(c *summary.Case, found []finding, kinds ...string) string {
	var texts []string
	for _, f := range found {
		if slices.Contains(kinds, f.kind) {
			texts = append(texts, f.text(c))
		}
	}
	return safetext.Block(strings.Join(texts, "\n"), maxJUnitLines, maxJUnitWidth)
}

// names counts names, to give each out once.
type names map[string]int

// unique makes the name safe and different from all before it in the class:
// the second of a name gets " (2)". Names that differ only in white space
// are the same, as they are to a reader that goes by the schemas.
func (n names) unique(class, name string) string {
	name = strings.Join(strings.Fields(safetext.Cut(name, maxLine)), " ")
	if name == "" {
		name = "(no name)"
	}
	key := func(name string) string { return class + "\x00" + name }
	out := name
	for n[key(out)] > 0 {
		n[key(name)]++
		out = fmt.Sprintf("%s (%d)", name, n[key(name)])
	}
	n[key(out)]++
	return out
}
