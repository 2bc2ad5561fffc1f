package fakeapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// broken starts a server that gives every call the fault.
func broken(t *testing.T, fault fakeapi.Fault) (*fakeapi.Server, string) {
	s := fakeapi.New(fakeapi.Options{Faults: func(*fakeapi.Call) fakeapi.Fault { return fault }, RetryAfter: "7"})
	return s, s.Start(t)
}

func TestFaultsThatAreErrors(t *testing.T) {
	tests := []struct {
		fault            fakeapi.Fault
		status           int
		kind, retryAfter string
		code             string
	}{
		{fakeapi.RateLimited, 429, "rate_limit_error", "7", ""},
		{fakeapi.SpendLimited, 429, "rate_limit_error", "", "enforced_spend_limit_reached"},
		{fakeapi.Overloaded, 529, "overloaded_error", "", ""},
		{fakeapi.InternalError, 500, "api_error", "", ""},
		{fakeapi.GatewayTimeout, 504, "timeout_error", "", ""},
		{fakeapi.StreamError, 529, "overloaded_error", "", ""},
	}
	for _, test := range tests {
		s, url := broken(t, test.fault)
		resp, body := post(t, url, hello)
		var got refusal
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != test.status || got.Error.Type != test.kind || got.Error.Message == "" ||
			resp.Header.Get("retry-after") != test.retryAfter || got.Error.Details.ErrorCode != test.code {
			t.Errorf("%s: %d %v %s", test.fault, resp.StatusCode, resp.Header, body)
		}
		if c := s.Counts(); c.ByStatus[test.status] != 1 || c.Answered != 0 || len(c.ByFault) != 1 {
			t.Errorf("%s: counts %+v", test.fault, c)
		}
	}
}

// try sends a request that may break, and says how far it came.
func try(url, body string) (status int, read []byte, err error) {
	req, err := http.NewRequest(http.MethodPost, url+"/v1/messages", strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "Anthropic-Version": {"2023-06-01"}, "X-Api-Key": {"test"}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	read, err = io.ReadAll(resp.Body)
	return resp.StatusCode, read, err
}

func TestFaultsThatBreakTheConnection(t *testing.T) {
	_, url := broken(t, fakeapi.ResetBeforeHeaders)
	for range 20 {
		if status, _, err := try(url, hello); status != 0 || !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("before headers: status %d, %v", status, err)
		}
	}
	_, url = broken(t, fakeapi.ResetAfterHeaders)
	for range 20 {
		if status, read, err := try(url, hello); status != 200 || len(read) != 0 || !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("after headers: status %d, %q, %v", status, read, err)
		}
	}
	s, url := broken(t, fakeapi.TornBody)
	status, read, err := try(url, hello)
	if status != 200 || len(read) == 0 || json.Valid(read) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("torn: status %d, %q, %v", status, read, err)
	}
	if c := s.Counts(); c.Answered != 0 || c.ByFault[fakeapi.TornBody] != 1 || c.ByStatus[200] != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestFaultsThatAreNoMessage(t *testing.T) {
	for fault, contentType := range map[fakeapi.Fault]string{
		fakeapi.ProxyPage: "text/html; charset=utf-8", fakeapi.NotMessage: "application/json", fakeapi.ErrorBody: "application/json",
		fakeapi.EmptyBody: "application/json", fakeapi.TextBody: "application/json",
	} {
		s, url := broken(t, fault)
		resp, body := post(t, url, hello)
		if resp.StatusCode != 200 || resp.Header.Get("content-type") != contentType || strings.Contains(string(body), `"content"`) {
			t.Errorf("%s: %d %s", fault, resp.StatusCode, body)
		}
		if c := s.Counts(); c.Answered != 0 {
			t.Errorf("%s: counts %+v", fault, c)
		}
	}
}

func TestStreamErrorComesAfterTheStart(t *testing.T) {
	s, url := broken(t, fakeapi.StreamError)
	resp, stream := post(t, url, with(`"stream":true`))
	read := events(t, string(stream))
	last := read[len(read)-1]
	if resp.StatusCode != 200 || read[0].name != "message_start" || last.name != "error" ||
		last.data["error"].(map[string]any)["type"] != "overloaded_error" {
		t.Errorf("status %d: %s", resp.StatusCode, stream)
	}
	if c := s.Counts(); c.Answered != 0 {
		t.Errorf("counts %+v", c)
	}
}

