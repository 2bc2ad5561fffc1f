package summary

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/evalrun/evalrun/record"
)

// flown are answers of a server that answers so many requests at once, of all
// that are sent with so many under way; slots 0 is a server without a queue.
func flown(n, concurrency, slots int, draws *rand.Rand) Flights {
	var f Flights
	for i := range n {
		underWay := min(i+1, concurrency)
		out := 20 + draws.IntN(300)
		ms := 200 + 5*float64(out)*(0.7+0.6*draws.Float64())
		if slots > 0 && underWay > slots {
			ms *= float64(underWay) / float64(slots)
		}
		f.Add(&record.Exchange{
			Identity: record.Identity{Role: record.RoleAnswer},
			Measured: record.Measured{InFlight: underWay, LatencyMS: ms, Usage: json.RawMessage(fmt.Sprintf(`{"input_tokens":1,"output_tokens":%d}`, out))},
		})
	}
	return f
}

func TestAQueueIsSeen(t *testing.T) {
	for seed := range uint64(50) {
		draws := rand.New(rand.NewPCG(seed, 1))
		q := flown(300, 64, 8, draws).Queue()
		if q == nil || q.Few != 16 || q.Many != 48 || q.Answers != 253 || q.Of != 300 || q.ManyP50 < 2*q.FewP50 {
			t.Fatalf("seed %d: %+v, want a queue of 253 of 300 answers", seed, q)
		}
	}
}

// Answers of any length are no queue, with few or with many under way, nor are a
// few slow ones.
func TestNoQueueIsMadeUp(t *testing.T) {
	wrong := 0
	for seed := range uint64(2000) {
		draws := rand.New(rand.NewPCG(seed, 2))
		if flown(40+draws.IntN(400), 2+draws.IntN(100), 0, draws).Queue() != nil {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("a queue was seen in %d of 2,000 runs without one", wrong)
	}
	draws := rand.New(rand.NewPCG(1, 3))
	if q := flown(300, 8, 8, draws).Queue(); q != nil {
		t.Errorf("a server that is asked for as much as it takes: %+v", q)
	}
}
