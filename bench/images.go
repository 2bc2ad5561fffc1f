package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// gallery is a suite whose cases show images.
type gallery struct {
	cases int
	size  int  // of an image's file, in MB
	own   bool // each case has an image of its own, else all show the same
}

// measureImages prints what runs take whose cases show images.
func measureImages(dir, program string) error {
	url, stop, err := discardingAPI(300 * time.Millisecond)
	if err != nil {
		return err
	}
	defer stop()
	for _, g := range []gallery{{300, 5, false}, {3000, 5, false}, {1000, 1, true}, {3000, 1, true}} {
		suite, err := g.write(filepath.Join(dir, fmt.Sprintf("%+v", g)))
		if err != nil {
			return err
		}
		for _, concurrency := range []string{"64", "auto"} {
			name := fmt.Sprintf("%d cases, one image of %d MB, -j %s:", g.cases, g.size, concurrency)
			if g.own {
				name = fmt.Sprintf("%d cases, %d MB of image each, -j %s:", g.cases, g.size, concurrency)
			}
			record := filepath.Join(dir, "images.jsonl")
			if _, err := run(name, exec.Command(program, suite, "-q", "-j", concurrency, "--record", record), url); err != nil {
				return err
			}
			if err := os.Remove(record); err != nil {
				return err
			}
		}
		if err := os.RemoveAll(filepath.Dir(suite)); err != nil {
			return err
		}
	}
	return nil
}

// write writes the suite with its images and gives its path.
func (g gallery) write(dir string) (string, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	files := 1
	if g.own {
		files = g.cases
	}
	for i := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.png", i)), g.image(i), 0o644); err != nil {
			return "", err
		}
	}
	var rows bytes.Buffer
	for i := range g.cases {
		fmt.Fprintf(&rows, "{\"n\":%d,\"image\":\"%d.png\"}\n", i, i%files)
	}
	if err := os.WriteFile(filepath.Join(dir, "rows.jsonl"), rows.Bytes(), 0o644); err != nil {
		return "", err
	}
	const text = `model: claude-opus-4-6
max_tokens: 1024
cases:
  - name: "case {{ n }}"
    dataset: rows.jsonl
    messages: [{user: [{image: "{{ image }}"}, "Say {{ n }}"]}]
    assert: stop_reason == "end_turn"
`
	suite := filepath.Join(dir, "bench.yaml")
	return suite, os.WriteFile(suite, []byte(text), 0o644)
}

// image is the head of a PNG of 100 × 100 pixels, and zeros up to the size. Its
// number makes it another than the others.
func (g gallery) image(number int) []byte {
	const head = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x64\x00\x00\x00\x64\x08\x06\x00\x00\x00\x70\xe2\x95\x54"
	image := make([]byte, g.size<<20)
	copy(image, head)
	binary.BigEndian.PutUint64(image[len(image)-8:], uint64(number))
	return image
}

// discardingAPI answers every request after a while, and keeps nothing of it: an
// API that kept the bodies would need gigabytes for them.
func discardingAPI(latency time.Duration) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	const answer = `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"Yes."}],` +
		`"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":3}}`
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		time.Sleep(latency)
		w.Header().Set("content-type", "application/json")
		io.WriteString(w, answer)
	})}
	go server.Serve(listener)
	return "http://" + listener.Addr().String(), func() { server.Close() }, nil
}
