package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/slowtest"
	"github.com/evalrun/evalrun/record"
)

// application is one that has conversations at the same time, and keeps a log.
type application struct {
	random *rand.Rand
	log    bytes.Buffer
	count  int
	system string // "" is a short one
}

// request appends a request and its answer to the log.
func (a *application) request(turns []any, blocks []any, stop string) {
	a.count++
	line, err := json.Marshal(map[string]any{
		"request": map[string]any{
			"model": "claude-haiku-4-5", "max_tokens": 256, "system": cmp.Or(a.system, "You are brief."), "messages": turns,
			"tools": []any{map[string]any{"name": "look", "input_schema": map[string]any{"type": "object"}}},
		},
		"response": map[string]any{
			"type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": blocks, "stop_reason": stop,
			"usage": map[string]any{"input_tokens": 10, "output_tokens": 5},
		},
	})
	if err != nil {
		panic(err)
	}
	a.log.Write(append(line, '\n'))
}

// talk is a conversation of ten turns, some with tools, of which each call makes
// one request.
type talk struct {
	number, said int
	turns        []any
	waits        string // the tool use that is to be answered
}

// next makes the next request, and reports whether the conversation goes on.
func (a *application) next(t *talk) bool {
	if t.waits != "" {
		t.add("user", []any{map[string]any{"type": "tool_result", "tool_use_id": t.waits, "content": fmt.Sprintf("seen %d", a.count)}})
		t.waits = ""
	} else {
		t.add("user", fmt.Sprintf("Question %d of talk %d: why?\n  - because # {{ so }}", t.said, t.number))
	}
	if a.random.IntN(3) == 0 {
		t.waits = fmt.Sprintf("toolu_%d", a.count)
		use := []any{map[string]any{"type": "tool_use", "id": t.waits, "name": "look", "input": map[string]any{"at": t.said}}}
		a.request(t.turns, use, "tool_use")
		t.add("assistant", use)
		return true
	}
	answer := fmt.Sprintf("Answer %d of talk %d.", t.said, t.number)
	blocks := []any{map[string]any{"type": "text", "text": answer}}
	a.request(t.turns, blocks, "end_turn")
	if t.said++; a.random.IntN(2) == 0 { // as many applications keep it
		t.add("assistant", answer)
	} else {
		t.add("assistant", blocks)
	}
	return t.said < 10
}

func (t *talk) add(role string, content any) {
	t.turns = append(t.turns, map[string]any{"role": role, "content": content})
}

