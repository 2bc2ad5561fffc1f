package judgereport

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/csvrow"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// LabelSheet writes the answers of a run that a judge gave a verdict on as
// CSV, one row for each answer and rubric, for people to write into its first
// column whether the answer passes: what calibration.ReadLabels reads. The
// judge's verdict is not in it, so that nobody follows it. Cells are made safe
// as in CSV. A pick leaves the others out, and its columns follow; nil is all. It gives
// the number of rows; without one it writes nothing.
func LabelSheet(w io.Writer, f *record.File, drawn *calibration.Drawn) (rows int, err error) {
	for verdicts, err := range calibration.Verdicts(f) {
		if err != nil {
			return rows, err
		}
		for i := range verdicts {
			more, chosen := pickCells(drawn, &verdicts[i])
			if !verdicts[i].Given || !chosen {
				continue
			}
			if rows == 0 {
				if err := writeHeader(w, drawn); err != nil {
					return 0, err
				}
			}
			if err := writeLabelRow(w, f, &verdicts[i], more); err != nil {
				return rows, err
			}
			rows++
		}
	}
	return rows, nil
}

// pickCells are the cells of calibration.PickColumns; false for an answer that was not
// picked.
func pickCells(drawn *calibration.Drawn, v *calibration.Verdict) ([]string, bool) {
	if drawn == nil {
		return nil, true
	}
	chance, pick, of, ok := drawn.Row(v)
	text := ""
	if chance > 0 {
		text = strconv.FormatFloat(chance, 'g', 4, 64)
	}
	return []string{text, pick, of}, ok
}

func writeHeader(w io.Writer, drawn *calibration.Drawn) error {
	columns := calibration.Columns
	if drawn != nil {
		columns = slices.Concat(columns, calibration.PickColumns)
	}
	return csvrow.Write(w, columns)
}

func writeLabelRow(w io.Writer, f *record.File, v *calibration.Verdict, more []string) error {
	e, err := judgedExchange(f, v)
	if err != nil {
		return err
	}
	question, said := "", ""
	if e != nil {
		question, said = lastQuestion(e.Request), recordtext.ReadAnswer(e).Whole()
	}
	return csvrow.Write(w, append(csvrow.Text(
		"", v.Case.Suite, v.Case.Case, v.Case.Variant, strconv.Itoa(v.Sample), calibration.RubricName(v.Rubric), "", "",
		v.Rubric.Rubric, question, said,
	), more...))
}

// judgedExchange is the exchange whose answer was judged; nil where the record
// lacks it.
func judgedExchange(f *record.File, v *calibration.Verdict) (*record.Exchange, error) {
	var judged *record.Exchange
	for e, err := range f.ExchangesAt(v.Index, v.Sample) {
		if err != nil {
			return nil, err
		}
		if e.IsAnswer() && (v.Turn == 0 || e.Turn == v.Turn) {
			judged = e
		}
	}
	return judged, nil
}

// lastQuestion is the text of a request's last user turn; "" where it has
// none.
func lastQuestion(request json.RawMessage) string {
	var body struct {
		Messages []struct {
			Role    string          `json:"role"`
			Content json.RawMessage `json:"content"`
		} `json:"messages"`
	}
	if exactjson.Unmarshal(request, &body) != nil {
		return ""
	}
	for i := len(body.Messages) - 1; i >= 0; i-- {
		if body.Messages[i].Role == "user" {
			return contentText(body.Messages[i].Content)
		}
	}
	return ""
}

// contentText is the text of a turn's content, a string or blocks.
func contentText(content json.RawMessage) string {
	var text string
	if exactjson.Unmarshal(content, &text) == nil {
		return text
	}
	var blocks []struct {
		Text string `json:"text"`
	}
	if exactjson.Unmarshal(content, &blocks) != nil {
		return ""
	}
	var parts []string
	for _, b := range blocks {
		parts = append(parts, layout.NonEmpty(b.Text)...)
	}
	return strings.Join(parts, "\n")
}
