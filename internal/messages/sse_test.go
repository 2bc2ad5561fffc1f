package messages

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// readEvents reads all events of a stream, each as "name|data".
func readEvents(source io.Reader, limits streamLimits) ([]string, error) {
	r := &eventReader{source: source, limits: limits}
	var events []string
	for {
		e, err := r.next()
		if err != nil {
			return events, err
		}
		events = append(events, e.name+"|"+string(e.data))
	}
}

var wide = streamLimits{event: 1 << 20, total: 1 << 20}

func TestEventReader(t *testing.T) {
	tests := []struct {
		name, stream string
		want         []string
	}{
		{"one", "event: a\ndata: b\n\n", []string{"a|b"}},
		{"without a name", "data: b\n\n", []string{"|b"}},
		{"CRLF", "event: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", []string{"a|b", "|c"}},
		{"CR", "event: a\rdata: b\r\rdata: c\r\r", []string{"a|b", "|c"}},
		{"mixed ends", "event: a\r\ndata: b\n\rdata: c\r\n\n", []string{"a|b", "|c"}},
		{"byte order mark", "\uFEFFdata: b\n\n", []string{"|b"}},
		{"a mark within", "data: a\n\n\uFEFFdata: b\n\n", []string{"|a"}},
		{"many lines", "data: a\ndata:\ndata:  b\n\n", []string{"|a\n\n b"}},
		{"no space", "event:a\ndata:{\"b\":1}\n\n", []string{`a|{"b":1}`}},
		{"colons", "data: a: b:c\n\n", []string{"|a: b:c"}},
		{"comments", ": ping\n\n:\ndata: a\n: x\ndata: b\n\n", []string{"|a\nb"}},
		{"field without a colon", "data\n\nevent\ndata\ndata\n\n", []string{"|", "|\n"}},
		{"name alone", "event: a\n\ndata: b\n\n", []string{"|b"}},
		{"last name", "event: a\nevent: b\ndata: c\n\n", []string{"b|c"}},
		{"other fields", "id: 1\nretry: 5\nx: y\ndata: b\n data: c\nDATA: d\n\n", []string{"|b"}},
		{"empty lines", "\n\n\ndata: a\n\n\n\n", []string{"|a"}},
		{"cut within a line", "data: a\n\ndata: b", []string{"|a"}},
		{"cut behind a line", "data: a\n\ndata: b\n", []string{"|a"}},
		{"nothing", "", nil},
		{"long", "data: " + strings.Repeat("x", 3*readChunk) + "\n\ndata: y\n\n", []string{"|" + strings.Repeat("x", 3*readChunk), "|y"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for pace, source := range map[string]io.Reader{
				"at once":      strings.NewReader(test.stream),
				"byte by byte": iotest.OneByteReader(strings.NewReader(test.stream)),
				"with its end": iotest.DataErrReader(strings.NewReader(test.stream)),
			} {
				got, err := readEvents(source, wide)
				if diff := cmp.Diff(test.want, got); diff != "" || err != io.EOF {
					t.Errorf("%s: error %v, events (-want +got):\n%s", pace, err, diff)
				}
			}
		})
	}
}

// TestEventReaderDoesNotWait reads an event whose last line ends in CR: the LF
// that may follow is not waited for.
func TestEventReaderDoesNotWait(t *testing.T) {
	r, w := io.Pipe()
	events := &eventReader{source: r, limits: wide}
	go io.WriteString(w, "data: a\r\n\r")
	if e, err := events.next(); string(e.data) != "a" || err != nil {
		t.Errorf("event %q, error %v", e.data, err)
	}
	go func() {
		io.WriteString(w, "\ndata: b\r\n\r\n")
		w.Close()
	}()
	if e, err := events.next(); string(e.data) != "b" || err != nil {
		t.Errorf("event %q, error %v", e.data, err)
	}
}

func TestEventReaderLimits(t *testing.T) {
	line := "data: " + strings.Repeat("x", 100) + "\n"
	tests := []struct {
		name   string
		stream string
		limits streamLimits
		want   string
	}{
		{"event within", line + line + "\n", streamLimits{201, 1000}, io.EOF.Error()},
		{"event above", line + line + "\n", streamLimits{200, 1000}, "expected a message, got a stream with an event of more than 0 MB"},
		{"line above", strings.Repeat("x", 1000), streamLimits{200, 1e6}, "expected a message, got a stream with an event of more than 0 MB"},
		{"total within", strings.Repeat(line+"\n", 9), streamLimits{200, 9 * 108}, io.EOF.Error()},
		{"total above", strings.Repeat(line+"\n", 9), streamLimits{200, 9*108 - 1}, errTooLarge.Error()},
		{"comments above", strings.Repeat(":\n", 500), streamLimits{200, 999}, errTooLarge.Error()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := readEvents(strings.NewReader(test.stream), test.limits); err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestEventReaderGivesErrorBehindEvents(t *testing.T) {
	broken := errors.New("broken")
	source := io.MultiReader(strings.NewReader("data: a\n\ndata: b\n"), iotest.ErrReader(broken))
	got, err := readEvents(source, wide)
	if diff := cmp.Diff([]string{"|a"}, got); diff != "" || err != broken {
		t.Errorf("error %v, events (-want +got):\n%s", err, diff)
	}
}

// plainEvents reads a stream line by line, straight from the standard's rules.
func plainEvents(stream string) []string {
	stream = strings.TrimPrefix(stream, "\uFEFF")
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream), "\n")
	var events, data []string
	name := ""
	for _, line := range lines[:len(lines)-1] {
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && data != nil:
			events = append(events, name+"|"+strings.Join(data, "\n"))
			fallthrough
		case line == "":
			name, data = "", nil
		case field == "event":
			name = value
		case field == "data":
			data = append(data, value)
		}
	}
	return events
}

// FuzzEventReader holds the reader against a plain one, in chunks of any size.
func FuzzEventReader(f *testing.F) {
	for _, stream := range []string{
		"event: a\ndata: b\n\n", "\uFEFFdata: a\r\rdata:b\r\n\r\n", ": c\ndata\ndata\n\nid: 1\n\n", "data: \r\n\r\n\n\r", "event\n\n:\n\ndata:x",
	} {
		f.Add(stream, uint8(1))
	}
	f.Fuzz(func(t *testing.T, stream string, chunk uint8) {
		got, err := readEvents(&chunks{stream, int(chunk) + 1}, wide)
		if len(stream) < 1<<20 && err != io.EOF {
			t.Fatal(err)
		}
		if err == io.EOF && !cmp.Equal(plainEvents(stream), got) {
			t.Errorf("%q: events %q, want %q", stream, got, plainEvents(stream))
		}
	})
}

// chunks is a source that gives so many bytes at once.
type chunks struct {
	text string
	size int
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.text == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.size)], c.text)
	c.text = c.text[n:]
	return n, nil
}
