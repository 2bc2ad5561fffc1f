package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
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
	"sync/atomic"
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
// another on either side, or a request is not recorded. It does so twice: with
// clients that begin one after another, over the time of an answer, as those of an
// application do; and with clients that all begin, and open their connections, in
// one instant.
func measureCapture(dir, program string) error {
	var server streamServer
	api := httptest.NewServer(&server)
	defer api.Close()
	answer := eventEvery * time.Duration(strings.Count(streamOf(nil), "\n\n")+1)
	for _, begin := range []struct {
		how   string
		apart time.Duration
	}{{"one after another", answer / capturedAtOnce}, {"in one instant", 0}} {
		door, err := openDoor(program, filepath.Join(dir, fmt.Sprint("traffic-", begin.apart, ".jsonl")), api.URL)
		if err != nil {
			return err
		}
		times, err := byTurns(&server, []string{api.URL, door.url}, begin.apart)
		if err = errors.Join(err, door.close()); err != nil {
			return err
		}
		fmt.Printf("%d streamed requests each way, %d at once that begin %s: all bodies are equal\n", capturedRequests, capturedAtOnce, begin.how)
		for _, share := range []float64{0.5, 0.99} {
			direct, captured := quantile(times[0], share), quantile(times[1], share)
			fmt.Printf("p%-3.0f direct %v, through capture %v: %v more\n", 100*share, direct, captured, captured-direct)
		}
	}
	return nil
}

// streamServer is the API: it answers with a stream that belongs to the request.
type streamServer struct {
	hashes sync.Map // of the bodies that came
}

func (s *streamServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what came otherwise has another hash
	s.hashes.Store(sha256.Sum256(body), true)
	w.Header().Set("content-type", "text/event-stream")
	for event := range strings.SplitAfterSeq(streamOf(body), "\n\n") {
		io.WriteString(w, event)
		w.(http.Flusher).Flush()
		time.Sleep(eventEvery)
	}
}

// door is evalrun capture in a process of its own.
type door struct {
	url, record string
	process     *exec.Cmd
}

func openDoor(program, record, upstream string) (*door, error) {
	d := &door{record: record, process: exec.Command(program, "capture", "-o", record, "--listen", "127.0.0.1:0")}
	d.process.Env = append(os.Environ(), "ANTHROPIC_BASE_URL="+upstream)
	out, err := d.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	d.url = strings.TrimSpace(strings.TrimPrefix(line, "ANTHROPIC_BASE_URL="))
	return d, err
}

// close kills it, and counts what is in its record: all that its clients have seen.
func (d *door) close() error {
	err := d.process.Process.Kill()
	_ = d.process.Wait() // it says that it was killed
	text, failure := os.ReadFile(d.record)
	if n := bytes.Count(text, []byte(`"response":{"id"`)); failure == nil && n != capturedRequests {
		failure = fmt.Errorf("%d answers are recorded, want %d", n, capturedRequests)
	}
	return errors.Join(err, failure)
}

// byTurns sends requests to each of the addresses, by turns, and gives how long each
// took. So many clients are at work; each begins that much after the one before.
func byTurns(server *streamServer, urls []string, apart time.Duration) ([][]time.Duration, error) {
	times := make([][]time.Duration, len(urls))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: capturedAtOnce, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var (
		mu    sync.Mutex
		wrong error
		next  atomic.Int64
		wait  sync.WaitGroup
	)
	for n := range capturedAtOnce {
		wait.Go(func() {
			time.Sleep(time.Duration(n) * apart)
			for {
				i := int(next.Add(1)) - 1
				if i >= len(urls)*capturedRequests {
					return
				}
				took, err := server.ask(client, urls[i%len(urls)], i)
				mu.Lock()
				times[i%len(urls)] = append(times[i%len(urls)], took)
				wrong = cmp.Or(wrong, err)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return times, wrong
}

// ask sends one request, and checks that it reached the server as it was sent.
func (s *streamServer) ask(client *http.Client, url string, i int) (time.Duration, error) {
	body := fmt.Appendf(nil, `{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"%s %d"}]}`, url, i)
	took, err := timed(client, url, body)
	if _, ok := s.hashes.Load(sha256.Sum256(body)); !ok && err == nil {
		err = fmt.Errorf("request %d reached the server otherwise than it was sent", i)
	}
	return took, err
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
