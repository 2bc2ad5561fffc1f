package capture

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evalrun/evalrun/record"
)

// What an SDK sends again has the sample of the attempt that failed; what is asked
// again without that is another sample.
func TestAttemptsAndSamples(t *testing.T) {
	answers := []string{"529", "200", "200", "529", "529", "400"}
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		status := answers[0]
		answers = answers[1:]
		if status != "200" {
			w.WriteHeader(map[string]int{"529": 529, "400": 400}[status])
			fmt.Fprintf(w, `{"type":"error","error":{"type":"e%s","message":"m"}}`, status)
			return
		}
		io.WriteString(w, hello)
	})
	for _, retry := range []string{"0", "1", "0", "0", "1", "2"} {
		if _, _, err := d.ask(t, question, "X-Stainless-Retry-Count", retry); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range d.recorded(t) {
		line := fmt.Sprint(e.Sample, ":")
		for _, a := range e.Attempts {
			line += fmt.Sprint(" ", a.Status)
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"1: 529 200", "2: 200", "3: 529 529 400"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A record that is gone on with counts on.
func TestSamplesGoOn(t *testing.T) {
	d := open(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, hello) })
	d.ask(t, question)
	d.ask(t, question)
	d.writer.Close()
	w, found, err := record.Append(d.path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer found.Close()
	n := newNumbers(found)
	line := d.recorded(t)[0]
	n.give(&line, 0)
	if line.Sample != 3 {
		t.Errorf("the third request is sample %d", line.Sample)
	}
}

// Conversations are chosen whole.
func TestAShareOfTheConversations(t *testing.T) {
	c := newChoice(0.3)
	const conversations = 2000
	chosen := 0
	for i := range conversations {
		body := fmt.Sprintf(`{"messages":[{"role":"user","content":"few"},{"role":"assistant","content":"shots"},{"role":"user","content":"%d"}`, i)
		first := c.takes([]byte(body + `]}`))
		if first {
			chosen++
		}
		for turn := range 3 {
			body += fmt.Sprintf(`,{"role":"assistant","content":"a"},{"role":"user","content":"turn %d"}`, turn)
			if c.takes([]byte(body+`]}`)) != first {
				t.Fatalf("turn %d of conversation %d is chosen otherwise than the first", turn, i)
			}
		}
	}
	if share := float64(chosen) / conversations; share < 0.25 || share > 0.35 {
		t.Errorf("%.2f of the conversations are chosen, want 0.3", share)
	}
	for _, body := range []string{`{}`, `[]`, `{"messages":1}`} {
		if first := c.takes([]byte(body)); c.takes([]byte(body)) != first {
			t.Errorf("%s is chosen otherwise the second time", body)
		}
	}
	if len(c.order) != len(c.known) || len(c.order) > maxKnown {
		t.Errorf("%d and %d are remembered", len(c.order), len(c.known))
	}
}

// Many requests at once, streamed: all pass whole, and each is recorded once.
func TestManyAtOnce(t *testing.T) {
	stream := string(bytes.Join(events(t), nil))
	d := open(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		for i := 0; i < len(stream); i += 37 {
			io.WriteString(w, stream[i:min(i+37, len(stream))])
			w.(http.Flusher).Flush()
		}
	})
	const requests = 200
	var wait sync.WaitGroup
	slots := make(chan struct{}, 20)
	for i := range requests {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			body := strings.Replace(streaming, "Hi", fmt.Sprint("Hi ", i), 1)
			if _, got, err := d.ask(t, body); err != nil || string(got) != stream {
				t.Errorf("%v: %s", err, got)
			}
		})
	}
	wait.Wait()
	keys := map[string]bool{}
	for _, e := range d.recorded(t) {
		if keys[e.Key] = true; string(e.Response) != hello {
			t.Errorf("recorded is %s", e.Response)
		}
	}
	if len(keys) != requests || d.recorder.copies.held.Load() != 0 {
		t.Errorf("%d requests are recorded, and %d bytes held", len(keys), d.recorder.copies.held.Load())
	}
}
