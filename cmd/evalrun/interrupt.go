package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/fault"
)

// graceful is how long an interrupted run waits for the answers to what is
// under way.
const graceful = 30 * time.Second

// interrupts are what a run does about signals. Ctrl-C ends the asking, and what
// is under way, which is paid for, is waited for: a while, or until the next
// signal. So does a SIGHUP whose terminal is gone: nobody can press Ctrl-C
// again. SIGTERM, by which a CI system announces the end, waits for nothing.
// Once nothing is waited for, one more signal ends the process at once, but
// while reports are written: these are finished first.
type interrupts struct {
	// under is done when what is under way is given up.
	under  context.Context
	giveUp context.CancelFunc
}

func newInterrupts() *interrupts {
	under, giveUp := context.WithCancel(context.Background())
	return &interrupts{under, giveUp}
}

// endings are the signals that end a command. One that nohup has ignored stays
// ignored.
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// waitsFor reports whether what is under way is waited for after a signal.
func (s streams) waitsFor(sig os.Signal) bool {
	return sig == os.Interrupt || sig == syscall.SIGHUP && s.onTerminal
}

// askUntil gives a context that ends with the first signal; says is called where
// something is waited for then, which waits decides. Once ctx ends, nothing is.
// The function that it gives is to be called when nothing is under way: it
// leaves signals alone.
func (i *interrupts) askUntil(ctx context.Context, waits func(os.Signal) bool, notify func()) (context.Context, func()) {
	givenUp := context.AfterFunc(ctx, i.giveUp)
	asking, stop := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	over := make(chan struct{})
	go func() {
		defer fault.Catch()
		defer signal.Stop(signals)
		select {
		case s := <-signals:
			stop()
			if waits(s) {
				notify()
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

// await waits for the next signal, or for the end of all that is waited for. A
// terminal that goes may send SIGHUP twice, by itself and by the shell.
func await(signals <-chan os.Signal, over <-chan struct{}) {
	timer := time.NewTimer(graceful)
	defer timer.Stop()
	for {
		select {
		case s := <-signals:
			if s == syscall.SIGHUP {
				continue
			}
		case <-timer.C:
		case <-over:
		}
		return
	}
}

// reporting keeps a signal from ending the process while reports are written,
// until the function that it gives is called. A second one ends it at once.
func (s streams) reporting() (over func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endings()...)
	done := make(chan struct{})
	go func() {
		defer fault.Catch()
		defer signal.Stop(signals)
		select {
		case <-signals:
			s.interrupted.Store(true)
			signal.Stop(signals)
			fmt.Fprintln(s.err, "interrupted: the reports are finished first; another signal ends evalrun at once")
		case <-done:
		}
	}()
	return func() { close(done) }
}

// endAtSignal ends a command that is no run at the first signal, and where it
// writes reports once they are written. A run, view and capture end themselves.
func (s streams) endAtSignal(cmd *cobra.Command) {
	if !cmd.HasParent() || cmd.Name() == "view" || cmd.Name() == "capture" || cmd.Name() == "submit" {
		return
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endings()...)
	go func() {
		defer fault.Catch()
		defer signal.Stop(signals)
		select {
		case <-signals:
		case <-cmd.Context().Done():
			return
		}
		s.interrupted.Store(true)
		signal.Stop(signals) // a second one ends the process at once
		s.writing.Lock()
		_ = s.out.Flush() // which is cut off
		os.Exit(exitInterrupted)
	}()
}
