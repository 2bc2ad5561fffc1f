package runreport

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// maxAnswerLines and answerWidth bound what is printed of one answer.
const (
	maxAnswerLines = 200
	answerWidth    = 2000
)

// Answers prints what was answered, sample by sample in the order of the
// record: for looking around before there is anything to assert.
func Answers(w io.Writer, file *record.File) error {
	out := bufio.NewWriter(w)
	for result, err := range file.Cases() {
		if err != nil {
			return err
		}
		for e, err := range file.ExchangesAt(result.Index, 0) {
			if err != nil {
				return err
			}
			writeAnswer(out, &result.Case, e)
		}
	}
	return out.Flush()
}

func writeAnswer(out *bufio.Writer, c *record.Case, e *record.Exchange) {
	title := strings.Join(layout.NonEmpty(c.Path, c.Case, c.Variant), " · ")
	if c.Times > 1 {
		title += fmt.Sprintf(" · sample %d", e.Sample)
	}
	if !e.IsAnswer() {
		title += " · " + recordtext.JudgeOf(c.Assertions, e)
	}
	if e.Turn > 1 {
		title += fmt.Sprintf(" · turn %d", e.Turn)
	}
	fmt.Fprintf(out, "── %s\n", safetext.Line(title))
	fmt.Fprintf(out, "%s\n\n", safetext.Block(answerText(e), maxAnswerLines, answerWidth))
}

// answerText is an answer as people read it: its text, other blocks as JSON,
// and why it stopped where that is not the usual.
func answerText(e *record.Exchange) string {
	if e.Error != nil {
		return fmt.Sprintf("no answer: %d %s: %s", e.Error.Status, e.Error.Type, e.Error.Message)
	}
	var answer struct {
		Content    []json.RawMessage `json:"content"`
		StopReason string            `json:"stop_reason"`
	}
	if err := exactjson.Unmarshal(e.Response, &answer); err != nil {
		return string(e.Response)
	}
	var parts []string
	for _, raw := range answer.Content {
		var block struct {
			Type string `json:"type"`
			Text string `json:"text"`
		}
		if err := exactjson.Unmarshal(raw, &block); err == nil && block.Type == "text" {
			parts = append(parts, block.Text)
			continue
		}
		parts = append(parts, string(raw))
	}
	if answer.StopReason != "end_turn" {
		parts = append(parts, "[stop_reason: "+answer.StopReason+"]")
	}
	return strings.Join(parts, "\n")
}
