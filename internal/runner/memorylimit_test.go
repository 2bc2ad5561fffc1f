package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/suite"
)

// sized is something of so many bytes.
func sized(size int) reservation { return reservation{new(int), size} }

// taking takes in a goroutine of its own and reports whether it got its room
// without waiting.
func taking(t *testing.T, r *memoryLimit, holds ...reservation) (now bool, later <-chan error) {
	got := make(chan error, 1)
	go func() { got <- r.reserve(t.Context(), holds) }()
	synctest.Wait()
	return len(got) == 1, got
}

func TestSamplesWaitForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMemoryLimit(100)
		shared, own := sized(60), sized(41)
		for range 3 {
			if now, _ := taking(t, r, shared); !now {
				t.Fatal("what is shared waits for room of its own")
			}
		}
		now, later := taking(t, r, shared, own)
		if now {
			t.Fatal("the bound is passed")
		}
		for i := range 3 {
			if len(later) > 0 {
				t.Fatalf("room is given after %d of 3 have ended", i)
			}
			r.release([]reservation{shared})
			synctest.Wait()
		}
		if err := <-later; err != nil || r.size != 101 {
			t.Errorf("%v; %d bytes are held", err, r.size)
		}
	})
}

func TestWhatIsMoreThanTheRoomIsHeldAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMemoryLimit(100)
		large, small := sized(500), sized(1)
		if now, _ := taking(t, r, large); !now {
			t.Fatal("it waits for ever")
		}
		now, later := taking(t, r, small)
		if now {
			t.Fatal("the bound is passed further")
		}
		r.release([]reservation{large})
		if err := <-later; err != nil || r.size != 1 {
			t.Errorf("%v; %d bytes are held", err, r.size)
		}
	})
}

func TestWhoWaitsForRoomIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMemoryLimit(100)
		if err := r.reserve(t.Context(), []reservation{sized(100)}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() { got <- r.reserve(ctx, []reservation{sized(1)}) }()
		synctest.Wait()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// holder holds an answer of so many bytes for a second.
type holder struct {
	bytes int64

	mu            sync.Mutex
	holding, most int
}

func (h *holder) Send(ctx context.Context, req *messages.Request, _ record.Identity) (*messages.Exchange, error) {
	done, err := messages.Reserve(ctx, h.bytes)
	defer done()
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	h.holding++
	h.most = max(h.most, h.holding)
	h.mu.Unlock()
	time.Sleep(time.Second)
	h.mu.Lock()
	h.holding--
	h.mu.Unlock()
	answer, err := messages.ParseAnswer([]byte(`{"type":"message","model":"m","content":[{"type":"text","text":"Hi"}],"usage":{}}`))
	return &messages.Exchange{Answer: answer}, err
}

// Answers wait for the memory of others, and give back their own.
func TestAnswersWaitForRoom(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "s.yaml")
	text := "model: m\nmax_tokens: 1\ncases: [{name: a, repeat: 30, messages: [{user: Hi}, {assistant: }, {user: Ho}], assert: text != ''}]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := suite.Load([]string{file}, suite.Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(set, prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	for bytes, want := range map[int64]int{maxAnswerMemory / 4 / 10: 10, maxAnswerMemory: 1} {
		synctest.Test(t, func(t *testing.T) {
			next := &holder{bytes: bytes}
			if err := Run(t.Context(), plan, Options{Sender: next, Record: noRecord{}, Concurrency: 30}); err != nil {
				t.Error(err)
			}
			// One more may go on between two steps of the first.
			if next.most < want || next.most > want+1 {
				t.Errorf("%d answers of %d bytes are held at once, want %d", next.most, bytes, want)
			}
		})
	}
}

type noRecord struct{}

func (noRecord) Append(record.Line) error { return nil }
