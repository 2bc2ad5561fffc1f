package runreport

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// The elements of a JUnit file. There is no standard; these are what the
// schemas of Ant and of Jenkins' xUnit plugin both allow, with every element
// and attribute that either requires, and what neither has but readers look
// for: file and line of a test case (GitLab, GitHub's reporters), and its
// properties and system-out (Jenkins, GitLab, as pytest and Surefire write
// them).
type (
	// junitSuite is what a test suite begins with.
	junitSuite struct {
		name, title string // title is the suite's in the record
		time        time.Duration
		counts      summary.Outcomes
		properties  []junitProperty
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
	// maxJUnitFound is how many sentences of a comparison are properties.
	maxJUnitFound = 20
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
//
// Readers fail a build for any failure or error, so that there is one exactly
// where the exit code is not 0: a case that the verdict tolerates has its
// findings as output, and what no case shows is a test case of its own.
func JUnit(w io.Writer, src Source) error {
	out := newJUnitWriter(w)
	b := junitBuilder{src: src, out: out, suiteNames: names{}}
	out.open("testsuites")
	for i := range src.Run.Suites {
		if err := b.writeSuites(&src.Run.Suites[i]); err != nil {
			return err
		}
	}
	b.writeVerdict()
	return out.end()
}

// junitBuilder makes the elements and has them written.
type junitBuilder struct {
	src        Source
	out        *junitWriter
	suites     int // how many are written
	suiteNames names
	caseNames  names // of one test suite
}

// writeSuites writes a suite's cases, a test suite for each variant, and its
// gates as test cases: in its test suite, or, where that is not one, in one of
// their own.
func (b *junitBuilder) writeSuites(suite *summary.Suite) error {
	single := len(suite.Variants) == 1
	for i := range suite.Variants {
		var gates []summary.Gate
		if single {
			gates = suite.Gates
		}
		if err := b.writeVariant(suite, i, gates); err != nil {
			return err
		}
	}
	if !single && len(suite.Gates) > 0 {
		of := b.newSuite(suite, suite.Name)
		b.countGates(&of.counts, suite.Gates)
		b.open(of)
		b.writeGates(suite, suite.Gates, of.name)
		b.out.value("system-out", junitOutput{})
		b.out.value("system-err", junitOutput{})
		b.out.close("testsuite")
	}
	return b.out.err
}

// writeVariant writes the suite's cases in one variant, and the gates.
func (b *junitBuilder) writeVariant(suite *summary.Suite, variant int, gates []summary.Gate) error {
	v := &suite.Variants[variant]
	title := suite.Name
	if v.Name != "" {
		title += " · " + v.Name
	}
	of := b.newSuite(suite, title)
	of.time, of.counts = v.Totals.Latency, b.counted(suite, v.Totals)
	of.properties = append(b.properties(group{v.Name, v.Totals, v.Latency}), coverageProperties(v.Metrics)...)
	if suite.Owner != "" {
		of.properties = append(of.properties, junitProperty{"owner", safetext.Cut(suite.Owner, layout.MaxLine)})
	}
	if v.Queue != nil {
		of.properties = append(of.properties, junitProperty{"queue", queueText(v.Queue)})
	}
	b.countGates(&of.counts, gates)
	b.open(of)
	for c, err := range b.src.cases(suite, func(m summary.Mark) bool { return m.Variant == variant }) {
		if err != nil {
			return err
		}
		tc, err := b.newCase(suite, c, of.name)
		if err != nil {
			return err
		}
		b.out.value("testcase", tc)
	}
	b.writeGates(suite, gates, of.name)
	if err := b.writeWarnings(suite, variant); err != nil {
		return err
	}
	b.out.value("system-err", junitOutput{})
	b.out.close("testsuite")
	return b.out.err
}

// writeWarnings writes the warnings of all cases of a variant as its test
// suite's output.
func (b *junitBuilder) writeWarnings(suite *summary.Suite, variant int) error {
	var err error
	b.out.texts("system-out", func(yield func(string) bool) {
		for c, e := range b.src.cases(suite, func(m summary.Mark) bool { return m.Noted && m.Variant == variant }) {
			if err = e; err != nil {
				return
			}
			if text := junitText(c, findings(c), warned); text != "" && !yield(text) {
				return
			}
		}
	})
	return err
}

// newSuite is a test suite without cases.
func (b *junitBuilder) newSuite(suite *summary.Suite, title string) junitSuite {
	return junitSuite{name: b.suiteNames.unique(title), title: suite.Name}
}

// open begins a test suite, whose cases' names are its own.
func (b *junitBuilder) open(s junitSuite) {
	b.caseNames = names{}
	number := func(n int) string { return strconv.Itoa(n) }
	b.out.open("testsuite",
		"name", s.name, "package", safetext.Line(s.title), "id", number(b.suites),
		"hostname", "localhost", // what the schema asks for where it is not known
		"timestamp", b.src.Run.Header.Started.UTC().Format(junitTimestamp), "time", seconds(s.time),
		"tests", number(s.counts.Total()), "failures", number(s.counts.Fail), "errors", number(s.counts.Error), "skipped", number(s.counts.Skip))
	b.out.value("properties", junitProperties{List: s.properties})
	b.suites++
}

// properties is what a reader may want to know of a test suite beyond its
// cases.
func (b *junitBuilder) properties(of group) []junitProperty {
	properties := append([]junitProperty{
		{"tool", safetext.Line(b.src.Run.Header.Tool)},
		{"complete", strconv.FormatBool(b.src.Run.Complete)},
	}, usageProperties(of.Totals)...)
	properties = append(properties, rateProperties(of.Totals.Rate())...)
	if sources := answerSources(b.src.Run); sources != "" {
		properties = append(properties, junitProperty{"source", sources})
	}
	if of.Name != "" {
		properties = append(properties, junitProperty{"variant", safetext.Cut(of.Name, layout.MaxLine)})
	}
	for _, c := range b.src.Verdict.Compared {
		name := "compared with " + safetext.Cut(c.Base, layout.MaxLine)
		properties = append(properties, junitProperty{name, safetext.Cut(c.Verdict, layout.MaxLine)})
		for _, text := range c.Found[:min(len(c.Found), maxJUnitFound)] {
			properties = append(properties, junitProperty{name + ", found", safetext.Cut(text, layout.MaxLine)})
		}
	}
	return properties
}

// newCase is the test case of c.
func (b *junitBuilder) newCase(suite *summary.Suite, c *summary.Case, class string) (junitCase, error) {
	out := junitCase{
		Name:      b.caseNames.unique(c.Case.Case),
		Classname: class,
		File:      safetext.Line(c.Path),
		Line:      max(c.Line, 0),
	}
	if err := b.addAnswers(&out, c); err != nil {
		return junitCase{}, err
	}
	out.Time = seconds(c.Totals.Latency)
	found := findings(c)
	switch {
	case c.Outcome == record.Pass:
	case c.Outcome == record.Skip:
		out.Skipped = &junitResult{Message: safetext.Cut(c.Skip, maxJUnitMessage)}
	case !b.src.Verdict.FailsCase(suite, c):
		out.tolerate(c.Outcome, b.src.Verdict.ToleratedBy(suite, c), junitText(c, found, record.Fail, record.Errored, warned))
	case c.Outcome == record.Fail:
		out.Failure = &junitResult{Type: "assertion", Message: junitMessage(found, record.Fail)}
		out.Failure.Text = junitText(c, found, record.Fail, record.Errored, warned)
	default:
		out.Error = &junitResult{Type: errorType(c), Message: junitMessage(found, record.Errored)}
		out.Error.Text = junitText(c, found, record.Fail, record.Errored, warned)
	}
	return out, nil
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
