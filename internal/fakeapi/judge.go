package fakeapi

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Judged is what a call asks a judge: the rubric, and the answers that it is
// to judge, one, or two that it is to compare.
type Judged struct {
	Rubric  string
	Answers []string
}

// statedMark is the sentence that gives a judge the mark of its tags.
var statedMark = regexp.MustCompile(`^The mark is ([0-9a-f]+)\.`)

// JudgedBy reads what a call asks a judge; ok is false for every other call.
func JudgedBy(c *Call) (asked Judged, ok bool) {
	text := c.LastUserText()
	mark := statedMark.FindStringSubmatch(text)
	if mark == nil {
		return Judged{}, false
	}
	between := func(name string) (string, bool) {
		_, rest, found := strings.Cut(text, "<"+name+"-"+mark[1]+">\n")
		inside, _, closed := strings.Cut(rest, "</"+name+"-"+mark[1]+">")
		return strings.TrimSuffix(inside, "\n"), found && closed
	}
	if asked.Rubric, ok = between("rubric"); !ok {
		return Judged{}, false
	}
	for _, name := range []string{"first", "second", "answer"} {
		// Two answers may each have one inside, beside their conversations.
		if answer, found := between(name); found && len(asked.Answers) < 2 {
			asked.Answers = append(asked.Answers, answer)
		}
	}
	return asked, len(asked.Answers) > 0
}

// decide answers a judge's call with these parts, in the form that it asks
// for.
func decide(c *Call, parts map[string]any) Answer {
	if tool := chosenTool(c); tool != nil {
		block := toolUseBlock(c, tool)
		block["input"] = parts
		return Answer{Content: []map[string]any{block}}
	}
	text, err := json.Marshal(parts)
	if err != nil {
		return Answer{Status: 500, ErrorMessage: err.Error()}
	}
	return Answer{Text: string(text)}
}

// decision judges by rule: the score is the share of the words in quotation
// marks in the rubric that an answer has, and an answer with all of them
// passes; of two answers the one with more of them is preferred.
func decision(c *Call, asked Judged) Answer {
	first := share(asked.Rubric, asked.Answers[0])
	if len(asked.Answers) == 1 {
		return decide(c, map[string]any{"reason": "A made reason.", "score": first, "pass": first == 1})
	}
	preferred := "neither"
	switch second := share(asked.Rubric, asked.Answers[1]); {
	case first > second:
		preferred = "first"
	case second > first:
		preferred = "second"
	}
	return decide(c, map[string]any{"reason": "A made reason.", "preferred": preferred})
}

var quotedWords = regexp.MustCompile(`"([^"]+)"`)

// share is what share of a rubric's quoted words an answer has, 1 where there
// are none.
func share(rubric, answer string) float64 {
	words := map[string]bool{}
	for _, m := range quotedWords.FindAllStringSubmatch(rubric, -1) {
		words[m[1]] = strings.Contains(answer, m[1])
	}
	if len(words) == 0 {
		return 1
	}
	found := slices.DeleteFunc(slices.Collect(maps.Values(words)), func(has bool) bool { return !has })
	return float64(len(found)) / float64(len(words))
}
