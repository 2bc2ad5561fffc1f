package csvrow

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/internal/numbers"
)

// maxCell is how many characters a cell holds at most; Excel reads 32,767.
const maxCell = 32_000

// Text makes texts safe for cells.
func Text(texts ...string) []string {
	cells := make([]string, len(texts))
	for i, text := range texts {
		cells[i] = safetext.Cell(cutCell(text))
	}
	return cells
}

// cutCell takes characters out of the middle of a text that is too long for a
// cell, and says how many.
func cutCell(text string) string {
	if len(text) <= maxCell {
		return text
	}
	runes := utf8.RuneCountInString(text)
	if runes <= maxCell {
		return text
	}
	all := []rune(text)
	const half = maxCell/2 - 50
	return fmt.Sprintf("%s\n… %s …\n%s", string(all[:half]), numbers.Counted(runes-2*half, "more character"), string(all[runes-half:]))
}

// Write writes one row. encoding/csv writes either LF after rows or CR
// LF inside cells too; here rows end as the RFC says and cells stay as they
// are.
func Write(w io.Writer, cells []string) error {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if strings.ContainsAny(cell, ",\"\r\n") || strings.HasPrefix(cell, " ") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		b.WriteString(cell)
	}
	b.WriteString("\r\n")
	_, err := io.WriteString(w, b.String())
	return err
}
