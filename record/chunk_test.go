package record

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestSkimmedInOrder has lines of several chunks, one of them longer than a
// chunk, and then a reader that fails.
func TestSkimmedInOrder(t *testing.T) {
	var text strings.Builder
	const lines = 5000
	for i := range lines {
		padding := 100
		if i == lines/2 {
			padding = 3 * chunkSize
		}
		fmt.Fprintf(&text, "{\"kind\":\"sample\",\"case\":\"%d\",\"text\":\"%s\"}\n", i, strings.Repeat("x", padding))
	}
	failure := errors.New("the disk is gone")
	n := 0
	for line, h := range skimmed(&failing{strings.NewReader(text.String()), failure}) {
		if n == lines {
			if line != nil || !errors.Is(h.err, failure) {
				t.Errorf("at the end: %q, %v; want %v", line, h.err, failure)
			}
		} else if string(h.name) != fmt.Sprint(n) || h.err != nil || line[len(line)-1] != '\n' {
			t.Fatalf("line %d has the case %q and the error %v", n+1, h.name, h.err)
		}
		n++
	}
	if n != lines+1 {
		t.Errorf("got %d lines, want %d and an error", n, lines)
	}
}

// failing reads r and then fails.
type failing struct {
	r   *strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.r.Len() == 0 {
		return 0, f.err
	}
	return f.r.Read(p)
}

// TestSkimmedStops leaves the lines early. That the reader is not read on, the
// race detector would tell.
func TestSkimmedStops(t *testing.T) {
	r := strings.NewReader(strings.Repeat("{\"kind\":\"sample\"}\n", 1_000_000))
	for range skimmed(r) {
		break
	}
	if r.Len() == 0 {
		t.Error("all lines were read ahead")
	}
}

// TestOpenNamesALateLine has the wrong line far behind the first chunk.
func TestOpenNamesALateLine(t *testing.T) {
	text := "{\"kind\":\"run\",\"format\":1}\n" + strings.Repeat("{\"kind\":\"later\"}\n", 40_000) + "{\"kind\":\"case\",\"suite\":1}\n"
	_, err := newFile(strings.NewReader(text), int64(len(text)), func() error { return nil })
	if err == nil || !strings.Contains(err.Error(), "line 40002: suite: found ") {
		t.Errorf("got the error %v, want one in line 40002", err)
	}
}
