package suite

import (
	"container/list"
	"weak"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

const (
	// keptMedia is how many bytes of images and documents are kept though no
	// case that is under way shows them.
	keptMedia = 64 << 20
	// mediaBytes is what one of them takes beside its data.
	mediaBytes = 512
)

// mediaCache remembers files: those that were named last, up to a number of
// bytes, and of all others those whose data a case still has. A data set can
// name more images than fit into memory, but no image is there twice.
type mediaCache struct {
	limit, size int
	order       *list.List // of *keptFile, the last named first
	kept        map[string]*list.Element
	inUse       map[string]weak.Pointer[payload.Blob]
	sweepAt     int // how large inUse grows before it is looked through
}

// keptFile is a file in the order of the cache.
type keptFile struct {
	key string
	*media
}

func newMediaCache(limit int) mediaCache {
	return mediaCache{limit: limit, order: list.New(), kept: map[string]*list.Element{}, inUse: map[string]weak.Pointer[payload.Blob]{}}
}

// get gives a file that is still there, or nil.
func (c *mediaCache) get(key string) *media {
	if e := c.kept[key]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(keptFile).media
	}
	if blob := c.inUse[key].Value(); blob != nil {
		m := &media{blob: blob}
		c.put(key, m)
		return m
	}
	return nil
}

// put takes a file that is not kept, in the place of those that were named the
// longest ago.
func (c *mediaCache) put(key string, m *media) {
	c.kept[key] = c.order.PushFront(keptFile{key, m})
	c.size += m.size()
	for c.size > c.limit {
		c.evict(c.order.Back())
	}
}

// evict leaves a file to those who use it.
func (c *mediaCache) evict(e *list.Element) {
	f := c.order.Remove(e).(keptFile)
	delete(c.kept, f.key)
	c.size -= f.size()
	if f.blob == nil {
		return
	}
	c.inUse[f.key] = weak.Make(f.blob)
	if len(c.inUse) > c.sweepAt {
		c.sweep()
	}
}

// sweep forgets what nobody uses any more. It looks at each file as often as
// one is dropped, but for a factor.
func (c *mediaCache) sweep() {
	for key, blob := range c.inUse {
		if blob.Value() == nil {
			delete(c.inUse, key)
		}
	}
	c.sweepAt = 2*len(c.inUse) + 1000
}

// size is what a file takes, in bytes.
func (m *media) size() int {
	if m.blob != nil {
		return mediaBytes + len(m.blob.Data)
	}
	return mediaBytes + len(m.text)
}
