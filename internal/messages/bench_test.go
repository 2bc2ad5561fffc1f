package messages

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/record"
)

// BenchmarkSend1000x200ms sends 1,000 requests, 100 at once, to a server that
// takes 200 ms for each, and does the same with a bare net/http loop that
// posts the bodies and decodes the answers. "ratio" is the one time by the
// other.
func BenchmarkSend1000x200ms(b *testing.B) {
	const n, inFlight = 1000, 100
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		time.Sleep(200 * time.Millisecond)
		answerHello(w)
	}))
	defer server.Close()
	s := newTestHTTP(b, HTTPOptions{BaseURL: server.URL, APIKey: "sk-ant-api03-0123456789"})
	client := bareClient(inFlight)
	defer client.CloseIdleConnections()

	var ours, bare time.Duration
	for b.Loop() {
		bare += timed(n, inFlight, func() { barePost(b, client, server.URL+"/v1/messages") })
		ours += timed(n, inFlight, func() {
			if ex, err := s.Send(context.Background(), hello(), record.Identity{}); err != nil || ex.Error != nil {
				b.Errorf("%+v, %v", ex, err)
			}
		})
	}
	b.ReportMetric(ours.Seconds()/float64(b.N), "sender-s/op")
	b.ReportMetric(bare.Seconds()/float64(b.N), "bare-s/op")
	b.ReportMetric(ours.Seconds()/bare.Seconds(), "ratio")
}

// timed calls f n times, from so many goroutines at once.
func timed(n, inFlight int, f func()) time.Duration {
	start := time.Now()
	work := make(chan struct{}, n)
	for range n {
		work <- struct{}{}
	}
	close(work)
	var wg sync.WaitGroup
	for range inFlight {
		wg.Go(func() {
			for range work {
				f()
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func bareClient(inFlight int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = inFlight
	return &http.Client{Transport: transport}
}

func barePost(b *testing.B, client *http.Client, url string) {
	resp, err := client.Post(url, "application/json", hello().Body.Reader())
	if err != nil {
		b.Error(err)
		return
	}
	defer resp.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		b.Error(err)
	}
	io.Copy(io.Discard, resp.Body)
}

// BenchmarkSend is the cost of a request itself, beside that of a bare
// net/http loop.
func BenchmarkSend(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		answerHello(w)
	}))
	defer server.Close()
	b.Run("sender", func(b *testing.B) {
		s := newTestHTTP(b, HTTPOptions{BaseURL: server.URL, APIKey: "sk-ant-api03-0123456789"})
		b.ReportAllocs()
		for b.Loop() {
			mustAnswer(b, s, hello())
		}
	})
	b.Run("bare", func(b *testing.B) {
		client := bareClient(1)
		defer client.CloseIdleConnections()
		b.ReportAllocs()
		for b.Loop() {
			barePost(b, client, server.URL+"/v1/messages")
		}
	})
}

func BenchmarkParseAnswer(b *testing.B) {
	body, err := os.ReadFile("testdata/answer.json")
	if err != nil {
		b.Fatal(err)
	}
	long := strings.Replace(string(body), "Let me look.", strings.Repeat("Let me look. ", 5000), 1)
	for name, body := range map[string][]byte{"small": body, "65kB": []byte(long)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseAnswer(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkKey(b *testing.B) {
	image := `{"model":"m","messages":[{"role":"user","content":"` + strings.Repeat("QUJD", 1<<18) + `"}],"stream":true}`
	for name, body := range map[string][]byte{"small": hello().Body.Text(), "1MB": []byte(image)} {
		b.Run(name, func(b *testing.B) {
			req := &Request{Body: payload.New(body), Betas: []string{"b"}}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				req.computeKey()
			}
		})
	}
}
