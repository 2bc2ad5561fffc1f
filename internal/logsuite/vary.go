package logsuite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece matches what divides texts: tags, the ends of lines, and labels at their
// beginnings.
var piece = regexp.MustCompile(`</?[A-Za-z][\w.-]*>|\n|(?m:^[A-Za-z][A-Za-z ]{1,30}:)`)

// maxChunks is into how many parts a text is divided.
const maxChunks = 17

// chunks divides texts at the lines, tags and labels that each of them has once,
// all in one order. Each chunk has a part of each text; together they are the texts.
func chunks(column []string) [][]string {
	var places []map[string]int
	for _, text := range column[1:] {
		places = append(places, unique(text))
	}
	first := unique(column[0])
	last := make([]int, len(column))
	var out [][]string
	for _, p := range pieces(column[0]) {
		at, ok := placesOf(p, first, places)
		if !ok || len(out)+2 >= maxChunks || slices.ContainsFunc(ordered(last, at), func(ok bool) bool { return !ok }) {
			continue
		}
		between := make([]string, len(column))
		for i, text := range column {
			between[i] = text[last[i]:at[i]]
			last[i] = at[i] + len(p)
		}
		out = append(out, between, slices.Repeat([]string{p}, len(column)))
	}
	rest := make([]string, len(column))
	for i, text := range column {
		rest[i] = text[last[i]:]
	}
	return append(out, rest)
}

// pieces divides a text.
func pieces(text string) []string {
	var out []string
	last := 0
	for _, at := range piece.FindAllStringIndex(text, -1) {
		out = append(out, text[last:at[0]], text[at[0]:at[1]])
		last = at[1]
	}
	return append(out, text[last:])
}

// unique gives the places of the pieces with a letter that a text has once.
func unique(text string) map[string]int {
	out := map[string]int{}
	at := 0
	for _, p := range pieces(text) {
		if _, twice := out[p]; twice {
			out[p] = -1
		} else if strings.ContainsFunc(p, unicode.IsLetter) {
			out[p] = at
		}
		at += len(p)
	}
	return out
}

// placesOf gives where a piece is in each of the texts.
func placesOf(p string, first map[string]int, others []map[string]int) ([]int, bool) {
	var out []int
	for _, places := range append([]map[string]int{first}, others...) {
		at, ok := places[p]
		if !ok || at < 0 {
			return nil, false
		}
		out = append(out, at)
	}
	return out, true
}

// ordered reports for each position whether it is not before the last one.
func ordered(last, at []int) []bool {
	out := make([]bool, len(at))
	for i := range at {
		out[i] = at[i] >= last[i]
	}
	return out
}

// common gives what texts begin and end with, in whole words.
func common(column []string) (before, after string) {
	before = column[0]
	for _, text := range column[1:] {
		n := 0
		for n < len(before) && n < len(text) && before[n] == text[n] {
			n++
		}
		before = before[:n]
	}
	before = before[:wordEnd(before)]
	after = column[0][len(before):]
	for _, text := range column[1:] {
		rest, n := text[len(before):], 0
		for n < len(after) && n < len(rest) && after[len(after)-1-n] == rest[len(rest)-1-n] {
			n++
		}
		after = after[len(after)-n:]
	}
	return before, after[wordBegin(after):]
}

// wordEnd is where the last character of a text ends that is not of a word.
func wordEnd(text string) int {
	for n := len(text); n > 0; {
		c, size := utf8.DecodeLastRuneInString(text[:n])
		if c != utf8.RuneError && !isWord(c) {
			return n
		}
		n -= size
	}
	return 0
}

// wordBegin is where the first character of a text begins that is not of a word.
func wordBegin(text string) int {
	at := strings.IndexFunc(text, func(c rune) bool { return c != utf8.RuneError && !isWord(c) })
	if at < 0 {
		return len(text)
	}
	return at
}

func isWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) }

// label matches the name that a text gives to what follows: "Question: " or
// "<question>".
var label = regexp.MustCompile(`(?:^|\s)([A-Za-z]{2,24}):\s*["']?$|<([A-Za-z]{2,24})>\s*$`)

// reserved are words of expressions, and the column of names.
var reserved = []string{"and", "or", "not", "in", "if", "else", "let", "nil", "true", "false", "matches", "contains", caseColumn}

// name is a variable's: the label before it, or v and a number.
func (f *folding) name(before string) string {
	tail := strings.ToValidUTF8(before[max(0, len(before)-64):], "")
	if m := label.FindStringSubmatch(tail); m != nil {
		name := strings.ToLower(m[1] + m[2])
		if !slices.Contains(reserved, name) && f.values[name] == nil {
			return name
		}
	}
	return fmt.Sprintf("v%d", len(f.names)+1)
}
