package assert

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/reporters"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

const french = `{"id":"msg_2","model":"claude-opus-4-6","content":[
 {"type":"thinking","thinking":"hm"},
 {"type":"text","text":"Bonjour, comment allez-vous aujourd'hui? Je suis très content de vous voir. Hallo there everyone"}],
 "stop_reason":"max_tokens","usage":{"input_tokens":1,"output_tokens":99}}`

const jsonAnswer = `{"content":[{"type":"text","text":"{\"items\": [{\"name\": \"ant\", \"legs\": 6}, {\"name\": \"spider\", \"legs\": 8}], \"note\": \"two\\nlines\\n\", \"日本\": true}"}],
 "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":9}}`

const journey = `{"content":[
 {"type":"tool_use","id":"t1","name":"search","input":{"city":"Milan"}},
 {"type":"tool_use","id":"t2","name":"fetch","input":{"city":"Milan","nights":2,"stops":[{"at":"Milan"},{"at":"Pisa"}]}},
 {"type":"tool_use","id":"t3","name":"fetch","input":{"nights":1}}],
 "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":9}}`

// draw draws a trace as the reports do, from its JSON.
func draw(t *testing.T, expr string, trace Trace) string {
	t.Helper()
	data, err := json.Marshal(trace)
	if err != nil {
		t.Fatal(err)
	}
	return reporters.DrawTrace(expr, data)
}

// The traces of failures, as a user sees them: go test -update writes them.
func TestTraces(t *testing.T) {
	var out strings.Builder
	for _, c := range []struct {
		body  string
		exprs []string
	}{
		{french, []string{
			`text contains "Hello" && usage.output_tokens < 50`,
			`usage.output_tokens < 50`,
			`any(content, .type == "tool_use")`,
			`all(content, .type == "thinking")`,
			`none(content, .type == "text")`,
			`len(filter(content, .type == "text" && len(.text) > 3)) == 2`,
			`stop_reason in ["end_turn", "stop_sequence"] || not (text contains "Bonjour")`,
			`stop_reason not in ["max_tokens"]`,
			`json.a.b == 5 && text == "x"`,
			`error.status == 400`,
			`response.usage == {"input_tokens": 1, "output_tokens": 98}`,
			"text contains \"x\" &&\n\tusage.output_tokens < 50",
			`1 < usage.output_tokens < 50`,
			`is_json(text)`,
			`let n = len(text); n < 5`,
			`vars.limit > 60 ? text == "x" : stop_reason == vars.capital`,
			`if vars.limit < 60 { text == "x" } else { stop_reason == "y" }`,
			`response?.foo?.bar.baz == 3`,
			`(response.usage.cache ?? 0) > 1`,
			`tool_uses[0].name == "x"`,
			`response.id`,
			`latency < duration("1ms")`,
			`content | any(.type == "x")`,
			`any(content, let c = .type; any([1, 2], # > len(c)))`,
			`all([], # > 1) && one(1..3, # > 1)`,
			`text startsWith "Hello"`,
			`text endsWith "bye"`,
			`text matches "^Hi+ (there|you)"`,
			`"日本" + text == text && true`,
			`usage.output_tokens / 0 > 1`,
			`text contains "tre\u0300s"`,
			`"très" in ["oui", "tre\u0300s"]`,
			`ttft?.Seconds() < 5`,
			`(ttft?.Seconds() ?? 0) > 1`,
			`ttft.Seconds() < 5`,
		}},
		{jsonAnswer, []string{
			`json.items[1].legs == 6 || json.items[0].name == "bee"`,
			`json.items == [{"name": "ant", "legs": 6}, {"name": "spider", "legs": 6}]`,
			`json.note == "two\nlimes\n"`,
			`all(json.items, .legs == 6)`,
			`json.itms[0].name == "ant"`,
			`json.items[7].name == "ant"`,
			`any(json.items, .wings > 1)`,
			`json.日本 == false && json["日本"] == text`,
			`map(json.items, .legs) == [6, 6]`,
			`(json.items[0].legs ? 1 : 2) == 1`,
			`json.note && true`,
			`any(json.items, .name)`,
			`json.items[0].legs != "6"`,
			`"6" not in map(json.items, .legs)`,
			`json.items[0] != {"name": "ant", "legs": "6"}`,
		}},
		{journey, []string{
			`calls("fetch", "search")`,
			`calls_exactly("search", "fetch")`,
			`calls_any_order("search", "search", "book")`,
			`called("book")`,
			`called("fetch", {city: "Rome"})`,
			`called("fetch", {stops: [{at: containing("Mi")}, {at: "Rome"}], nights: between(3, 5)})`,
			`!called("fetch", {nights: "2"})`,
			`called("fetch", {nights: one_of(1, 2)}, between(3, 4))`,
			`called("fetch", "Rome")`,
			`called("fetch", {nights: between(5, 3)})`,
			`!called("search")`,
		}},
	} {
		for _, expr := range c.exprs {
			s := subject(t)
			s.Exchange = answer(t, c.body)
			r := check(t, expr, s)
			if r.Outcome == Pass {
				t.Errorf("%s passed", expr)
			}
			fmt.Fprintf(&out, "%swhy: %s\n\n", draw(t, expr, r.Trace), r.Why)
		}
	}
	golden(t, "testdata/traces.golden", out.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// The JSON of a trace is the record's: it can be drawn from what was read.
func TestTraceJSON(t *testing.T) {
	const expr = `text contains "Bye" && usage.output_tokens < 50`
	r := check(t, expr, subject(t))
	data, err := json.Marshal(r.Trace)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"at":0,"len":4,"from":0,"to":4,"value":"\"Hello!\"","cause":true},` +
		`{"at":5,"len":8,"from":0,"to":19,"value":"false","cause":true},` +
		`{"at":23,"len":24,"from":23,"to":47,"skipped":true}]`
	if string(data) != want {
		t.Errorf("got %s\nwant %s", data, want)
	}
	var read Trace
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if draw(t, expr, read) != draw(t, expr, r.Trace) {
		t.Error("a trace that was read is drawn differently")
	}
}

// Whatever the answer holds, no control character reaches the drawing.
func TestTraceIsSafe(t *testing.T) {
	s := subject(t)
	s.Exchange = answer(t, `{"content":[{"type":"text","text":"a\u001b[31m\u0007\u0000\r\n\u202e\u2028b"}],"stop_reason":"\u001b]0;x\u0007"}`)
	for _, expr := range []string{
		`text == "x"`, `stop_reason == "x"`, `text == "a\nb\n"`, `content == []`, `json.x == 1`,
		`response.content[0].txt == 1`, `text contains "\u001b" && false`,
	} {
		r := check(t, expr, s)
		for _, r := range r.Why + draw(t, expr, r.Trace) {
			if r < ' ' && r != '\n' || r == 0x7f || r == 0x202e || r == 0x2028 {
				t.Errorf("%s: %q is shown", expr, r)
			}
		}
	}
}
