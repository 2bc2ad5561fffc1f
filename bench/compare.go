package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// regressed is the exit code of a comparison that found a regression, which
// the records that are made here hold.
const regressed = 1

// measureCompare writes two records of 100,000 samples and prints what it
// takes to compare them: one with a sample a case, one with ten.
func measureCompare(dir, program string) error {
	const samples = 100_000
	for _, each := range []int{1, 10} {
		base := filepath.Join(dir, fmt.Sprintf("base-%d.jsonl", each))
		now := filepath.Join(dir, fmt.Sprintf("new-%d.jsonl", each))
		failed := make(chan error, 1)
		go func() { failed <- writeRecord(base, samples/each, each, false) }()
		if err := errors.Join(writeRecord(now, samples/each, each, true), <-failed); err != nil {
			return err
		}
		fmt.Printf("%d cases × %d: ", samples/each, each)
		if _, err := runExpecting(regressed, "compare", exec.Command(program, "compare", base, now), ""); err != nil {
			return err
		}
	}
	return nil
}

// writeRecord writes a record of exchanges of about 1.5 kB. The new run's
// system prompt is another, and 2 of 100 more of its answers fail.
func writeRecord(path string, cases, samples int, isNew bool) error {
	w, err := record.Create(path)
	if err != nil {
		return err
	}
	r := recorder{w: w, random: rand.New(rand.NewPCG(1, 2)), system: strings.Repeat("You answer questions about ants. ", 10), pass: .9}
	if isNew {
		r.random = rand.New(rand.NewPCG(3, 4))
		r.system += "Be brief."
		r.pass = .88
	}
	r.append(record.Run{Tool: "bench", Source: record.SourceFake, Suites: []record.Suite{{Path: "ants.yaml", Name: "ants"}}})
	for i := range cases {
		r.appendCase(fmt.Sprintf("case %06d", i), samples)
	}
	r.append(record.Summary{Complete: true})
	return errors.Join(r.err, w.Close())
}

// recorder writes a record, to its first error.
type recorder struct {
	w      *record.Writer
	random *rand.Rand
	system string
	pass   float64 // share of answers that pass
	err    error
}

func (r *recorder) append(line record.Line) {
	if r.err == nil {
		r.err = r.w.Append(line)
	}
}

func (r *recorder) appendCase(name string, samples int) {
	r.append(record.Case{
		Suite: "ants", Path: "ants.yaml", Line: 7, Case: name, Times: samples, Need: max(1, samples*8/10), Question: record.Question{Digest: fmt.Sprintf("sha256:%064x", hashOf(name))},
		Assertions: []record.Assertion{{At: "ants.yaml:9:7", Expr: `text contains "ant"`, Level: record.LevelFail, Weight: 1}, {At: "ants.yaml:10:7", Expr: `stop_reason == "end_turn"`, Level: record.LevelFail, Weight: 1}},
		Metrics:    map[string]record.Metric{"length": {Better: "lower"}},
	})
	for i := range samples {
		text := strings.Repeat("Ants are insects. ", 25+r.random.IntN(10))
		r.append(r.exchange(name, i+1, text))
		s := record.Sample{
			Suite: "ants", Case: name, Sample: i + 1, Outcome: record.Pass, CostUSD: new(.002 + float64(len(text))/1e6),
			Assertions: []record.Check{{I: 0, Outcome: record.Pass}, {I: 1, Outcome: record.Pass}}, Metrics: map[string]float64{"length": float64(len(text))},
		}
		if r.random.Float64() > r.pass {
			s.Outcome = record.Fail
			s.Assertions[0] = record.Check{I: 0, Outcome: record.Fail, Why: `text = "Ants are insects…"`, Trace: json.RawMessage(`{"op":"contains","value":false}`)}
		}
		r.append(s)
	}
}

func (r *recorder) exchange(name string, sample int, text string) record.Exchange {
	request := fmt.Sprintf(`{"model":"claude-opus-4-6","max_tokens":1024,"system":%q,"messages":[{"role":"user","content":"What is %s about?"}]}`, r.system, name)
	usage := fmt.Sprintf(`{"input_tokens":120,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":%d,"service_tier":"standard"}`, len(text)/4)
	latency := 600 + 300*r.random.Float64()
	id := fmt.Sprintf("%016x", r.random.Uint64())
	return record.Exchange{
		Identity: record.Identity{ID: record.ID{Suite: "ants", Case: name}, Sample: sample, Turn: 1, Role: record.RoleAnswer}, Key: fmt.Sprintf("sha256:%064x", hashOf(r.system+name)),
		Request:   json.RawMessage(request),
		Response:  json.RawMessage(fmt.Sprintf(`{"id":"msg_%s","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":%q}],"stop_reason":"end_turn","stop_sequence":null,"usage":%s}`, id, text, usage)),
		RequestID: "req_" + id,
		Measured: record.Measured{
			LatencyMS: latency, Attempts: []record.Attempt{{Status: 200, MS: latency}}, Usage: json.RawMessage(usage),
			CostUSD: new(.002 + float64(len(text))/1e6), SpentUSD: new(.002 + float64(len(text))/1e6),
		},
	}
}

// hashOf is in the place of the hashes that a run would write.
func hashOf(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}
