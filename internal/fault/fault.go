// Package fault reports panics, which are mistakes of evalrun itself. Go ends
// a process with exit code 2 where a goroutine panics, and prints the value as
// it is; of evalrun, 2 says that nothing was sent.
package fault

import (
	"runtime/debug"
	"sync/atomic"
)

var handler atomic.Pointer[func(value any, stack []byte)]

// Handle has the panics of goroutines reported to f, which must not return.
func Handle(f func(value any, stack []byte)) { handler.Store(&f) }

// Catch is deferred by every goroutine. It reports a panic; where nobody
// handles them, as in tests, the panic goes on.
func Catch() {
	value := recover()
	if value == nil {
		return
	}
	if f := handler.Load(); f != nil {
		(*f)(value, debug.Stack())
	}
	panic(value)
}
