package recordtext

import (
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
)

// ErrorText writes an error as "529 overloaded_error: Overloaded", that of a
// conversation as "turn 2: 529 overloaded_error: Overloaded".
func ErrorText(e *record.Error) string {
	text := e.Type
	if e.Status != 0 {
		text = strings.TrimSpace(strconv.Itoa(e.Status) + " " + e.Type)
	}
	turn := ""
	if e.Turn > 0 {
		turn = "turn " + strconv.Itoa(e.Turn)
	}
	return strings.Join(layout.NonEmpty(turn, text, e.Message), ": ")
}
