package traffic

import (
	"fmt"
	"strings"
	"testing"
)

// firsts are the lines at which conversations begin.
func firsts(list []*Conversation) string {
	var out []int
	for _, c := range list {
		out = append(out, c.First().Line)
	}
	return fmt.Sprint(out)
}

func TestDedupeKeepsTheFirst(t *testing.T) {
	again := func(answer string) string {
		return entry(user(`"Hi"`)+","+assistant(`"`+answer+`"`)+","+user(`"And?"`), text("So."), "end_turn")
	}
	found := Conversations(read(t, Options{},
		entry(user(`"Hi"`), text("Hello"), "end_turn"), again("Hello"),
		entry(user(`"Hi"`), text("Hullo"), "end_turn"), again("Hullo"), // the same is said, and answered otherwise
		entry(user(`"Hi"`), text("Hey"), "end_turn"),
		entry(user(`"Ho"`), text("Hello"), "end_turn")))
	if got := firsts(Dedupe(found.Conversations)); got != "[1 5 6]" {
		t.Errorf("conversations that begin at %s are left, want [1 5 6]", got)
	}
}

func TestPickTakesWhatDiffersMost(t *testing.T) {
	var lines []string
	for i := range 20 {
		said := fmt.Sprintf("please tell me about the weather in the city number %d today", i)
		switch i {
		case 7:
			said = "write a sonnet on ants and their queens"
		case 13:
			said = "solve x squared plus four equals zero over complex numbers"
		}
		lines = append(lines, entry(user(`"`+said+`"`), text("Yes."), "end_turn"))
	}
	list := Conversations(read(t, Options{}, lines...)).Conversations
	if got := firsts(Pick(list, 3)); got != "[1 8 14]" {
		t.Errorf("conversations that begin at %s are picked, want [1 8 14]", got)
	}
	if got := len(Pick(list, 100)); got != 20 {
		t.Errorf("%d of 20 are picked, want all", got)
	}
	same := Conversations(read(t, Options{}, strings.Split(strings.Repeat(lines[0]+"\n", 5), "\n")...)).Conversations
	if got := len(Pick(same, 3)); got != 3 {
		t.Errorf("%d of 5 equal ones are picked, want 3", got)
	}
}