// Each fault of a stream differs from a good stream in one thing only.
func TestFaultsOfAStream(t *testing.T) {
	good := strings.Split("message_start content_block_start content_block_delta content_block_delta content_block_stop ping message_delta message_stop", " ")
	for fault, want := range map[fakeapi.Fault][]string{
		"":                  good,
		fakeapi.EmptyEvent:  good,
		fakeapi.LostStart:   good[1:],
		fakeapi.LostBlock:   slices.Concat(good[:1], good[2:]),
		fakeapi.CutEvent:    good[:3],
		fakeapi.PageEvent:   append(slices.Clone(good[:4]), ""),
		fakeapi.SecondStart: slices.Concat(good[:4], good),
	} {
		s, url := broken(t, fault)
		status, stream, err := try(url, with(`"stream":true`))
		var names []string
		broken := 0
		for part := range strings.SplitSeq(strings.TrimSuffix(string(stream), "\n\n"), "\n\n") {
			name, data, _ := strings.Cut(part, "\ndata: ")
			names = append(names, strings.TrimPrefix(name, "event: "))
			if !json.Valid([]byte(data)) {
				broken++
			}
		}
		if diff := cmp.Diff(want, names); diff != "" || status != 200 || err != nil {
			t.Errorf("%s: status %d, %v, events (-want +got):\n%s", fault, status, err, diff)
		}
		if notJSON := fault == fakeapi.EmptyEvent || fault == fakeapi.CutEvent || fault == fakeapi.PageEvent; notJSON != (broken == 1) {
			t.Errorf("%s: %d events are not JSON: %s", fault, broken, stream)
		}
		if c := s.Counts(); (c.Answered == 1) != (fault == "") {
			t.Errorf("%s: counts %+v", fault, c)
		}
	}
}

func TestAFaultIsGivenAsItWasAskedFor(t *testing.T) {
	s := fakeapi.New(fakeapi.Options{Faults: fakeapi.AsAsked})
	url := s.Start(t)
	for _, test := range []struct {
		text   string
		status []int
	}{
		{"fault: overloaded", []int{529, 200, 200}},
		{"fault: nothing of the kind", []int{400, 200}},
		{"a fault: overloaded", []int{200}},
	} {
		for _, want := range test.status {
			status, read, _ := try(url, strings.Replace(hello, "Hello, Claude", test.text, 1))
			if status != want {
				t.Errorf("%s: status %d, want %d: %s", test.text, status, want, read)
			}
		}
	}
}

func TestTornStreamHasNoEnd(t *testing.T) {
	s, url := broken(t, fakeapi.TornBody)
	status, stream, err := try(url, with(`"stream":true`))
	read := events(t, string(stream))
	if status != 200 || read[0].name != "message_start" || read[len(read)-1].name == "message_stop" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("status %d, %q, %v", status, stream, err)
	}
	if c := s.Counts(); c.Answered != 0 || c.InFlight != 0 || c.ByFault[fakeapi.TornBody] != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestStallLastsUntilTheClientGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fakeapi.New(fakeapi.Options{Faults: fakeapi.Sequence(fakeapi.Stall)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		w := serve(ctx, s)
		if waited := time.Since(start); waited != time.Hour || w.Body.Len() != 0 {
			t.Errorf("waited %v, sent %q", waited, w.Body)
		}
	})
}

