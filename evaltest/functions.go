package evaltest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
)

// functions are those of the test, by name.
type functions[F any] map[string]F

// names lists them, sorted.
func (f functions[F]) names() []string { return slices.Sorted(maps.Keys(f)) }

// without lists the names that have no function.
func (f functions[F]) without() []string {
	return slices.DeleteFunc(f.names(), func(name string) bool { return !reflect.ValueOf(f[name]).IsNil() })
}

// called is what a function gave.
type called[T any] struct {
	value  T
	err    error // its own
	broken error // why it gave nothing
}

// call calls a function, and does not wait for it for longer than within.
func call[T any](ctx context.Context, within time.Duration, f func(context.Context) (T, error)) called[T] {
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	done := make(chan called[T], 1)
	go func() {
		defer fault.Catch()
		var c called[T]
		c.broken = errors.New("ended its goroutine") // as by t.FailNow
		defer func() {
			if value := recover(); value != nil {
				c.broken = fmt.Errorf("panicked: %v", value)
			}
			done <- c
		}()
		c.value, c.err = f(limited)
		c.broken = nil
	}()
	select {
	case c := <-done:
		return c
	case <-limited.Done():
	}
	if err := ctx.Err(); err != nil {
		return called[T]{broken: err}
	}
	return called[T]{broken: fmt.Errorf("did not answer within %s", within)}
}
