package reporters_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/results/calibration"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
	"github.com/evalrun/evalrun/reporters"
	"github.com/evalrun/evalrun/reporters/judgereport"
)

// hostileVerdicts is a record in which a judge judged each text of the corpus,
// with the text in every place.
func hostileVerdicts(t *testing.T, texts []string) *record.File {
	t.Helper()
	lines := []record.Line{record.Run{}}
	for _, text := range texts {
		answer, err := json.Marshal(map[string]any{"content": []any{map[string]any{"type": "text", "text": text}}})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, record.Case{Suite: "s", Path: text, Case: text, Variant: text, Times: 1, Need: 1,
			Assertions: []record.Assertion{{At: "s.yaml:1:1", Name: text, Rubric: text, Judge: text, Votes: 1}}})
		lines = append(lines, record.Exchange{Identity: recordtest.Answer(record.ID{Suite: "s", Case: text, Variant: text}, 1), Key: "k", Response: answer})
		lines = append(lines, record.Sample{Suite: "s", Case: text, Variant: text, Sample: 1, Outcome: record.Pass,
			Assertions: []record.Check{{Outcome: record.Pass, Why: text, Votes: []record.Vote{{Pass: true, Reason: text}}}}})
	}
	return recordtest.Open(t, lines...)
}

// TestLabelSheetRoundTrip fills in the sheet of hostile answers as a
// spreadsheet would, and finds every label's answer again.
func TestLabelSheetRoundTrip(t *testing.T) {
	_, texts := hostileTexts(t)
	// What Text spells as an escape is another name afterwards: those names
	// are read from the sheet as text, and not found.
	var plain []string
	for _, text := range texts {
		if safe := strings.TrimPrefix(sheetCell(t, text), "'"); safe == text && text != "" {
			plain = append(plain, text)
		}
	}
	if len(plain) < 5 {
		t.Fatalf("%d texts of the corpus are plain, want some", len(plain))
	}
	file := hostileVerdicts(t, plain)
	var sheet bytes.Buffer
	rows, err := judgereport.LabelSheet(&sheet, file, nil)
	if err != nil || rows != len(plain) {
		t.Fatalf("%d rows, %v; want %d", rows, err, len(plain))
	}
	assertCSV(t, sheet.String())
	filled := strings.ReplaceAll(sheet.String(), "\r\n,s,", "\r\nfail,s,")
	labels, err := calibration.ReadLabels(strings.NewReader(filled), "sheet.csv")
	if err != nil {
		t.Fatal(err)
	}
	found, err := calibration.Calibrate(file, labels, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	parted := 0
	for _, r := range found.Rubrics {
		parted += len(r.Parted)
	}
	if parted != len(plain) {
		t.Errorf("%d answers part, want all %d", parted, len(plain))
	}
}

// sheetCell is how the sheet spells a text.
func sheetCell(t *testing.T, text string) string {
	t.Helper()
	var sheet bytes.Buffer
	if _, err := judgereport.LabelSheet(&sheet, hostileVerdicts(t, []string{text}), nil); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&sheet).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1][2]
}

// assertCSV holds that no cell of a sheet is a formula.
func assertCSV(t *testing.T, sheet string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(sheet)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell = strings.TrimLeft(cell, " "); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
}

func TestHostileCalibration(t *testing.T) {
	_, texts := hostileTexts(t)
	c := &calibration.Calibration{Alpha: 0.05}
	for _, text := range texts {
		c.Rubrics = append(c.Rubrics, calibration.Rubric{
			Suite: text, Name: text, Judges: []string{text}, Answers: 1, Counts: calibration.Counts{JudgeAlone: 1},
			Parted: []calibration.Parted{{Case: text, Variant: text, At: text, Reason: text}},
		})
	}
	var out bytes.Buffer
	if err := judgereport.Table(&out, c, reporters.TableOptions{}); err != nil {
		t.Fatal(err)
	}
	checkSafe(t, out.String())
}
