package fakeapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

// The odd forms of an answer, which a client has to read as any other. A call
// that streams gets the answer whole.
const (
	// HTTP10 is an answer of HTTP/1.0, which ends with its connection.
	HTTP10 Fault = "http_1_0"
	// Hints come before the answer: a 100 and a 103.
	Hints Fault = "hints"
	// Trailer is an answer in chunks with a trailer.
	Trailer Fault = "trailer"
	// Untyped has no content type, ByteOrderMark begins with one, Spaced has
	// white space around its JSON.
	Untyped       Fault = "untyped"
	ByteOrderMark Fault = "byte_order_mark"
	Spaced        Fault = "spaced"
	// Gzip is compressed.
	Gzip Fault = "gzip"
)

// The forms of an answer that was damaged on the way.
const (
	// CutHTTP10 ends early, which nothing tells in HTTP/1.0; ShortLength
	// announces less than there is.
	CutHTTP10   Fault = "cut_http_1_0"
	ShortLength Fault = "short_length"
	// CutGzip ends within its compression, BadGzip has a wrong checksum.
	CutGzip Fault = "cut_gzip"
	BadGzip Fault = "bad_gzip"
	// BadChunk is in chunks whose length is no number.
	BadChunk Fault = "bad_chunk"
	// Appended has a proxy's line behind its JSON.
	Appended Fault = "appended"
)

const (
	ok11   = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	ofJSON = "Content-Type: application/json\r\n"
)

// oddForms and damagedForms are what goes over the connection of a message's
// body; it is closed behind that.
var oddForms = map[Fault]func(body []byte) string{
	HTTP10: func(body []byte) string { return "HTTP/1.0 200 OK\r\n" + ofJSON + "\r\n" + string(body) },
	Hints: func(body []byte) string {
		return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" + lengthed(ok11+ofJSON, body)
	},
	Trailer: func(body []byte) string {
		return fmt.Sprintf("%s%sTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n%x\r\n%s\r\n0\r\nx-sum: 1\r\n\r\n", ok11, ofJSON, len(body), body)
	},
	Untyped:       func(body []byte) string { return lengthed(ok11, body) },
	ByteOrderMark: func(body []byte) string { return lengthed(ok11+ofJSON, append([]byte("\uFEFF"), body...)) },
	Spaced:        func(body []byte) string { return lengthed(ok11+ofJSON, fmt.Appendf(nil, "\r\n  %s\n\n", body)) },
	Gzip:          func(body []byte) string { return lengthed(ok11+ofJSON+"Content-Encoding: gzip\r\n", compressed(body)) },
}

var damagedForms = map[Fault]func(body []byte) string{
	CutHTTP10: func(body []byte) string { return "HTTP/1.0 200 OK\r\n" + ofJSON + "\r\n" + string(body[:len(body)/2]) },
	ShortLength: func(body []byte) string {
		return lengthed(ok11+ofJSON, body[:len(body)-20]) + string(body[len(body)-20:])
	},
	CutGzip: func(body []byte) string {
		small := compressed(body)
		return lengthed(ok11+ofJSON+"Content-Encoding: gzip\r\n", small[:len(small)-20])
	},
	BadGzip: func(body []byte) string {
		small := compressed(body)
		copy(small[len(small)-8:], make([]byte, 8)) // checksum and length
		return lengthed(ok11+ofJSON+"Content-Encoding: gzip\r\n", small)
	},
	BadChunk: func(body []byte) string {
		return ok11 + ofJSON + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + string(body) + "\r\n0\r\n\r\n"
	},
	Appended: func(body []byte) string { return lengthed(ok11+ofJSON, append(body, "\n<!-- proxy -->"...)) },
}

// lengthed is an answer that announces the length of its body.
func lengthed(head string, body []byte) string {
	return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
}

func compressed(text []byte) []byte {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	z.Write(text)
	z.Close()
	return small.Bytes()
}

// inForm sends what a form makes of a message's body; nil for no form.
func inForm(form func([]byte) string, whole bool) func(*reply, []byte) {
	if form == nil {
		return nil
	}
	return func(r *reply, body []byte) {
		conn := r.takeConn()
		defer hangUp(conn)
		r.tally.status(http.StatusOK)
		if whole {
			r.tally.answered()
		}
		io.WriteString(conn, form(body))
	}
}

// hangUp closes a connection without a reset: what the client has not read yet
// still comes.
func hangUp(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	conn.Close()
}

// The odd forms of a stream, which a client has to read as any other. A call
// that does not stream goes well.
const (
	// StreamCRLF and StreamCR end their lines in another way, StreamBytes
	// sends each byte by itself, StreamGzip is compressed.
	StreamCRLF  Fault = "stream_crlf"
	StreamCR    Fault = "stream_cr"
	StreamBytes Fault = "stream_bytes"
	StreamGzip  Fault = "stream_gzip"
	// StreamComments has comments, a byte order mark and fields that say
	// nothing of the message; StreamDone ends as another API's streams do.
	StreamComments Fault = "stream_comments"
	StreamDone     Fault = "stream_done"
	// StreamNameless names no event but in its data, StreamTight has no space
	// behind its colons, StreamLines has the data of an event in several lines.
	StreamNameless Fault = "stream_nameless"
	StreamTight    Fault = "stream_tight"
	StreamLines    Fault = "stream_lines"
)

// streamForms write a stream's events, in the parts that are sent one by one.
var streamForms = map[Fault]func([]event) []string{
	"":          plain,
	StreamCRLF:  func(events []event) []string { return replaced(plain(events), "\n", "\r\n") },
	StreamCR:    func(events []event) []string { return replaced(plain(events), "\n", "\r") },
	StreamBytes: func(events []event) []string { return bytesOf(strings.Join(plain(events), "")) },
	StreamGzip: func(events []event) []string {
		return []string{string(compressed([]byte(strings.Join(plain(events), ""))))}
	},
	StreamComments: func(events []event) []string {
		return slices.Concat([]string{"\uFEFF: hello\n\n:\n\nretry: 100\nid: 5\n\n"}, plain(events), []string{": bye\n\n"})
	},
	StreamDone: func(events []event) []string { return append(plain(events), "data: [DONE]\n\n") },
	StreamNameless: func(events []event) []string {
		return each(events, func(e event) string { return fmt.Sprintf("data: %s\n\n", e.data) })
	},
	StreamTight: func(events []event) []string {
		return each(events, func(e event) string { return fmt.Sprintf("event:%s\ndata:%s\n\n", e.name, e.data) })
	},
	StreamLines: func(events []event) []string {
		return each(events, func(e event) string {
			var lines bytes.Buffer
			json.Indent(&lines, e.data, "data: ", " ")
			return fmt.Sprintf("event: %s\ndata: %s\n\n", e.name, lines.Bytes())
		})
	},
}

// plain is a stream as the API writes it.
func plain(events []event) []string {
	return each(events, func(e event) string { return fmt.Sprintf("event: %s\ndata: %s\n\n", e.name, e.data) })
}

func each(events []event, write func(event) string) []string {
	parts := make([]string, len(events))
	for i, e := range events {
		parts[i] = write(e)
	}
	return parts
}

func replaced(parts []string, old, new string) []string {
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(part, old, new)
	}
	return parts
}

func bytesOf(text string) []string {
	parts := make([]string, len(text))
	for i := range len(text) {
		parts[i] = text[i : i+1]
	}
	return parts
}
