package tokens

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// TestMostIsAboveEveryTokenizer holds the bound above the bytes of a text in
// every form that a tokenizer may give it: a token is a byte at least.
func TestMostIsAboveEveryTokenizer(t *testing.T) {
	for _, text := range []string{
		"", "Hi", "What is 2+2?", "a\nb\t\x00\u2028\"\\", "Königinnen", "住在花园后面旧墙里的蚂蚁", "여왕개미가 두 마리 있다",
		strings.Repeat("\ufdfa", 50), "½ ﬁ ™ … № ㎒ ㍿", "e\u0301\u0301\u0301 \u1e9b\u0323", "🙂🏳️‍🌈",
		strings.Repeat("\u0344\u0958\U0001d160", 20), "\xff\xfe",
	} {
		for form, spelled := range map[string]string{"plain": encoded(text, false), "escaped": encoded(text, true)} {
			body := `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":` + spelled + `}]}`
			got := NewEstimator().Request("m", payload.New([]byte(body))).Most
			var decoded string
			if err := json.Unmarshal([]byte(spelled), &decoded); err != nil {
				t.Fatal(err)
			}
			for _, f := range []norm.Form{norm.NFC, norm.NFKC} {
				if least := float64(len(f.String(decoded))); got < least+8 {
					t.Errorf("%q, %s: at most %v tokens, and %v bytes in one form", text, form, got, least)
				}
			}
			if most := 60 + 3*float64(len(text)); form == "plain" && !strings.ContainsAny(text, "\ufdfa\x00㍿\u0344") && !strings.Contains(text, "\xff") && got > most+32 {
				t.Errorf("%q: at most %v tokens; want no more than %v", text, got, most)
			}
		}
	}
}

// encoded writes a text as a JSON string, with all characters escaped if need
// be.
func encoded(text string, escaped bool) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text)
	plain := strings.TrimSuffix(b.String(), "\n")
	if !escaped {
		return plain
	}
	var out strings.Builder
	for _, r := range plain {
		if r < 0x80 || r > 0xffff {
			out.WriteRune(r)
			continue
		}
		fmt.Fprintf(&out, `\u%04x`, r)
	}
	return out.String()
}

// The bytes of an image's data are no tokens, wherever they stand.
func TestMostOfImages(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 280, 280))); err != nil {
		t.Fatal(err)
	}
	body := func(data string) []byte {
		return []byte(`{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":` + data + `}}]}]}`)
	}
	blob := payload.NewBlob("image/png", file.Bytes())
	for name, p := range map[string]payload.JSON{
		"in the text": payload.New(body(`"` + base64.StdEncoding.EncodeToString(file.Bytes()) + `"`)),
		"beside it":   payload.New(body(string(blob.AppendReference(nil))), blob),
	} {
		got := NewEstimator().Request("m", p)
		if got.Most < 100*1.1 || got.Most > 100*1.1+400 || len(got.Opens) > 0 {
			t.Errorf("%s: at most %v tokens of an image of 100, %v", name, got.Most, got.Opens)
		}
	}
}

// TestMostOfTools holds the bound of tools above what the documentation says
// that the API adds for its own.
func TestMostOfTools(t *testing.T) {
	for kind, adds := range map[string]float64{
		"bash_20250124": 325, "text_editor_20250728": 700, "computer_20251124": 735 + 499,
		"computer_toolset_20260801": 4520, "browser_toolset_20260801": 6610, "memory_20250818": 0, "custom": 0,
	} {
		body := `{"model":"claude-opus-5-5","max_tokens":1,"messages":[],"tools":[{"type":"` + kind + `","name":"x"}]}`
		got := NewEstimator().Request("claude-opus-5-5", payload.New([]byte(body)))
		if got.Most < adds+804 || len(got.Opens) > 0 {
			t.Errorf("%s: at most %v tokens, %v", kind, got.Most, got.Opens)
		}
		if in := got.Input; in.Low > adds+804 || in.High < adds {
			t.Errorf("%s: %+v", kind, in)
		}
	}
}

func TestTurnsAddUp(t *testing.T) {
	turn := payload.New([]byte(`{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.com"}}]}`))
	req := NewEstimator().Request("m", payload.New([]byte(`{"model":"m","max_tokens":7,"messages":[{"role":"user","content":"Hi"}]}`)))
	before := req
	more := NewEstimator().Turns("m", []payload.JSON{turn})
	req.Add(&more)
	if req.Most != before.Most+float64(len(turn.Text())) || len(req.Opens) != 1 || len(before.Opens) != 0 || req.MaxTokens != 7 {
		t.Errorf("%+v and a turn is %+v", before, req)
	}
}

func BenchmarkMost(b *testing.B) {
	for name, text := range map[string]string{
		"English": strings.Repeat("The ants in the old wall have two queens. ", 1000),
		"Chinese": strings.Repeat("住在花园后面旧墙里的蚂蚁有两只蚁后", 1000),
		"hostile": strings.Repeat("\ufdfa", 10000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				mostOf([]byte(text))
			}
		})
	}
}

// A tool that a turn defines costs what one of the member tools does.
func TestToolsThatTurnsDefineAreCounted(t *testing.T) {
	body := func(tools, definition string) Request {
		return NewEstimator().Request("claude-opus-5", payload.New([]byte(`{"model":"claude-opus-5","max_tokens":1,"tools":[`+tools+`],"messages":[{"role":"user","content":"Hi"},`+
			`{"role":"system","content":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":`+definition+`}}]}]}`)))
	}
	toolset := `{"type":"computer_toolset_20260801"}`
	first, later := body(toolset, `{}`), body("", toolset)
	if first.Input.Likely < 4520 || later.Input.Likely < 4520 || later.Most < first.Most-100 || len(later.Opens) > 0 {
		t.Errorf("in tools it is %+v, in a turn %+v", first, later)
	}
	if search := body("", `{"type":"web_search_20260318","name":"web_search"}`); len(search.Opens) != 1 || search.Opens[0].Name != "web_search_20260318" {
		t.Errorf("a search that a turn adds has a bound: %+v", search)
	}
	turn := NewEstimator().Turns("claude-opus-5", []payload.JSON{payload.New([]byte(`{"role":"system","content":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"web_search_20260318"}}}]}`))})
	if len(turn.Opens) != 1 {
		t.Errorf("a search that a later turn adds has a bound: %+v", turn)
	}
}
