// Command bench measures evalrun beside a bare net/http loop that posts the
// same bodies and decodes the answers: wall time, CPU time and memory of each,
// as processes of their own, against an API on loopback.
//
//	go run ./bench                                  the speed of a run
//	go run ./bench -scale 1000000                   the memory of a large one and of its reports
//	go run ./bench -scale 1000000 -gates -replay    with gates, and with answers out of its record
//	go run ./bench -cases 100000 -latency 0 -bare=false -replay
//	go run ./bench -text 1500                       answers of the usual size
//	go run ./bench -compare                         comparing two records of 100,000 samples
//	go run ./bench -capture                         what evalrun capture adds to streamed requests
//	go run ./bench -images                          runs whose cases show images
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

type options struct {
	cases, inFlight int
	latency         time.Duration
	bare, replay    bool
	text            int
	compare, images bool
	capture         bool
	scale, gates    bool
	batch           bool
}

func main() {
	if path := os.Getenv(launchVariable); path != "" {
		exitOn(launch(path))
		return
	}
	if url := os.Getenv(bareVariable); url != "" {
		exitOn(bareLoop(url))
		return
	}
	var o options
	flag.IntVar(&o.cases, "cases", 10_000, "cases, of two assertions each")
	flag.IntVar(&o.inFlight, "in-flight", 1000, "requests under way at once")
	flag.DurationVar(&o.latency, "latency", 200*time.Millisecond, "how long the API takes")
	flag.BoolVar(&o.bare, "bare", true, "run the bare loop too")
	flag.BoolVar(&o.replay, "replay", false, "replay the run too; of a large one, reuse and resume it as well")
	flag.IntVar(&o.text, "text", 0, "bytes of text in each answer (default: a sentence)")
	flag.BoolVar(&o.compare, "compare", false, "measure comparing two records instead")
	flag.BoolVar(&o.capture, "capture", false, "measure what evalrun capture adds to streamed requests instead")
	flag.BoolVar(&o.images, "images", false, "measure runs whose cases show images instead")
	flag.BoolVar(&o.gates, "gates", false, "give the suite a metric and gates")
	flag.BoolVar(&o.batch, "batch", false, "with -scale: measure a run by Message Batches instead, the API's time not counted")
	large := flag.Int("scale", 0, "measure the memory of a run of so many cases, and of its reports, instead")
	flag.Parse()
	if *large > 0 {
		o.scale, o.cases, o.latency = true, *large, 0
	}
	exitOn(measure(o))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure builds evalrun, starts the API and runs what is compared.
func measure(o options) error {
	dir, err := os.MkdirTemp("", "evalrun-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "evalrun")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/evalrun").CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	if o.compare {
		return measureCompare(dir, program)
	}
	if o.capture {
		return measureCapture(dir, program)
	}
	if o.images {
		return measureImages(dir, program)
	}
	suite, err := writeSuite(dir, o.cases, o.gates)
	if err != nil {
		return err
	}
	server := fakeapi.New(fakeapi.Options{
		SkipValidation: true,
		Script:         answers(o.text),
		Latency:        func(*fakeapi.Call) time.Duration { return o.latency },
	})
	url, err := server.Listen()
	if err != nil {
		return err
	}
	defer server.Close()
	if o.scale {
		return scale(o, url, program, suite, dir, server)
	}
	return against(o, url, program, suite, dir, server)
}

// against runs evalrun, and what it is compared with, and prints the figures.
func against(o options, url, program, suite, dir string, server *fakeapi.Server) error {
	fmt.Printf("%d cases, %v of latency, %d in flight\n", o.cases, o.latency, o.inFlight)
	recorded := filepath.Join(dir, "run.jsonl")
	ours, err := run("evalrun", exec.Command(program, suite, "-q", "-j", strconv.Itoa(o.inFlight), "--record", recorded), url)
	if err != nil {
		return err
	}
	want := 1
	if o.bare {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		cmd := exec.Command(self, strconv.Itoa(o.cases), strconv.Itoa(o.inFlight))
		cmd.Env = []string{bareVariable + "=" + url}
		bare, err := run("bare loop", cmd, url)
		if err != nil {
			return err
		}
		fmt.Printf("ratio      wall ×%.2f  CPU ×%.2f\n", ours.Wall.Seconds()/bare.Wall.Seconds(), ours.CPU.Seconds()/bare.CPU.Seconds())
		want = 2
	}
	if o.replay {
		again, err := run("replay", exec.Command(program, suite, "-q", "--replay", recorded, "--record", recorded+".replay"), url)
		if err != nil {
			return err
		}
		fmt.Printf("replayed   %.0f samples a second\n", float64(o.cases)/again.Wall.Seconds())
	}
	return check(server, o.cases, want)
}

// answers is a script whose texts have so many bytes, 0 for the usual one.
func answers(size int) fakeapi.Script {
	if size == 0 {
		return fakeapi.Default
	}
	const line = "The quick brown fox jumps over the \"lazy\" dog.\n"
	text := strings.Repeat(line, size/len(line)+1)[:size]
	return func(*fakeapi.Call) fakeapi.Answer { return fakeapi.Answer{Text: text} }
}

// check holds the comparison to its word: each body was asked for by each.
func check(server *fakeapi.Server, cases, want int) error {
	answered := server.Counts().ByBody
	for body, n := range answered {
		if n != want {
			return fmt.Errorf("body %s was answered %d times, expected %d", body, n, want)
		}
	}
	if len(answered) != cases {
		return fmt.Errorf("%d bodies were answered, expected %d", len(answered), cases)
	}
	return nil
}

// writeSuite writes a suite of one case a row.
func writeSuite(dir string, cases int, gates bool) (string, error) {
	const text = `model: claude-opus-4-6
max_tokens: 1024
cases:
  - name: "case {{ n }}"
    dataset: rows.jsonl
    messages: [{user: "Say {{ n }}"}]
    assert: |
      len(text) > 0
      stop_reason == "end_turn"
`
	rows, err := os.Create(filepath.Join(dir, "rows.jsonl"))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	line := []byte{}
	for i := range cases {
		line = fmt.Appendf(line, "{\"n\":%d}\n", i)
	}
	if _, err := rows.Write(line); err != nil {
		return "", err
	}
	suite := filepath.Join(dir, "bench.yaml")
	head := ""
	if gates {
		head = "metrics: {length: len(text)}\n" +
			"gates:\n  - cases.pass_rate >= 0.9\n  - latency.p95 < duration(\"10s\")\n  - metrics.length.mean > 0\n"
	}
	return suite, os.WriteFile(suite, []byte(head+text), 0o644)
}
