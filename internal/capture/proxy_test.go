package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
)

const (
	testKey   = "sk-ant-api03-capture-only-0123456789"
	hello     = `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":6}}`
	question  = `{"model":"m", "max_tokens":16,"messages":[{"role":"user","content":"Hi"}]}`
	streaming = `{"model":"m","max_tokens":16,"messages":[{"role":"user","content":"Hi"}],"stream":true}`
)

// door is a proxy in front of a server, and the record that it writes.
type door struct {
	url, path string
	recorder  *Recorder
	writer    *record.Writer
	client    *http.Client
	reported  []string
}

// open puts a proxy in front of the handler.
func open(t *testing.T, upstream http.HandlerFunc) *door {
	t.Helper()
	api := httptest.NewServer(upstream)
	t.Cleanup(api.Close)
	return openTo(t, api.URL, RecorderOptions{})
}

func openTo(t *testing.T, upstream string, opts RecorderOptions) *door {
	t.Helper()
	d := &door{path: filepath.Join(t.TempDir(), "traffic.jsonl"), client: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	if opts.Record == nil {
		w, err := record.Create(d.path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		opts.Record = w
	}
	d.writer = opts.Record
	if err := d.writer.Append(record.Run{APIVersion: "2023-06-01", Scope: record.Scope{Capture: &record.Capture{Share: 1}}}); err != nil {
		t.Fatal(err)
	}
	if opts.Share == 0 {
		opts.Share = 1
	}
	opts.APIVersion = "2023-06-01"
	d.recorder = NewRecorder(opts)
	at, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	proxy := NewProxy(ProxyOptions{
		Upstream: at, Transport: messages.NewForwarder(nil), Recorder: d.recorder, Now: time.Now,
		Report: func(s string) { d.reported = append(d.reported, s) },
	})
	server := httptest.NewServer(Guard(proxy, false))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// ask sends a request.
func (d *door) ask(t *testing.T, body string, header ...string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/messages", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("x-api-key", testKey)
	req.Header.Set("anthropic-version", "2023-06-01")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	return resp, got, err
}

// recorded gives the lines of exchanges that the file holds now.
func (d *door) recorded(t *testing.T) []record.Exchange {
	t.Helper()
	f, err := record.Open(d.path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []record.Exchange
	for e, err := range f.Captured() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, *e)
	}
	return out
}

// one gives the only exchange.
func (d *door) one(t *testing.T) record.Exchange {
	t.Helper()
	all := d.recorded(t)
	if len(all) != 1 {
		t.Fatalf("%d exchanges are recorded, want 1: %+v", len(all), d.recorder.Sum())
	}
	return all[0]
}

// once waits until a condition holds, which other goroutines bring about.
func once(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("after 10 s: not %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestWhatPassesIsWhatWasSent(t *testing.T) {
	var got *http.Request
	var body []byte
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Clone(context.Background())
		body, _ = io.ReadAll(r.Body)
		w.Header()["Date"] = nil
		w.Header()["Content-Type"] = nil
		w.Header().Set("Request-Id", "req_1")
		w.Header().Set("Trailer", "X-End")
		w.WriteHeader(http.StatusTeapot)
		w.Write([]byte(" \n" + hello))
		w.Header().Set("X-End", "over")
	})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/messages?beta=true&x=%zz;", strings.NewReader(question))
	for name, value := range map[string]string{
		"x-api-key": testKey, "x-forwarded-for": "192.0.2.1", "x-custom": "a", "anthropic-beta": "one, two", "accept-encoding": "br;q=1.0, gzip;q=0.8",
	} {
		req.Header.Set(name, value)
	}
	req.Header["User-Agent"] = nil
	resp, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil || string(answer) != " \n"+hello || resp.StatusCode != http.StatusTeapot {
		t.Errorf("%d %q, %v", resp.StatusCode, answer, err)
	}
	if diff := cmp.Diff(http.Header{"Request-Id": {"req_1"}}, resp.Header); diff != "" {
		t.Errorf("the answer's header (-sent +got):\n%s", diff)
	}
	if diff := cmp.Diff(http.Header{"X-End": {"over"}}, resp.Trailer); diff != "" {
		t.Errorf("the answer's trailer (-sent +got):\n%s", diff)
	}
	if string(body) != question || got.URL.RawQuery != "beta=true&x=%zz;" {
		t.Errorf("the server got %s with the query %q", body, got.URL.RawQuery)
	}
	want := http.Header{
		"X-Api-Key": {testKey}, "X-Forwarded-For": {"192.0.2.1"}, "X-Custom": {"a"}, "Anthropic-Beta": {"one, two"},
		"Accept-Encoding": {"gzip;q=0.8"}, "Content-Length": {fmt.Sprint(len(question))},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Errorf("the request's header (-sent +got):\n%s", diff)
	}
	if e := d.one(t); e.Error == nil || e.Error.Status != http.StatusTeapot || cmp.Diff([]string{"one", "two"}, e.Betas) != "" {
		t.Errorf("recorded is %+v", e)
	}
}

// A client that waits to be told to go on is told so.
func TestABodyThatWaitsIsAskedFor(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, hello)
	})
	d.client.Transport.(*http.Transport).ExpectContinueTimeout = time.Minute
	if _, got, err := d.ask(t, question, "Expect", "100-continue"); string(got) != hello || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// An answer may begin before the request has ended.
