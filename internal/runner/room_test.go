package runner

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// sized is something of so many bytes.
func sized(size int) holding { return holding{new(int), size} }

// taking takes in a goroutine of its own and tells whether it got its room
// without waiting.
func taking(t *testing.T, r *room, holds ...holding) (now bool, later <-chan error) {
	got := make(chan error, 1)
	go func() { got <- r.take(t.Context(), holds) }()
	synctest.Wait()
	return len(got) == 1, got
}

func TestSamplesWaitForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(100)
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
			r.give([]holding{shared})
			synctest.Wait()
		}
		if err := <-later; err != nil || r.size != 101 {
			t.Errorf("%v; %d bytes are held", err, r.size)
		}
	})
}

func TestWhatIsMoreThanTheRoomIsHeldAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(100)
		large, small := sized(500), sized(1)
		if now, _ := taking(t, r, large); !now {
			t.Fatal("it waits for ever")
		}
		now, later := taking(t, r, small)
		if now {
			t.Fatal("the bound is passed further")
		}
		r.give([]holding{large})
		if err := <-later; err != nil || r.size != 1 {
			t.Errorf("%v; %d bytes are held", err, r.size)
		}
	})
}

func TestWhoWaitsForRoomIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(100)
		if err := r.take(t.Context(), []holding{sized(100)}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() { got <- r.take(ctx, []holding{sized(1)}) }()
		synctest.Wait()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
