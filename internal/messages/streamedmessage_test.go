package messages

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// assemble gives the message of a stream; nil where the stream does not end it.
func assemble(stream string) (message []byte, err error) {
	events := &eventReader{source: strings.NewReader(stream), limits: wide}
	var m streamedMessage
	for !m.ended {
		e, err := events.next()
		if err == io.EOF {
			return nil, nil
		}
		if err == nil {
			err = m.take(e)
		}
		if err != nil {
			return nil, err
		}
	}
	return m.body(), nil
}

// streamFile is a file of testdata/streams: a stream and its message.
type streamFile struct{ name, stream, message string }

func streamFiles(t testing.TB) []streamFile {
	t.Helper()
	paths, err := filepath.Glob("testdata/streams/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d streams, error %v", len(paths), err)
	}
	var files []streamFile
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Files) != 2 || a.Files[0].Name != "stream" || a.Files[1].Name != "message" {
			t.Fatalf("%s is not a stream and a message", path)
		}
		files = append(files, streamFile{
			strings.TrimSuffix(filepath.Base(path), ".txtar"),
			string(a.Files[0].Data),
			strings.TrimSuffix(string(a.Files[1].Data), "\n"),
		})
	}
	return files
}

func TestStreamTellsMessage(t *testing.T) {
	for _, f := range streamFiles(t) {
		t.Run(f.name, func(t *testing.T) {
			got, err := assemble(f.stream)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(f.message, string(got)); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, err := ParseAnswer(got); err != nil {
				t.Error(err)
			}
			whole := strings.LastIndex(f.stream, "message_stop")
			for _, cut := range []int{0, 1, whole / 2, whole} {
				if got, _ := assemble(f.stream[:cut]); got != nil {
					t.Errorf("cut at %d it gives %s", cut, got)
				}
			}
		})
	}
}

const (
	startEvent = `data: {"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}` + "\n\n"
	blockEvent = `data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n\n"
	deltaEvent = `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello!"}}` + "\n\n"
	stopEvents = `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":6}}` + "\n\n" +
		`data: {"type":"message_stop"}` + "\n\n"
	helloStream = startEvent + blockEvent + deltaEvent + stopEvents
)

