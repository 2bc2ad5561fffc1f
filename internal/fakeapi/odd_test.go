package fakeapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// An odd form is read by net/http as any other; a damaged one is an error or no
// JSON.
func TestFormsOfAnAnswer(t *testing.T) {
	for fault, whole := range map[fakeapi.Fault]bool{
		fakeapi.HTTP10: true, fakeapi.Hints: true, fakeapi.Trailer: true, fakeapi.Untyped: true, fakeapi.ByteOrderMark: true,
		fakeapi.Spaced: true, fakeapi.Gzip: true,
		fakeapi.CutHTTP10: false, fakeapi.ShortLength: false, fakeapi.CutGzip: false, fakeapi.BadGzip: false, fakeapi.BadChunk: false,
		fakeapi.Appended: false,
	} {
		s, url := broken(t, fault)
		status, read, err := try(url, hello)
		text := strings.TrimPrefix(string(read), "\uFEFF")
		if got := err == nil && json.Valid([]byte(text)); status != 200 || got != whole {
			t.Errorf("%s: status %d, %q, %v", fault, status, read, err)
		}
		if c := s.Counts(); (c.Answered == 1) != whole || c.ByStatus[200] != 1 {
			t.Errorf("%s: counts %+v", fault, c)
		}
	}
}

func TestFormsOfAStream(t *testing.T) {
	_, url := broken(t, "")
	_, good, _ := try(url, with(`"stream":true`))
	squeezed := func(stream []byte) string {
		return strings.NewReplacer(" ", "", "\r", "", "\n", "", "data:", "").Replace(string(stream))
	}
	for fault, same := range map[fakeapi.Fault]bool{
		fakeapi.StreamCRLF: true, fakeapi.StreamCR: true, fakeapi.StreamBytes: true, fakeapi.StreamGzip: true, fakeapi.StreamTight: true,
		fakeapi.StreamLines: true, fakeapi.StreamComments: false, fakeapi.StreamDone: false, fakeapi.StreamNameless: false,
	} {
		s, url := broken(t, fault)
		status, stream, err := try(url, with(`"stream":true`))
		if status != 200 || err != nil || (squeezed(stream) == squeezed(good)) != same || !strings.Contains(squeezed(stream), `"type":"message_stop"`) {
			t.Errorf("%s: status %d, %v: %s", fault, status, err, stream)
		}
		if status, whole, err := try(url, hello); status != 200 || err != nil || !json.Valid(whole) {
			t.Errorf("%s without a stream: status %d, %v: %s", fault, status, err, whole)
		}
		if c := s.Counts(); c.Answered != 2 {
			t.Errorf("%s: counts %+v", fault, c)
		}
	}
}
