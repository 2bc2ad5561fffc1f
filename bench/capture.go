package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The size of the measurement of capture: streamed requests, how many are under
// way at once, and how far apart the events of an answer are.
const (
	capturedRequests = 1000
	capturedAtOnce   = 100
	eventEvery       = 20 * time.Millisecond
)

// measureCapture sends streamed requests straight to a server, and through evalrun
// capture, by turns, and prints how long they took. It fails where a body is
// another on either side, or a request is not recorded.
func measureCapture(dir, program string) error {
	var hashes sync.Map // of bodies as the server got and sent them
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		hashes.Store(sha256.Sum256(body), true)
		w.Header().Set("content-type", "text/event-stream")
		for event := range strings.SplitAfterSeq(streamOf(body), "\n\n") {
			io.WriteString(w, event)
			w.(http.Flusher).Flush()
			time.Sleep(eventEvery)
		}
	}))
	defer server.Close()
	recorded := filepath.Join(dir, "traffic.jsonl")
	door := exec.Command(program, "capture", "-o", recorded, "--listen", "127.0.0.1:0")
	door.Env = append(os.Environ(), "ANTHROPIC_BASE_URL="+server.URL)
	out, err := door.StdoutPipe()
	if err != nil {
		return err
	}
	if err := door.Start(); err != nil {
		return err
	}
	defer door.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return err
	}
	through := strings.TrimSpace(strings.TrimPrefix(line, "ANTHROPIC_BASE_URL="))
	times := map[string][]time.Duration{}
	var mu sync.Mutex
	var wrong error
	var wait sync.WaitGroup
	slots := make(chan struct{}, capturedAtOnce)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: capturedAtOnce, DisableCompression: true}}
	for i := range 2 * capturedRequests {
		name, url := "direct", server.URL
		if i%2 == 1 {
			name, url = "capture", through
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			body := fmt.Appendf(nil, `{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"%s %d"}]}`, name, i)
			took, err := timed(client, url, body)
			mu.Lock()
			defer mu.Unlock()
			times[name] = append(times[name], took)
			if _, ok := hashes.Load(sha256.Sum256(body)); !ok && err == nil {
				err = fmt.Errorf("request %d reached the server otherwise than it was sent", i)
			}
			if err != nil {
				wrong = err
			}
		})
	}
	wait.Wait()
	text, err := os.ReadFile(recorded)
	if n := bytes.Count(text, []byte(`"response":{"id"`)); wrong == nil && err == nil && n != capturedRequests {
		wrong = fmt.Errorf("%d answers are recorded, want %d", n, capturedRequests)
	}
	fmt.Printf("%d streamed requests each way, %d at once; all bodies are equal: %t\n", capturedRequests, capturedAtOnce, wrong == nil && err == nil)
	for _, share := range []float64{0.5, 0.99} {
		direct, captured := quantile(times["direct"], share), quantile(times["capture"], share)
		fmt.Printf("p%-3.0f direct %v, through capture %v: %v more\n", 100*share, direct, captured, captured-direct)
	}
	return wrong
}

// timed sends a request and checks that the answer is the one that belongs to it.
func timed(client *http.Client, url string, body []byte) (time.Duration, error) {
	begun := time.Now()
	resp, err := client.Post(url+"/v1/messages", "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err == nil && string(got) != streamOf(body) {
		err = fmt.Errorf("the answer came otherwise than it was sent: %s", got)
	}
	return time.Since(begun), err
}

// streamOf is the answer to a request, which no other has.
func streamOf(body []byte) string {
	return fmt.Sprintf(`event: message_start
data: {"type":"message_start","message":{"id":"msg_%x","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

event: message_stop
data: {"type":"message_stop"}

`, sha256.Sum256(body))
}

func quantile(times []time.Duration, share float64) time.Duration {
	slices.Sort(times)
	return times[int(share*float64(len(times)-1))].Round(10 * time.Microsecond)
}