func TestStreamAcceptsOddMessages(t *testing.T) {
	tests := []struct{ name, stream, want string }{
		{"nothing in it", startEvent + `data: {"type":"message_stop"}` + "\n\n", `{"type":"message","role":"assistant","content":[]}`},
		{"usage behind the rest", startEvent + strings.Replace(stopEvents, "\n\n", "\n\n"+
			`data: {"type":"message_delta","delta":{},"usage":{"output_tokens":7}}`+"\n\n", 1),
			`{"type":"message","role":"assistant","content":[],"stop_reason":"end_turn","usage":{"output_tokens":7}}`},
		{"begun anew", startEvent + blockEvent + deltaEvent + helloStream,
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"content in its start", strings.Replace(helloStream, "[]", `[ {"type":"a"} ]`, 1),
			`{"type":"message","role":"assistant","content":[ {"type":"a"} ,{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"null content", strings.Replace(helloStream, "[]", "null", 1),
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"blocks that start out of order", startEvent +
			`data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":"b"}}` + "\n\n" +
			`data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":"c"}}` + "\n\n" +
			blockEvent + deltaEvent + `data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"},{"type":"text","text":"b"},{"type":"text","text":"c"}]}`},
		{"blocks side by side", startEvent + blockEvent +
			strings.Replace(blockEvent, `"index":0`, `"index":1`, 1) + strings.Replace(deltaEvent, `"index":0`, `"index":1`, 1) + deltaEvent + stopEvents,
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"},{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"an index used again", startEvent + blockEvent + deltaEvent + blockEvent + deltaEvent + stopEvents,
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"},{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"text of null", startEvent + strings.Replace(blockEvent, `""`, "null", 1) + strings.Replace(deltaEvent, `"Hello!"`, "null", 1) + deltaEvent + stopEvents,
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"nulls behind what is known", startEvent + stopEvents[:strings.Index(stopEvents, "\n\n")+2] +
			`data: {"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":null,"input_tokens":0}}` + "\n\n" + `data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[],"stop_reason":"end_turn","usage":{"output_tokens":6,"input_tokens":0}}`},
		{"another message behind its end", helloStream + helloStream,
			`{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"two inputs in one", startEvent +
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":{}}}` + "\n\n" +
			`data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\": 1}{\"a\": 2}"}}` + "\n\n" +
			`data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[{"type":"tool_use","input":{"INVALID_JSON":"{\"a\": 1}{\"a\": 2}"}}]}`},
		{"an input with a line break in a text", startEvent +
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":{}}}` + "\n\n" +
			`data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\": \"x\ny\"}"}}` + "\n\n" +
			`data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[{"type":"tool_use","input":{"INVALID_JSON":"{\"a\": \"x\ny\"}"}}]}`},
		{"text of another kind", strings.Replace(helloStream, `"Hello!"`, `7`, 1),
			`{"type":"message","role":"assistant","content":[{"type":"text","text":""}],"stop_reason":"end_turn","usage":{"output_tokens":6}}`},
		{"input of another kind", startEvent +
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":{"a":1}}}` + "\n\n" +
			`data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":{}}}` + "\n\n" +
			`data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[{"type":"tool_use","input":{"a":1}}]}`},
		{"events of other kinds", startEvent + "data: 1\n\ndata: []\n\nevent: message_delta\ndata: []\n\n" + `data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[]}`},
		{"usage of another kind", startEvent + `data: {"type":"message_delta","delta":7,"usage":[],"usage":null}` + "\n\n" + `data: {"type":"message_stop"}` + "\n\n",
			`{"type":"message","role":"assistant","content":[]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := assemble(test.stream)
			if diff := cmp.Diff(test.want, string(got)); diff != "" || err != nil {
				t.Errorf("error %v, message (-want +got):\n%s", err, diff)
			}
		})
	}
}

// A stream's blocks may start in any order, and each costs the same: a server
// that starts the last one first does not keep a processor busy.
func TestStreamOfManyBlocksThatStartBackwards(t *testing.T) {
	const blocks = maxBlocks
	var m streamedMessage
	take := func(format string, args ...any) {
		t.Helper()
		if err := m.take(serverEvent{data: fmt.Appendf(nil, format, args...)}); err != nil {
			t.Fatal(err)
		}
	}
	take(`{"type":"message_start","message":{"type":"message"}}`)
	for i := blocks - 1; i >= 0; i-- {
		take(`{"type":"content_block_start","index":%d,"content_block":{"n":%[1]d}}`, i)
	}
	one := fmt.Appendf(nil, `{"type":"content_block_start","index":%d,"content_block":{}}`, blocks)
	if err := m.take(serverEvent{data: one}); !errors.Is(err, errTooManyBlocks) {
		t.Errorf("one more block: %v", err)
	}
	got := string(m.body())
	if !strings.Contains(got, `[{"n":0},{"n":1},`) || !strings.Contains(got, fmt.Sprintf(`{"n":%d}]`, blocks-1)) {
		t.Errorf("message %.200s", got)
	}
}

func TestStreamRefusesBrokenOnes(t *testing.T) {
	tests := []struct{ name, stream, want string }{
		{"delta before the start", deltaEvent, "an event stream with a content_block_delta before its message_start"},
		{"stop before the start", "event: message_stop\ndata: {}\n\n", "an event stream with a message_stop before its message_start"},
		{"start without a message", `data: {"type":"message_start"}` + "\n\n", "an event stream whose message_start holds no message"},
		{"delta before its block", startEvent + deltaEvent, "an event stream with a content_block_delta for content[0], which has not started"},
		{"delta without an index", startEvent + `data: {"type":"content_block_delta","index":-1}` + "\n\n", "an event stream whose content_block_delta holds no index"},
		{"block without a block", startEvent + `data: {"type":"content_block_start","index":0,"content_block":[]}` + "\n\n",
			"an event stream whose content_block_start holds no index or no content_block"},
		{"delta that is not JSON", startEvent + "event: content_block_delta\ndata: {\n\n", "an event stream whose content_block_delta is not JSON"},
		{"event that is not JSON", startEvent + "data: Hello!\n\n", "an event stream with an event that is not JSON"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			message, err := assemble(test.stream)
			var not *notMessageError
			if !errors.As(err, &not) || not.got != test.want {
				t.Errorf("message %s, error %v, want %s", message, err, test.want)
			}
		})
	}
}

func TestStreamEndsWithError(t *testing.T) {
	for _, event := range []string{
		"event: error\ndata: " + `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}` + "\n\n",
		"data: " + `{"type":"error"}` + "\n\n",
		"data: " + `{"error":{"code":503,"message":"no"}}` + "\n\n",
		"event: error\ndata: Internal Server Error\n\n",
	} {
		for _, stream := range []string{event, startEvent + event, startEvent + blockEvent + deltaEvent + event + stopEvents} {
			var failed *streamError
			if _, err := assemble(stream); !errors.As(err, &failed) || len(failed.data) == 0 {
				t.Errorf("%q: error %v", event, err)
			}
		}
	}
}

// FuzzStream checks that any stream gives a message or none, without a panic,
// and that a message is JSON that can be parsed again.
func FuzzStream(f *testing.F) {
	for _, file := range streamFiles(f) {
		f.Add(file.stream)
	}
	f.Add(helloStream)
	f.Fuzz(func(t *testing.T, stream string) {
		message, err := assemble(stream)
		if err != nil || message == nil {
			return
		}
		// Within an event that is all but too deep, one can be too deep.
		if !json.Valid(message) && strings.Count(stream, "[")+strings.Count(stream, "{") < 9000 {
			t.Fatalf("%q gives %q", stream, message)
		}
		if a, err := ParseAnswer(message); err == nil && a.Content == nil {
			t.Errorf("%q gives an answer without content", stream)
		}
	})
}
