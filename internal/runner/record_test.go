package runner_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runner"
	"github.com/evalrun/evalrun/record"
)

// fullDisk takes so many lines and no more.
type fullDisk struct {
	mu   sync.Mutex
	room int
}

func (d *fullDisk) Append(record.Line) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room == 0 {
		return errors.New("no space left on device")
	}
	d.room--
	return nil
}

// answers answers every request at once, and counts.
type answers struct {
	mu   sync.Mutex
	sent int
}

func (a *answers) Send(context.Context, *messages.Request, record.Identity) (*messages.Exchange, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent++
	answer, err := messages.ParseAnswer([]byte(`{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}`))
	return &messages.Exchange{Answer: answer}, err
}

func TestAnAnswerThatCannotBeKeptIsTheLastThatIsAskedFor(t *testing.T) {
	plan, err := runner.NewPlan(manyCases(t, 100), prices.Default())
	if err != nil {
		t.Fatal(err)
	}
	sender := &answers{}
	const workers = 4
	err = runner.Run(t.Context(), plan, runner.Options{Sender: sender, Record: &fullDisk{room: 20}, Concurrency: workers})
	if err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("error %v, want the disk's", err)
	}
	// 20 lines hold six cases at least; each worker may have one more in hand.
	if sender.sent > 20/3+2*workers {
		t.Errorf("%d requests were sent though the record took 20 lines", sender.sent)
	}
}
