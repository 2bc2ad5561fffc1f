package reporters

import (
	"fmt"
	"strings"

	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
)

// maxVerdict bounds the line of a verdict, in cells.
const maxVerdict = 300

// The words and signs of a verdict's outcomes. A verdict that passes only by
// --allow has the sign of a warning.
var (
	verdictWords = map[string]string{
		record.Pass: "PASSED", record.Fail: "FAILED", record.Errored: "UNDECIDED",
		verdict.Inconclusive: "INCONCLUSIVE", verdict.Interrupted: "INTERRUPTED",
	}
	verdictPhrases = map[string]string{
		record.Pass: "passed", record.Fail: "failed", record.Errored: "could not be decided",
		verdict.Inconclusive: "is inconclusive", verdict.Interrupted: "was interrupted",
	}
	verdictSigns = map[string]string{
		record.Pass: "✅", record.Fail: "❌", record.Errored: "⚠️", verdict.Inconclusive: "❔", verdict.Interrupted: "⚠️",
	}
)

// verdictSign shows a verdict at a glance.
func verdictSign(v verdict.Verdict) string {
	if v.Exit() == verdict.ExitPassed && len(v.Allowed) > 0 {
		return "⚠️"
	}
	return verdictSigns[v.Outcome()]
}

// verdictWord is the verdict in one word: what comparisons found, or what the
// exit code says.
func verdictWord(v verdict.Verdict) string {
	if v.Found != "" {
		return string(v.Found)
	}
	return verdictWords[v.Outcome()]
}

// verdictReasons says why the verdict is what it is: what fails, then what
// --allow passes over. What its word says already is left out.
func verdictReasons(v verdict.Verdict) string {
	texts := func(reasons []verdict.Reason) string {
		var texts []string
		for _, r := range reasons {
			text := r.Text
			if text == string(v.Found) {
				text = ""
			}
			texts = append(texts, nonEmpty(strings.Join(nonEmpty(r.Of, text), ": "))...)
		}
		return strings.Join(texts, "; ")
	}
	said := texts(v.Reasons)
	if allowed := texts(v.Allowed); allowed != "" {
		said = strings.Join(nonEmpty(said, "allowed: "+allowed), "; ")
	}
	return said
}

// verdictHead is the verdict in one line, not yet safe to show: its word,
// --allow where that was given, and the reasons.
func verdictHead(v verdict.Verdict) string {
	head := verdictWord(v)
	if allow := v.Options.AllowFlag(); allow != "" {
		head += " with " + allow
	}
	if reasons := verdictReasons(v); reasons != "" {
		head += ": " + reasons
	}
	return head
}

// VerdictLine is the verdict in one line, safe to show, with an exit code that
// is not 0.
func VerdictLine(v verdict.Verdict) string {
	line := safetext.Cut(verdictHead(v), maxVerdict)
	if code := v.Exit(); code != verdict.ExitPassed {
		line += fmt.Sprintf(" (exit code %d)", code)
	}
	return line
}

// verdictColour colours text by a verdict.
func verdictColour(s style, v verdict.Verdict, text string) string {
	switch {
	case v.Exit() == verdict.ExitFailed:
		return s.red(text)
	case v.Exit() == verdict.ExitPassed && len(v.Allowed) == 0:
		return s.green(text)
	}
	return s.yellow(text)
}

// jsonVerdict is a verdict in the reports for programs.
type jsonVerdict struct {
	ExitCode int          `json:"exit_code"`
	Reasons  []jsonReason `json:"reasons"`
	Allow    []string     `json:"allow"`
	Allowed  []jsonReason `json:"allowed"`
}

type jsonReason struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func newJSONVerdict(v verdict.Verdict) jsonVerdict {
	reasons := func(list []verdict.Reason) []jsonReason {
		out := make([]jsonReason, len(list))
		for i, r := range list {
			out[i] = jsonReason{string(r.Kind), r.Text}
		}
		return out
	}
	return jsonVerdict{v.Exit(), reasons(v.Reasons), append([]string{}, v.Options.Allow...), reasons(v.Allowed)}
}