func TestAnAnswerBeginsBeforeTheRequestHasEnded(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		io.Copy(w, r.Body)
	})
	body, rest := io.Pipe()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/messages", body)
	go io.WriteString(rest, question[:20])
	resp, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	io.WriteString(rest, question[20:])
	rest.Close()
	if got, err := io.ReadAll(resp.Body); string(got) != question || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// All paths are passed on; messages alone are recorded.
func TestOtherPathsPass(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Method, " ", r.URL.Path, " ", r.Header.Get("Accept-Encoding"))
	})
	for _, test := range []struct{ method, path string }{
		{"GET", "/v1/models"}, {"HEAD", "/v1/messages"}, {"POST", "/v1/messages/count_tokens"}, {"POST", "/v1/messages/batches"}, {"DELETE", "/v1/files/a%2Fb"},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), test.method, d.url+test.path, nil)
		req.Header.Set("Accept-Encoding", "br")
		resp, err := d.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(resp.Body)
		unescaped, _ := url.PathUnescape(test.path)
		if want := test.method + " " + unescaped + " br"; test.method != "HEAD" && string(got) != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if all := d.recorded(t); len(all) > 0 {
		t.Errorf("recorded are %+v", all)
	}
}

// event is one of the stream of hello.
func events(t *testing.T) [][]byte {
	t.Helper()
	stream, err := messages.EventStream([]byte(hello))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.SplitAfter(stream, []byte("\n\n"))
}

// A stream passes event by event, also where it is compressed, and the line is in
// the file before the client has the event that ends the message.
func TestAStreamPassesAsItComes(t *testing.T) {
	for _, encoding := range []string{"", "gzip"} {
		t.Run("encoding "+encoding, func(t *testing.T) {
			next := make(chan struct{})
			d := open(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
				var out io.Writer = w
				flush := w.(http.Flusher).Flush
				if encoding != "" {
					w.Header().Set("Content-Encoding", encoding)
					zip := gzip.NewWriter(w)
					out, flush = zip, func() { zip.Flush(); w.(http.Flusher).Flush() }
				}
				for _, event := range events(t) {
					out.Write(event)
					flush()
					select {
					case <-next:
					case <-r.Context().Done():
					}
				}
			})
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/messages", strings.NewReader(streaming))
			req.Header.Set("Accept-Encoding", "gzip, br")
			resp, err := d.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var body io.Reader = resp.Body
			if encoding != "" {
				if body, err = gzip.NewReader(resp.Body); err != nil {
					t.Fatal(err)
				}
			}
			lines := bufio.NewReader(body)
			for _, event := range events(t) {
				got := make([]byte, len(event))
				if _, err := io.ReadFull(lines, got); err != nil || !bytes.Equal(got, event) {
					t.Fatalf("%v: %s, want %s", err, got, event)
				}
				if !bytes.Contains(event, []byte("message_stop")) {
					next <- struct{}{} // not before this event is here
					continue
				}
				e := d.one(t)
				if string(e.Response) != hello || e.TTFTMS == nil || string(e.Request) != streaming {
					t.Errorf("recorded is %s, ttft %v", e.Response, e.TTFTMS)
				}
				break
			}
			close(next)
		})
	}
}

