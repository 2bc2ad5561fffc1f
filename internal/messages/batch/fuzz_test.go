package batch_test

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/messages/batch"
)

const fuzzed = 3 // samples

// FuzzResults has the results of a batch be any text, in which $1 to $3 are the ids of
// its requests. Each sample gets an answer, an error or another try, and none an
// answer that no line has for it.
func FuzzResults(f *testing.F) {
	const answer = `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}`
	succeeded := func(id string) string {
		return `{"custom_id":"` + id + `","result":{"type":"succeeded","message":` + answer + "}}\n"
	}
	whole := succeeded("$3") + succeeded("$1") + succeeded("$2")
	for _, text := range []string{
		whole,
		strings.TrimSuffix(whole, "}\n"), // torn
		"", "\n\n", "{}\n", "null\n", "[]\n", "no JSON at all\n", "\x00\xff\n", "<html>\n",
		succeeded("$1"), // missing
		whole + succeeded("$1"),
		whole + strings.Replace(succeeded("$1"), "Hi", "Ho", 1),
		succeeded("another") + succeeded(strings.Repeat("ab", 32)) + whole,
		succeeded(strings.Repeat("ab", 32)),
		`{"custom_id":"$1","result":{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error","message":"no"}}}}` + "\n" +
			`{"custom_id":"$2","result":{"type":"expired"}}` + "\n" + `{"custom_id":"$3","result":{"type":"canceled"}}` + "\n",
		`{"custom_id":"$1","result":{"type":"errored","error":{"type":"error","error":{"type":"overloaded_error","message":"later"}}}}` + "\n",
		`{"custom_id":"$1","result":{"type":"errored","error":7}}` + "\n" + `{"custom_id":"$2","result":{"type":"errored"}}` + "\n" + `{"custom_id":"$3","result":7}` + "\n",
		`{"custom_id":["$1"],"result":{"type":"succeeded"}}` + "\n" + `{"custom_id":"$2","result":{"type":"succeeded","message":null}}` + "\n",
		`{"custom_id":"$1","custom_id":"$2","result":{"type":"succeeded","type":"expired","message":` + answer + "}}\n",
		`{"custom_id":"$1","result":{"type":"new_kind"}}` + "\n" + strings.ToUpper(succeeded("$2")),
		`{"custom_id":"$1","result":` + strings.Repeat("[", 20_000) + "\n",
		strings.Replace(succeeded("$1"), "Hi", strings.Repeat("x", 200_000), 1),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var sent []byte
		x := newFixture(t, fakeapi.Options{Batches: fakeapi.BatchOptions{Results: func(string, [][]byte) [][]byte { return [][]byte{sent} }}}, batch.Options{})
		for n := 1; n <= fuzzed; n++ {
			if _, err := x.sender.Send(t.Context(), request("Hello"), identity(n)); !errors.Is(err, messages.ErrPending) {
				t.Fatal(err)
			}
		}
		ids := batch.CustomIDs(request("Hello"), identity(1), identity(2), identity(3))
		for i, id := range ids {
			text = strings.ReplaceAll(text, "$"+strconv.Itoa(i+1), id)
		}
		sent = []byte(text)
		if again, err := x.sender.Round(t.Context(), fuzzed); err != nil || !again {
			t.Fatal(again, err)
		}
		for n, got := range x.got(fuzzed) {
			if got == "answer" && !bytes.Contains(sent, []byte(ids[n])) {
				t.Errorf("sample %d has an answer that no line has", n+1)
			}
		}
		if batched := x.server.Batched(); !slices.Equal(slices.Sorted(maps.Keys(batched)), slices.Sorted(slices.Values(ids))) || len(x.server.Batches()) != 1 {
			t.Errorf("created %v", batched)
		}
	})
}
