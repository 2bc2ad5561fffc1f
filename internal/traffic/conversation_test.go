package traffic

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// entry is a line with the turns and an answer of these blocks.
func entry(turns, blocks, stop string) string {
	return `{"request":{"model":"m","max_tokens":5,"messages":[` + turns + `]},"response":{"type":"message","role":"assistant","content":[` +
		blocks + `],"stop_reason":"` + stop + `"}}`
}

func user(content string) string      { return `{"role":"user","content":` + content + `}` }
func assistant(content string) string { return `{"role":"assistant","content":` + content + `}` }
func text(s string) string            { return `{"type":"text","text":"` + s + `"}` }

const (
	use    = `{"type":"tool_use","id":"t1","name":"look","input":{}}`
	result = `{"type":"tool_result","tool_use_id":"t1","content":"seen"}`
)

// lengths are how many requests each conversation has.
func lengths(t *testing.T, lines ...string) string {
	t.Helper()
	var out []int
	found := Conversations(read(t, Options{}, lines...))
	for _, c := range found.Conversations {
		out = append(out, len(c.Steps))
	}
	return fmt.Sprintf("%d, cut %d, paused %d", out, found.Cut, len(found.Paused))
}

func TestConversationsAreFound(t *testing.T) {
	first := entry(user(`"Hi"`), text("Hello"), "end_turn")
	for _, test := range []struct {
		name  string
		want  string
		lines []string
	}{
		{"the answer as a text", "[2], cut 0, paused 0", []string{first, entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn")}},
		{"the newest first", "[2], cut 0, paused 0", []string{entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn"), first}},
		{"a cache mark that moves on", "[2], cut 0, paused 0", []string{
			entry(user(`[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]`), text("Hello"), "end_turn"),
			entry(user(`"Hi"`)+","+assistant(`[`+text("Hello")+`]`)+","+user(`[{"type":"text","text":"And?","cache_control":{"type":"ephemeral"}}]`), text("So."), "end_turn"),
		}},
		{"another answer", "[1 1], cut 0, paused 0", []string{first, entry(user(`"Hi"`)+","+assistant(`"Hullo"`)+","+user(`"And?"`), text("So."), "end_turn")}},
		{"another model", "[1 1], cut 0, paused 0", []string{strings.Replace(first, `"m"`, `"n"`, 1), entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn")}},
		{"two that are the same", "[2 2], cut 0, paused 0", []string{first, first,
			entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn"),
			entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn")}},
		{"a branch", "[2 1], cut 0, paused 0", []string{first,
			entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn"),
			entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"Or?"`), text("No."), "end_turn")}},
		{"a tool", "[2], cut 0, paused 0", []string{
			entry(user(`"Hi"`), use, "tool_use"),
			entry(user(`"Hi"`)+","+assistant(`[`+use+`]`)+","+user(`[`+result+`]`), text("Seen."), "end_turn")}},
		{"a tool that is left without an answer", "[1], cut 0, paused 0", []string{entry(user(`"Hi"`), use, "tool_use")}},
		{"a tool with a word beside its result", "[1 1], cut 0, paused 0", []string{
			entry(user(`"Hi"`), use, "tool_use"),
			entry(user(`"Hi"`)+","+assistant(`[`+use+`]`)+","+user(`[`+result+`,`+text("Go on")+`]`), text("Seen."), "end_turn")}},
		{"a log that ends within tools", "[1 1], cut 1, paused 0", []string{
			entry(user(`"Hi"`), use, "tool_use"),
			entry(user(`"Hi"`)+","+assistant(`[`+use+`]`)+","+user(`[`+result+`]`), strings.ReplaceAll(use, "t1", "t2"), "tool_use")}},
		{"an answer that paused", "[2], cut 0, paused 0", []string{
			entry(user(`"Hi"`), text("Hm"), "pause_turn"), entry(user(`"Hi"`)+","+assistant(`"Hm"`), text("So."), "end_turn")}},
		{"an answer that paused for good", "[], cut 0, paused 1", []string{entry(user(`"Hi"`), text("Hm"), "pause_turn")}},
		{"after a refusal", "[1 1], cut 0, paused 0", []string{
			entry(user(`"Hi"`), text("Hello"), "refusal"), entry(user(`"Hi"`)+","+assistant(`"Hello"`)+","+user(`"And?"`), text("So."), "end_turn")}},
	} {
		if got := lengths(t, test.lines...); got != test.want {
			t.Errorf("%s: the requests of conversations are %s, want %s", test.name, got, test.want)
		}
	}
}

func TestRecordsAreRead(t *testing.T) {
	run := `{"kind":"run","format":2,"tool":"evalrun","started":"2026-11-22T10:00:00Z","base_url":"b","api_version":"2023-06-01","source":"api","suites":[]}`
	exchange := func(more, request, response string) string {
		return `{"kind":"exchange","suite":"","case":"","variant":"","sample":1,"turn":1,"role":"answer","key":"sha256:1",` + more +
			`"request":` + request + `,"response":` + response + `,"latency_ms":5,"error":null}`
	}
	image := `{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":{"sha256":"` + strings.Repeat("ab", 32) + `"}}}]}]}`
	log := read(t, Options{}, run,
		`{"kind":"blob","sha256":"`+strings.Repeat("ab", 32)+`","media_type":"image/png","data":"AAAA"}`,
		exchange(`"betas":["b-1"],`, image, answered),
		strings.Replace(exchange("", asked, "null"), `"sample":1`, `"sample":2`, 1),
		strings.Replace(exchange("", asked, answered), `"sample":1`, `"sample":2`, 1),
		strings.Replace(exchange("", asked, answered), `"role":"answer"`, `"role":"judge"`, 1),
		`{"kind":"of a later version","request":1}`)
	if len(log.Exchanges) != 2 || log.Record == nil {
		t.Fatalf("%d exchanges, want 2", len(log.Exchanges))
	}
	e := log.Exchanges[0]
	if !strings.Contains(e.Body.String(), `"data":"AAAA"`) || fmt.Sprint(e.Betas) != "[b-1]" || e.Measured.LatencyMS != 5 {
		t.Errorf("the exchange is %s with %s and %v", e.Body.String(), e.Betas, e.Measured.LatencyMS)
	}
}

// FuzzRead: what is read is well-formed, and each answered exchange is in one
// conversation.
func FuzzRead(f *testing.F) {
	f.Add(entry(user(`"Hi"`), use, "tool_use") + "\n" + entry(user(`"Hi"`)+","+assistant(`[`+use+`]`)+","+user(`[`+result+`]`), text("Seen."), "end_turn"))
	f.Add(`{"request":` + asked + `,"response":"` + streamed + `"}`)
	f.Add(`{"request":` + asked + `,"response":` + events + `}`)
	f.Add(export(chat()...))
	f.Add(`{"kind":"run","format":2}` + "\n" + `{"kind":"exchange","request":` + asked + `,"response":` + answered + `}`)
	f.Fuzz(func(t *testing.T, in string) {
		log, err := Read(strings.NewReader(in), Options{Skip: true})
		if err != nil {
			t.Fatal(err)
		}
		found := Conversations(log)
		n := len(found.Paused)
		for _, c := range found.Conversations {
			n += len(c.Steps)
			for _, s := range c.Steps {
				if !json.Valid(s.Body.Text()) {
					t.Errorf("the body %s is not JSON", s.Body.Text())
				}
				if d := s.Difference(s.Body, true); d != "" {
					t.Errorf("the body %s differs from itself in %s", s.Body.Text(), d)
				}
			}
		}
		if n != len(log.Exchanges) {
			t.Errorf("%d exchanges are in conversations, of %d", n, len(log.Exchanges))
		}
	})
}