// Each conversation of a log becomes a case, and the suite gets the answers of the
// log when it is run with the record beside it. EVALRUN_ROUNDS=1000 does that to a
// thousand.
func TestImportedConversationsAreReplayed(t *testing.T) {
	a := &application{random: rand.New(rand.NewPCG(1, 2))}
	n := roundsOr(slowtest.Size(30, 200))
	var talks []*talk
	for i := range n {
		talks = append(talks, &talk{number: i})
	}
	for len(talks) > 0 {
		if i := a.random.IntN(len(talks)); !a.next(talks[i]) {
			talks[i] = talks[len(talks)-1]
			talks = talks[:len(talks)-1]
		}
	}
	dir := t.TempDir()
	log, suites, run := filepath.Join(dir, "log.jsonl"), filepath.Join(dir, "suites"), filepath.Join(dir, "run.jsonl")
	if err := os.WriteFile(log, a.log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := runInto(&out, "import", log, "-o", suites); code != exitOK {
		t.Fatal(out.String())
	}
	if want := fmt.Sprintf("%d cases with %d requests", n, a.count); !strings.Contains(out.String(), want) {
		t.Errorf("import says this, want %s:\n%s", want, out.String())
	}
	if code := runInto(&out, suites, "--replay", filepath.Join(suites, recordName), "--record", run); code != exitOK {
		t.Fatal(out.String())
	}
	replayed, err := record.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	defer replayed.Close()
	exchanges := 0
	for c, err := range replayed.Cases() {
		if err != nil {
			t.Fatal(err)
		}
		answers := 0
		for e, err := range replayed.ExchangesAt(c.Index, 1) {
			if err != nil {
				t.Fatal(err)
			}
			exchanges++
			if bytes.Contains(e.Response, []byte("tool_use")) {
				continue
			}
			var number int
			asked, _, _ := strings.Cut(string(e.Request), ": why?")
			if _, err := fmt.Sscanf(asked[strings.Index(asked, "Question"):], "Question 0 of talk %d", &number); err != nil {
				t.Fatal(err, asked)
			}
			if want := fmt.Sprintf("Answer %d of talk %d.", answers, number); !bytes.Contains(e.Response, []byte(want)) {
				t.Errorf("case %s got %s, want %q", c.Case.Case, e.Response, want)
			}
			answers++
		}
		if answers != 10 {
			t.Errorf("case %s has %d answers, want 10", c.Case.Case, answers)
		}
	}
	if exchanges != a.count {
		t.Errorf("%d requests were replayed, want %d", exchanges, a.count)
	}
}

// What differs between conversations may be any text: each row of the data set asks
// what was asked, or import would refuse to write it.
func TestAnyTextIsFolded(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"{", "{{", "}}", "}", "{{ vars.v1 }}", "'", `"`, "\n", "\n\n", "\r\n", "\t", " ", "a", "Label:", "<tag>", "</tag>", "<tag>\n", "é", "日本", "\u2028", "\u0000", "\uFEFF", "# x", "- ", ": ", "!raw", "`", "\\", "word "}
	text := func() string {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	a := &application{random: random}
	for range slowtest.Size(20, 200) {
		system, begin, end := text(), text()+"Answer me now: ", text()
		for range 3 {
			said := []any{map[string]any{"type": "text", "text": begin + text() + end + text()}, map[string]any{"type": "text", "text": text() + "x"}}
			turns := []any{map[string]any{"role": "user", "content": said}}
			a.system = system + "You are brief."
			a.request(turns, []any{map[string]any{"type": "text", "text": "Yes."}}, "end_turn")
		}
	}
	dir := t.TempDir()
	log, suites := filepath.Join(dir, "log.jsonl"), filepath.Join(dir, "suites")
	if err := os.WriteFile(log, a.log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := runInto(&out, "import", log, "-o", suites, "--template"); code != exitOK || !strings.Contains(out.String(), "over data sets") {
		t.Fatal(out.String())
	}
	if code := runInto(&out, suites, "-q", "--replay", filepath.Join(suites, recordName)); code != exitOK {
		t.Fatal(out.String())
	}
}

// runInto runs evalrun, whose output of both kinds goes to out.
func runInto(out *bytes.Buffer, args ...string) int { return run(args, nil, out, out) }

// A log may say what an application of today never does.
func TestOddRequestsAreCasesOrErrorsOfTheLog(t *testing.T) {
	const line = `{"request":{"model":"m","max_tokens":%s,"metadata":%s,"messages":[{"role":%q,"content":"Hi"}]},` +
		`"response":{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn"}}`
	deep := strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000)
	for _, test := range []struct{ name, line, want string }{
		{"deep JSON", fmt.Sprintf(line, "5", deep, "user"), "log.jsonl: no suite can ask what was logged: nested more than 200 levels deep"},
		{"a role of later", fmt.Sprintf(line, "5", "{}", "../../tool"), "1 case with 1 request"},
		{"a number of no machine", fmt.Sprintf(line, "1e400", "{}", "user"), "log.jsonl: no suite can ask what was logged: max_tokens is 1e400"},
	} {
		dir := t.TempDir()
		log := filepath.Join(dir, "log.jsonl")
		if err := os.WriteFile(log, []byte(test.line), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		runInto(&out, "import", log, "-o", filepath.Join(dir, "suites"))
		if !strings.Contains(out.String(), test.want) || strings.Contains(out.String(), ".evalrun-import") {
			t.Errorf("%s: import says this, want %q:\n%.600s", test.name, test.want, out.String())
		}
	}
}
