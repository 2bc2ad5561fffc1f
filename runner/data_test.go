package runner

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/evalrun/evalrun/payload"
)

// blobOf is a blob with so many bytes of data.
func blobOf(size int) *payload.Blob { return &payload.Blob{Data: make([]byte, size)} }

// taking takes in a goroutine of its own and tells whether it got its room
// without waiting.
func taking(t *testing.T, d *dataBound, data ...*payload.Blob) (now bool, later <-chan error) {
	got := make(chan error, 1)
	go func() { got <- d.take(t.Context(), data) }()
	synctest.Wait()
	return len(got) == 1, got
}

func TestDataWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDataBound(100)
		shared, own := blobOf(60), blobOf(41)
		for range 3 {
			if now, _ := taking(t, d, shared); !now {
				t.Fatal("what is shared waits for room of its own")
			}
		}
		if now, _ := taking(t, d); !now {
			t.Fatal("a sample without data waits")
		}
		now, later := taking(t, d, shared, own)
		if now {
			t.Fatal("the bound is passed")
		}
		for i := range 3 {
			if len(later) > 0 {
				t.Fatalf("room is given after %d of 3 have ended", i)
			}
			d.give([]*payload.Blob{shared})
			synctest.Wait()
		}
		if err := <-later; err != nil || d.size != 101 {
			t.Errorf("%v; %d bytes are held", err, d.size)
		}
	})
}

func TestDataThatIsMoreThanTheBoundIsHeldAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDataBound(100)
		large, small := blobOf(500), blobOf(1)
		if now, _ := taking(t, d, large); !now {
			t.Fatal("it waits for ever")
		}
		now, later := taking(t, d, small)
		if now {
			t.Fatal("the bound is passed further")
		}
		d.give([]*payload.Blob{large})
		if err := <-later; err != nil || d.size != 1 {
			t.Errorf("%v; %d bytes are held", err, d.size)
		}
	})
}

func TestWhoWaitsForRoomIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDataBound(100)
		if err := d.take(t.Context(), []*payload.Blob{blobOf(100)}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() { got <- d.take(ctx, []*payload.Blob{blobOf(1)}) }()
		synctest.Wait()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
