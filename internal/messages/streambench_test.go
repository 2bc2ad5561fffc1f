package messages

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// longStream is the stream of an answer of n pieces of text.
func longStream(n int) string {
	var b strings.Builder
	b.WriteString(startEvent + blockEvent)
	for i := range n {
		fmt.Fprintf(&b, "event: content_block_delta\ndata: "+
			`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" piece %d"}}`+"\n\n", i)
	}
	return b.String() + stopEvents
}

// BenchmarkEventReader reads the events of a stream and makes nothing of them.
func BenchmarkEventReader(b *testing.B) {
	stream := longStream(1000)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if events, _ := readEvents(strings.NewReader(stream), wide); len(events) != 1004 {
			b.Fatalf("%d events", len(events))
		}
	}
}

// BenchmarkStream assembles a message of a thousand pieces.
func BenchmarkStream(b *testing.B) {
	stream := longStream(1000)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if message, err := assemble(stream); err != nil || len(message) < 9000 {
			b.Fatalf("%d bytes, error %v", len(message), err)
		}
	}
}

// BenchmarkSendStreamed is BenchmarkSend for an answer of a hundred pieces.
func BenchmarkSendStreamed(b *testing.B) {
	text := longStream(100)
	server := httptest.NewServer(http.HandlerFunc(stream(0, text)))
	defer server.Close()
	s := newTestHTTP(b, HTTPOptions{BaseURL: server.URL, APIKey: "sk-ant-api03-0123456789"})
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if ex := send(b, s, streamed()); ex.Error != nil {
			b.Fatal(ex.Error)
		}
	}
}
