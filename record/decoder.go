package record

import (
	"bytes"
	"hash/maphash"
)

// decoder decodes lines one after another. The rows of a data set differ in
// little but their names: what a line has in common with one of the last is
// neither decoded nor held again. Nothing that it gives is a part of the line
// but the raw JSON of an exchange.
type decoder struct {
	texts      [256]string
	seed       maphash.Seed
	started    bool
	lists      memo[[]string]
	labels     memo[map[string]string]
	assertions memo[[]Assertion]
	checks     memo[[]Check]
	metrics    memo[map[string]Metric]
}

func (d *decoder) decode(line []byte, into any) error {
	return decodeWith(line, into, d.value)
}

func (d *decoder) value(raw []byte, field any) error {
	switch field := field.(type) {
	case *string:
		text, err := plain(raw)
		*field = d.text(text)
		return err
	case *[]string:
		return d.lists.decode(raw, field)
	case *map[string]string:
		return d.labels.decode(raw, field)
	case *[]Assertion:
		return d.assertions.decode(raw, field)
	case *[]Check:
		return d.checks.decode(raw, field)
	case *map[string]Metric:
		return d.metrics.decode(raw, field)
	}
	return decodeValue(raw, field)
}

// text gives the copy of a text that was made before, if it was of late.
func (d *decoder) text(text []byte) string {
	const longest = 256
	if len(text) == 0 || len(text) > longest {
		return string(text)
	}
	if !d.started {
		d.seed, d.started = maphash.MakeSeed(), true
	}
	slot := &d.texts[maphash.Bytes(d.seed, text)%uint64(len(d.texts))]
	if *slot != string(text) {
		*slot = string(text)
	}
	return *slot
}

// memo holds the last few values that were decoded.
type memo[T any] struct {
	last [4]struct {
		raw   []byte
		value T
	}
	next int
}

// decode decodes raw, or gives what the same text came to before.
func (m *memo[T]) decode(raw []byte, field *T) error {
	for i := range m.last {
		if len(raw) > 0 && bytes.Equal(m.last[i].raw, raw) {
			*field = m.last[i].value
			return nil
		}
	}
	if err := decodeValue(raw, field); err != nil {
		return err
	}
	const longest = 16 << 10 // what is larger is hardly said twice
	if len(raw) <= longest {
		slot := &m.last[m.next%len(m.last)]
		slot.raw, slot.value = append(slot.raw[:0], raw...), *field
		m.next++
	}
	return nil
}