// The last byte of an answer that is no stream is not passed on before its line is
// in the file.
func TestTheLineIsThereBeforeTheLastByte(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		d := open(t, func(w http.ResponseWriter, r *http.Request) {
			if !chunked {
				w.Header().Set("Content-Length", fmt.Sprint(len(hello)))
			}
			w.Header().Set("Content-Type", "application/json")
			for _, part := range []string{hello[:1], hello[1:50], hello[50 : len(hello)-1], hello[len(hello)-1:]} {
				io.WriteString(w, part)
				w.(http.Flusher).Flush()
			}
		})
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/messages", strings.NewReader(question))
		resp, err := d.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(hello))
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != hello {
			t.Fatalf("%s, %v", got, err)
		}
		if e := d.one(t); string(e.Response) != hello || e.Key != requestOf([]byte(question), req.Header).Key() {
			t.Errorf("recorded is %s", e.Response)
		}
		resp.Body.Close()
	}
}

// rawServer answers each connection with a text, and then ends it as end does.
func rawServer(t *testing.T, text string, end func(*net.TCPConn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					io.Copy(io.Discard, r.Body)
					io.WriteString(conn, text)
				}
				end(conn.(*net.TCPConn))
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestWhatGoesWrongPassesAndIsRecorded(t *testing.T) {
	reset := func(c *net.TCPConn) { c.SetLinger(0); c.Close() }
	stream := string(bytes.Join(events(t)[:3], nil))
	for name, test := range map[string]struct {
		answer string
		end    func(*net.TCPConn)
		got    string // what the client has got
		kind   string
		status int
	}{
		"reset without an answer": {"", reset, "", messages.ErrConnection, 0},
		"closed within an answer": {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"type\":", func(c *net.TCPConn) { c.Close() }, `{"type":`, messages.ErrConnection, 200},
		"closed within a stream":  {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n", len(stream), stream), func(c *net.TCPConn) { c.Close() }, stream, messages.ErrConnection, 200},
		"a stream without an end": {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + stream, func(c *net.TCPConn) { c.Close() }, stream, messages.ErrConnection, 200},
		"a page":                  {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>", func(c *net.TCPConn) { c.Close() }, "<html>", "not_a_message", 200},
	} {
		t.Run(name, func(t *testing.T) {
			d := openTo(t, rawServer(t, test.answer, test.end), RecorderOptions{})
			_, got, err := d.ask(t, question)
			cut := !strings.Contains(test.answer, "Connection: close")
			if string(got) != test.got || (err != nil) != cut {
				t.Errorf("the client got %q, %v", got, err)
			}
			e := d.one(t)
			if e.Error == nil || e.Error.Type != test.kind || e.Error.Status != test.status || e.Response != nil || e.Attempts[0].Status != test.status {
				t.Errorf("recorded is %+v with the attempts %+v", e.Error, e.Attempts)
			}
		})
	}
}

// A client that goes away ends its request at the API too, and that is recorded.
func TestAClientThatGoesAwayIsRecorded(t *testing.T) {
	gone := make(chan struct{})
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		w.Write(bytes.Join(events(t)[:2], nil))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, d.url+"/v1/messages", strings.NewReader(streaming))
	resp, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Read(make([]byte, 10))
	cancel()
	<-gone
	once(t, "recorded", func() bool { return d.recorder.Sum().Recorded == 1 })
	if e := d.one(t); e.Error == nil || e.Error.Type != record.ClientClosed || e.Attempts[0].Status != 200 {
		t.Errorf("recorded is %+v", e.Error)
	}
	if len(d.reported) > 0 {
		t.Errorf("reported is %q", d.reported)
	}
}

// A flood passes whole; what is held of it is bounded.
func TestAFloodPasses(t *testing.T) {
	const size = 40 << 20
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		part := bytes.Repeat([]byte(" "), 1<<20)
		for range size / len(part) {
			w.Write(part)
		}
	})
	resp, err := d.client.Post(d.url+"/v1/messages", "application/json", strings.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); n != size || err != nil {
		t.Errorf("%d bytes passed, %v", n, err)
	}
	if e := d.one(t); e.Error == nil || !strings.Contains(e.Error.Message, "more than 32 MB") {
		t.Errorf("recorded is %+v", e.Error)
	}
	if held := d.recorder.copies.held.Load(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// Where too much is under way at once, answers pass without being copied.
func TestCopiesAreBounded(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, hello) })
	d.recorder.copies.limit = int64(len(question)) + 10
	if _, got, err := d.ask(t, question); string(got) != hello || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if e := d.one(t); e.Error == nil || !strings.Contains(e.Error.Message, errTooMuch.Error()) {
		t.Errorf("recorded is %+v", e.Error)
	}
	d.recorder.copies.limit = 5
	if _, got, err := d.ask(t, question); string(got) != hello || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if sum := d.recorder.Sum(); len(sum.Lost) != 1 || d.recorder.copies.held.Load() != 0 {
		t.Errorf("%+v, %d held", sum, d.recorder.copies.held.Load())
	}
}

