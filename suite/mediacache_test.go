package suite

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// picture is a file of so many bytes of base64.
func picture(size int) *media {
	return &media{blob: payload.NewBlob("image/png", make([]byte, size/4*3))}
}

func TestWhatWasNamedLastIsKept(t *testing.T) {
	c := newMediaCache(3 * (mediaBytes + 400))
	for i := range 3 {
		c.put(fmt.Sprint(i), picture(400))
	}
	c.get("0")
	c.put("3", picture(400))
	for key, want := range map[string]bool{"0": true, "1": false, "2": true, "3": true} {
		if kept := c.kept[key] != nil; kept != want {
			t.Errorf("%s is kept: %t", key, kept)
		}
	}
	c.put("4", picture(40_000))
	if len(c.kept) != 0 || c.size != 0 {
		t.Errorf("%d files with %d bytes are kept beside one that is too large", len(c.kept), c.size)
	}
}

func TestWhatIsInUseIsNotReadAgain(t *testing.T) {
	c := newMediaCache(0)
	used := picture(400)
	c.put("used", used)
	c.put("unused", picture(400))
	runtime.GC()
	if m := c.get("used"); m == nil || m.blob != used.blob {
		t.Error("what a case still has is not given to the next")
	}
	if c.get("unused") != nil {
		t.Error("what nobody has is still there")
	}
	runtime.KeepAlive(used)
}

func TestTheCacheDoesNotGrowWithTheFilesThatWereRead(t *testing.T) {
	c := newMediaCache(10 * (mediaBytes + 400))
	for i := range 20_000 {
		if i%1000 == 0 {
			runtime.GC()
		}
		c.put(fmt.Sprint(i), picture(400))
	}
	if len(c.kept) > 10 || len(c.inUse) > 10_000 {
		t.Errorf("%d files are kept and %d looked after", len(c.kept), len(c.inUse))
	}
}
