package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
)

// graceful is how long an interrupted run waits for the answers to what is
// under way.
const graceful = 30 * time.Second

// interrupts are what a run does about signals. Ctrl-C ends the asking, and what
// is under way, which is paid for, is waited for: a while, or until the next
// signal. SIGTERM, by which a CI system announces the end, waits for nothing.
// Once nothing is waited for, one more signal ends the process at once.
type interrupts struct {
	// under is done when what is under way is given up.
	under  context.Context
	giveUp context.CancelFunc
}

func newInterrupts() *interrupts {
	under, giveUp := context.WithCancel(context.Background())
	return &interrupts{under, giveUp}
}

// heed gives a context that ends with the first signal; says is called where
// something is waited for then. Unless it waits, and once ctx ends, nothing is:
// a watch asks for what it lacks when it is begun anew. The function that it
// gives heeds no more signals.
func (i *interrupts) heed(ctx context.Context, waits bool, says func()) (context.Context, func()) {
	givenUp := context.AfterFunc(ctx, i.giveUp)
	asking, stop := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	go func() {
		defer fault.Catch()
		defer signal.Stop(signals)
		select {
		case s := <-signals:
			stop()
			if s == os.Interrupt && waits {
				says()
				await(signals, over)
			}
			i.giveUp()
		case <-over:
		}
	}()
	return asking, sync.OnceFunc(func() {
		close(over)
		givenUp()
		stop()
	})
}

// await waits for the next signal, or for the end of all that is waited for.
func await(signals <-chan os.Signal, over <-chan struct{}) {
	timer := time.NewTimer(graceful)
	defer timer.Stop()
	select {
	case <-signals:
	case <-timer.C:
	case <-over:
	}
}