// No credential of a request reaches the record, wherever it is repeated.
func TestNoCredentialIsRecorded(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("X-Api-Key")
		w.Header().Set("Request-Id", key)
		if r.Header.Get("X-Fail") != "" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"type":"error","error":{"type":"authentication_error","message":"invalid %s and %s"}}`, key, r.Header.Get("Authorization"))
			return
		}
		io.WriteString(w, strings.Replace(hello, "Hello!", key+" "+r.Header.Get("My-Secret"), 1))
	})
	const secret = "0123456789-my-own-secret"
	for _, fail := range []string{"", "1"} {
		_, got, err := d.ask(t, strings.Replace(question, "Hi", "Is it "+testKey+"?", 1), "My-Secret", secret, "Authorization", "Bearer "+secret, "X-Fail", fail)
		if err != nil || !bytes.Contains(got, []byte(testKey)) {
			t.Errorf("the client got %s, %v", got, err)
		}
	}
	text, err := os.ReadFile(d.path)
	if err != nil || bytes.Contains(text, []byte(testKey)) || bytes.Contains(text, []byte(secret)) {
		t.Errorf("the record holds a credential: %s, %v", text, err)
	}
	if e := d.recorded(t)[0]; cmp.Diff([]string{"request"}, e.Redacted) != "" {
		t.Errorf("redacted is said to be %q", e.Redacted)
	}
}

// Web pages, and other machines' names for this one, are refused.
func TestGuard(t *testing.T) {
	reached := false
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		reached = true
		io.WriteString(w, hello)
	})
	for name, test := range map[string]struct {
		host   string
		header [2]string
		status int
	}{
		"a program":                     {"", [2]string{"X-A", "b"}, 200},
		"its name":                      {"localhost:80", [2]string{"X-A", "b"}, 200},
		"IPv6":                          {"[::1]:80", [2]string{"X-A", "b"}, 200},
		"an SDK that is in Node":        {"", [2]string{"Sec-Fetch-Mode", "cors"}, 200},
		"a page":                        {"", [2]string{"Origin", "https://example.com"}, 403},
		"a page without an origin":      {"", [2]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"the name of another machine":   {"example.com", [2]string{"X-A", "b"}, 403},
		"a name that begins as ours":    {"127.0.0.1.example.com", [2]string{"X-A", "b"}, 403},
		"an address of a local network": {"192.168.0.1:80", [2]string{"X-A", "b"}, 403},
	} {
		reached = false
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/messages", strings.NewReader(question))
		req.Host = test.host
		req.Header.Set(test.header[0], test.header[1])
		resp, err := d.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != test.status || reached != (test.status == 200) {
			t.Errorf("%s: status %d, passed on %t; want %d", name, resp.StatusCode, reached, test.status)
		}
	}
}

// An upgrade to another protocol passes.
func TestAnUpgradePasses(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := buf.ReadString('\n')
		io.WriteString(conn, "echo "+line)
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET /v1/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", resp, err)
	}
	io.WriteString(conn, "hi\n")
	if line, err := in.ReadString('\n'); line != "echo hi\n" {
		t.Errorf("%q, %v", line, err)
	}
}
