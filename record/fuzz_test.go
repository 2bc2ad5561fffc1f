package record

import (
	"encoding/json"
	"strings"
	"testing"
)

// newFileOf reads a record from a text.
func newFileOf(text string) (*File, error) {
	return newFile(strings.NewReader(text), int64(len(text)), func() error { return nil })
}

// FuzzFile holds that no text at all makes a reader panic, and that what is
// read once is read again.
func FuzzFile(f *testing.F) {
	f.Add(readFile(f, write(f, header, caseLine(greeting, 2, 2),
		exchangeLine(greeting, 1, "a"), sampleLine(greeting, 1, Pass), Gate{}, Summary{})))
	f.Add("{\"kind\":\"run\",\"format\":1}\n{\"kind\":\"exchange\",\"sample\":1,\"vote\":2,\"role\":\"judge\"}\n{\"kind\":\"blob\"}")
	f.Add("{\"kind\":\"run\",\"format\":1}\n{\"kind\":\"case\",\"case\":\"\\u0000\xff\"}\n{\"kind\":\"sample\",\"outcome\":\"skip\"")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := newFileOf(text)
		if err != nil {
			return
		}
		cases := 0
		for c, err := range file.Cases() {
			if err != nil {
				break
			}
			cases++
			for range file.Exchanges(c.Case.ID(), 0) {
			}
		}
		if cases > len(file.index.cases) {
			t.Errorf("%d cases of %d", cases, len(file.index.cases))
		}
		for e, err := range file.Some(10) {
			if err != nil {
				break
			}
			if found, err := NewAnswers(file, nil).Find(e.Identity, e.Key); err == nil && found == nil {
				t.Errorf("exchange %q sample %d vote %d is not found", e.Key, e.Sample, e.Vote)
			}
		}
	})
}

// FuzzMembers holds the skimming reader to encoding/json: what that one takes
// for an object, this one takes for the same.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` { "a" : [1, {"}":"]\\"}], "b":-1.5e+3,"c":null}`, `{"a":"\\\""}`, `{"a":tru}`, `{"a":1,}`, `{"a"}`, `[1]`, `{"a":"b`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := map[string]string{}
		err := members([]byte(text), func(key, value []byte) error {
			got[string(key)] = string(value)
			return nil
		})
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &want) != nil || want == nil {
			return
		}
		if err != nil {
			t.Fatalf("an object is refused: %v", err)
		}
		if strings.ContainsRune(text, '\\') || !strings.ContainsRune(text, '{') {
			return // keys are compared as they are written
		}
		for key, value := range want {
			if got[key] != string(value) && strings.ToValidUTF8(text, "") == text {
				t.Errorf("%q is %q, want %q", key, got[key], value)
			}
		}
		for cut := range len(strings.TrimRight(text, " \t\r\n")) {
			if err := members([]byte(text[:cut]), func(_, _ []byte) error { return nil }); err == nil {
				t.Fatalf("the first %d bytes alone are taken for an object", cut)
			}
		}
	})
}

// FuzzExternalize holds that taking data out and putting it back changes
// nothing, and that what is taken out leaves JSON.
func FuzzExternalize(f *testing.F) {
	f.Add(`{"type":"base64","media_type":"image/png","data":"aGk="}`)
	f.Add(`[{"data":"AAAA","type":"base64","media_type":"m","media_type":1}]`)
	f.Fuzz(func(t *testing.T, text string) {
		out, blobs := Externalize(json.RawMessage(text))
		if json.Valid([]byte(text)) && !json.Valid(out) {
			t.Fatalf("%q became %q", text, out)
		}
		if back := putBack(string(out), blobs); back != text && !strings.Contains(text, `"sha256"`) {
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}
