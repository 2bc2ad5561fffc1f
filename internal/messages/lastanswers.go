package messages

import (
	"sync"
	"time"
)

// lastAnswers knows when each model answered last. It may be used by many
// goroutines at once; its zero value knows nothing.
type lastAnswers struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (a *lastAnswers) note(model string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at == nil {
		a.at = map[string]time.Time{}
	}
	a.at[model] = now
}

// of is the zero time of a model that never answered.
func (a *lastAnswers) of(model string) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at[model]
}
