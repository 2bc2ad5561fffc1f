package replay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/messages"
)

// difference says where a recorded body is another than the one that was
// asked: "max_tokens is 1024, not 512".
func (n *nearest) difference(recorded, asked json.RawMessage, req *messages.Request) string {
	old, oldErr := decode(recorded)
	body, newErr := decode(asked)
	if oldErr != nil || newErr != nil {
		return "one of the two bodies is not JSON"
	}
	var d differences
	d.compare("", old, body)
	version := n.answers.File().Run.APIVersion
	switch {
	case d.count > 0:
		return d.String()
	case version != "" && req.Version != "" && version != req.Version:
		return fmt.Sprintf("anthropic-version is %s, not %s", version, req.Version)
	}
	return "the body holds the same, but the order of its keys or the anthropic-beta header is another"
}

// decode gives JSON as Go values, numbers as they are spelled, without the
// stream field, which no key counts.
func decode(body json.RawMessage) (any, error) {
	var value any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if fields, ok := value.(map[string]any); ok {
		delete(fields, "stream")
	}
	return value, nil
}

// differences counts where two JSON values differ and keeps the first places.
type differences struct {
	count int
	first []string
}

// absent is the value that one side lacks.
type absent struct{}

// compare walks through both values, field by field and item by item.
func (d *differences) compare(path string, old, asked any) {
	switch old := old.(type) {
	case map[string]any:
		if asked, ok := asked.(map[string]any); ok {
			d.compareFields(path, old, asked)
			return
		}
	case []any:
		if asked, ok := asked.([]any); ok {
			d.compareItems(path, old, asked)
			return
		}
	case string:
		if asked, ok := asked.(string); ok {
			d.compareText(path, old, asked)
			return
		}
	case json.Number, bool, nil, absent:
		if old == asked {
			return
		}
	}
	d.add(path, show(old), show(asked))
}

func (d *differences) compareFields(path string, old, asked map[string]any) {
	names := slices.AppendSeq(slices.Collect(maps.Keys(old)), maps.Keys(asked))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		d.compare(join(path, name), at(old, name), at(asked, name))
	}
}

func at(fields map[string]any, name string) any {
	if value, ok := fields[name]; ok {
		return value
	}
	return absent{}
}

func (d *differences) compareItems(path string, old, asked []any) {
	for i := range max(len(old), len(asked)) {
		var a, b any = absent{}, absent{}
		if i < len(old) {
			a = old[i]
		}
		if i < len(asked) {
			b = asked[i]
		}
		d.compare(fmt.Sprintf("%s[%d]", path, i), a, b)
	}
}

// compareText shows both texts from shortly before they part.
func (d *differences) compareText(path, old, asked string) {
	if old == asked {
		return
	}
	const before, longest = 12, 60
	a, b := []rune(old), []rune(asked)
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	from := 0
	if same > before && max(len(a), len(b)) > longest {
		from = same - before
	}
	d.add(path, quote(a, from), quote(b, from))
}

// quote shows a text from a rune on, with marks for what is left out.
func quote(text []rune, from int) string {
	const most = 40
	head, tail := "", ""
	if from > 0 {
		head = "…"
	}
	text = text[from:]
	if len(text) > most {
		text, tail = text[:most], "…"
	}
	return strconv.Quote(head + string(text) + tail)
}

// show gives a value as it is in an error, shortened.
func show(value any) string {
	switch value := value.(type) {
	case absent:
		return "absent"
	case string:
		return quote([]rune(value), 0)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	const most = 60
	if runes := []rune(string(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}

// join adds a field's name to a path, quoted where it is no plain word.
func join(path, name string) string {
	const longest = 40
	plain := len(name) > 0 && len(name) <= longest && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	switch {
	case !plain:
		return path + "[" + quote([]rune(name), 0) + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

func (d *differences) add(path, old, asked string) {
	const shown = 3
	d.count++
	if d.count <= shown {
		d.first = append(d.first, fmt.Sprintf("%s is %s, not %s", cmp.Or(path, "the body"), old, asked))
	}
}

// String gives the places that were kept, and how many there are more.
func (d *differences) String() string {
	text := strings.Join(d.first, "; ")
	if more := d.count - len(d.first); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