// serve sends hello to the handler itself, where no socket disturbs the fake
// clock.
func serve(ctx context.Context, s *fakeapi.Server) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/messages", strings.NewReader(hello))
	r.Header = http.Header{"Content-Type": {"application/json"}, "Anthropic-Version": {"2023-06-01"}, "X-Api-Key": {"test"}}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fakeapi.New(fakeapi.Options{Latency: func(c *fakeapi.Call) time.Duration { return time.Duration(c.Seq) * time.Second }})
		for want := range 3 {
			start := time.Now()
			w := serve(t.Context(), s)
			if waited := time.Since(start); waited != time.Duration(want+1)*time.Second || w.Code != 200 {
				t.Errorf("waited %v, status %d", waited, w.Code)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if w := serve(ctx, s); time.Since(start) != time.Second || w.Body.Len() != 0 {
			t.Errorf("a client that went away got %q", w.Body)
		}
		if c := s.Counts(); c.Requests != 4 || c.Answered != 3 || c.InFlight != 0 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestCloseEndsAStall(t *testing.T) {
	arrived := make(chan struct{})
	s := fakeapi.New(fakeapi.Options{Faults: func(*fakeapi.Call) fakeapi.Fault {
		close(arrived)
		return fakeapi.Stall
	}})
	url, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Listen(); err == nil {
		t.Error("a second Listen is no error")
	}
	done := make(chan error)
	go func() {
		_, _, err := try(url, hello)
		done <- err
	}()
	<-arrived
	s.Close()
	if err := <-done; err == nil {
		t.Error("the call had an answer")
	}
}

func TestRandomFaultsHangOnTheBodyAlone(t *testing.T) {
	plan := fakeapi.Random(1, map[fakeapi.Fault]float64{fakeapi.Overloaded: 0.2, fakeapi.RateLimited: 0.1})
	draw := func(order []int) map[string]fakeapi.Fault {
		drawn := map[string]fakeapi.Fault{}
		s := fakeapi.New(fakeapi.Options{SkipValidation: true, Faults: func(c *fakeapi.Call) fakeapi.Fault {
			fault := plan(c)
			drawn[fmt.Sprintf("%s %d", c.Body, c.Attempt)] = fault
			return fault
		}})
		for _, i := range order {
			r := httptest.NewRequest(http.MethodPost, "/v1/messages", strings.NewReader(fmt.Sprintf(`{"i":%d}`, i/2)))
			r.Header = http.Header{"Content-Type": {"application/json"}, "Anthropic-Version": {"2023-06-01"}, "X-Api-Key": {"test"}}
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		return drawn
	}
	const n = 1000
	up, down := make([]int, n), make([]int, n)
	for i := range n {
		up[i], down[i] = i, n-1-i
	}
	first := draw(up)
	if d := cmp.Diff(first, draw(down)); d != "" {
		t.Errorf("another order draws other faults: %s", d)
	}
	count := map[fakeapi.Fault]int{}
	for _, fault := range first {
		count[fault]++
	}
	// Four standard deviations of 1000 draws: 51 at 0.2, 38 at 0.1.
	if c := count[fakeapi.Overloaded]; c < 149 || c > 251 {
		t.Errorf("%d of %d overloaded, want about 200", c, n)
	}
	if c := count[fakeapi.RateLimited]; c < 62 || c > 138 {
		t.Errorf("%d of %d rate limited, want about 100", c, n)
	}
}

// rawHello is hello as it goes over a connection.
var rawHello = fmt.Sprintf("POST /v1/messages HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\n"+
	"Anthropic-Version: 2023-06-01\r\nX-Api-Key: test\r\nContent-Length: %d\r\n\r\n%s", len(hello), hello)

// dial opens a connection to the Server at the URL.
func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestStrayBytesFollowAnAnswer(t *testing.T) {
	s, url := broken(t, fakeapi.StrayBytes)
	conn := dial(t, url)
	io.WriteString(conn, rawHello)
	sent, err := io.ReadAll(conn)
	if err != nil || !strings.HasSuffix(string(sent), "}debug: x-api-key: test\n") {
		t.Errorf("%q, %v", sent, err)
	}
	if c := s.Counts(); c.Answered != 1 || c.ByStatus[200] != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestClosedReuseEndsAtTheNextRequest(t *testing.T) {
	s, url := broken(t, fakeapi.ClosedReuse)
	conn := dial(t, url)
	io.WriteString(conn, rawHello)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != 200 || resp.Close {
		t.Fatalf("%+v, %v", resp, err)
	}
	if body, err := io.ReadAll(resp.Body); err != nil || !json.Valid(body) {
		t.Fatalf("%q, %v", body, err)
	}
	io.WriteString(conn, rawHello)
	if n, err := in.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("the second request got an answer, %v", err)
	}
	if c := s.Counts(); c.Answered != 1 || c.Requests != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestInformationalAnswers(t *testing.T) {
	for fault, want := range map[fakeapi.Fault]string{
		fakeapi.SwitchProtocols: "HTTP/1.1 101 Switching Protocols\r\n",
		fakeapi.EndlessHints:    "HTTP/1.1 103 Early Hints\r\n",
	} {
		s, url := broken(t, fault)
		conn := dial(t, url)
		io.WriteString(conn, rawHello)
		line, err := bufio.NewReader(conn).ReadString('\n')
		if line != want || err != nil {
			t.Errorf("%s: %q, %v", fault, line, err)
		}
		s.Close()
		if _, err := io.ReadAll(conn); err != nil {
			t.Errorf("%s: the Server closed, %v", fault, err)
		}
		if c := s.Counts(); c.Answered != 0 {
			t.Errorf("%s: counts %+v", fault, c)
		}
	}
}
