package record

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The SHA-256 of the texts "aGk=" and "AAAA", by sha256sum.
const (
	hashHi   = "96e3186af2815065fbc894de1bdadda7830527fffdba6bdd709789cf0ee79a6a"
	hashZero = "63c1dd951ffedf6f7fd968ad4efa39b8ed584f162f46e715114ee184f8de9201"
)

func TestExternalize(t *testing.T) {
	for name, test := range map[string]struct {
		in, want string
		blobs    int
	}{
		"nothing":      {`{"messages":[{"content":"data"}]}`, "", 0},
		"a source":     {`{"a": {"type":"base64","media_type":"image/png","data":"aGk="} }`, `{"a": {"type":"base64","media_type":"image/png","data":{"sha256":"HI"}} }`, 1},
		"any order":    {`[{"data" : "AAAA", "x":1.0,"media_type":"m","type":"base64"}]`, `[{"data" : {"sha256":"ZERO"}, "x":1.0,"media_type":"m","type":"base64"}]`, 1},
		"two":          {`[{"type":"base64","media_type":"m","data":"aGk="},{"type":"base64","media_type":"m","data":"AAAA"}]`, `[{"type":"base64","media_type":"m","data":{"sha256":"HI"}},{"type":"base64","media_type":"m","data":{"sha256":"ZERO"}}]`, 2},
		"outer first":  {`{"data":"aGk=","type":"base64","media_type":"m","x":{"type":"base64","media_type":"m","data":"AAAA"}}`, `{"data":{"sha256":"HI"},"type":"base64","media_type":"m","x":{"type":"base64","media_type":"m","data":{"sha256":"ZERO"}}}`, 2},
		"no media":     {`{"type":"base64","data":"aGk="}`, "", 0},
		"other type":   {`{"type":"text","media_type":"base64","x":"base64","data":"aGk="}`, "", 0},
		"escaped":      {`{"type":"base64","media_type":"m","data":"a\/b="}`, "", 0},
		"not base64":   {`{"type":"base64","media_type":"m","data":"<é>"}`, "", 0},
		"no text":      {`{"type":"base64","media_type":"m","data":[1]}`, "", 0},
		"empty":        {`{"type":"base64","media_type":"m","data":""}`, "", 0},
		"reference":    {`{"type":"base64","media_type":"m","data":{"sha256":"aGk="}}`, "", 0},
		"text of JSON": {`{"text":"{\"type\":\"base64\",\"media_type\":\"m\",\"data\":\"aGk=\"}","x":"base64"}`, "", 0},
		"no JSON":      {`{"type":"base64","media_type":"m","data":"aGk="`, "", 0},
		"deep":         {strings.Repeat("[", 200) + `{"type":"base64","media_type":"m","data":"aGk="}` + strings.Repeat("]", 200), "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, blobs := Externalize(json.RawMessage(test.in))
			want := test.in
			if test.want != "" {
				want = strings.NewReplacer("HI", hashHi, "ZERO", hashZero).Replace(test.want)
			}
			if diff := cmp.Diff(want, string(got)); diff != "" || len(blobs) != test.blobs {
				t.Errorf("%d blobs, want %d\n%s", len(blobs), test.blobs, diff)
			}
			if diff := cmp.Diff(test.in, putBack(string(got), blobs)); diff != "" {
				t.Errorf("put back:\n%s", diff)
			}
		})
	}
}

// putBack puts the data in the place of what refers to it.
func putBack(text string, blobs []Blob) string {
	for _, b := range blobs {
		text = strings.ReplaceAll(text, `{"sha256":"`+b.SHA256+`"}`, `"`+string(b.Data)+`"`)
	}
	return text
}

func TestBlobsAreWrittenOnceAndFirst(t *testing.T) {
	e := exchangeLine(greeting, 1, "a")
	e.Request = json.RawMessage(`{"source":{"type":"base64","media_type":"image/png","data":"AAAA"}}`)
	path := write(t, header, caseLine(greeting, 2, 2), e, e)
	text := readFile(t, path)
	blob := strings.Index(text, `{"kind":"blob","sha256":"`+hashZero+`","media_type":"image/png","data":"AAAA"}`)
	if blob < 0 || blob > strings.Index(text, `"kind":"exchange"`) || strings.Count(text, "AAAA") != 1 {
		t.Fatalf("the blob does not stand once and first:\n%s", text)
	}
	f := mustOpen(t, path)
	found, err := NewAnswers(f, nil).Find(e.Identity, "sha256:a")
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.Blob(hashZero)
	if err != nil || string(data.Data) != "AAAA" || string(found.Request) != `{"source":{"type":"base64","media_type":"image/png","data":{"sha256":"`+hashZero+`"}}}` {
		t.Errorf("found %s with %v, %v", found.Request, data, err)
	}
	if _, err := f.Blob("00"); err == nil || !strings.Contains(err.Error(), `no blob "00"`) {
		t.Errorf("a blob that is not there: %v", err)
	}
}

func TestABlobMustHaveItsHash(t *testing.T) {
	path := write(t, header)
	f, err := newFileOf(readFile(t, path) + `{"kind":"blob","sha256":"` + hashZero + `","media_type":"m","data":"AAAB"}` + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Blob(hashZero); err == nil || !strings.Contains(err.Error(), "not what its hash says") {
		t.Errorf("changed data: %v", err)
	}
}
