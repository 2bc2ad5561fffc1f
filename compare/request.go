package compare

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/record"
)

// field is a top-level member of a request and the hash of its value, which is
// the same in every process: baselines hold it.
type field struct {
	name string
	hash uint64
}

// unsentFields say how an answer is delivered, not what is asked.
var unsentFields = []string{"stream"}

// addRequest takes the fields of a case's first request. A body that is no
// object has none: its key still tells whether it is the same.
func (r *reader) addRequest(u *unit, e *record.Exchange) {
	u.request = []field{}
	if e.Key != "" {
		u.key = hashOf([]byte(e.Key))
	}
	err := record.Members(e.Request, func(key, value []byte) error {
		name := r.intern(string(key))
		if slices.Contains(unsentFields, name) {
			return nil
		}
		if name == "model" && json.Unmarshal(value, &u.model) == nil {
			u.model = r.intern(u.model)
		}
		u.request = append(u.request, field{name, hashOf(value)})
		return nil
	})
	if err != nil {
		u.request = []field{}
		return
	}
	u.request = slices.Clip(u.request)
	slices.SortFunc(u.request, func(a, b field) int { return strings.Compare(a.name, b.name) })
}

func hashOf(value []byte) uint64 {
	h := fnv.New64a()
	h.Write(value)
	return h.Sum64()
}

// headersField stands for what differs in requests whose bodies are the same:
// the betas or the API's version, which their keys cover.
const headersField = "headers"

// differences names the fields in which two requests differ. They are unknown,
// and none, where a side has no request.
func differences(old, new *unit) []string {
	if old.request == nil || new.request == nil || old.key == new.key && old.key != 0 {
		return nil
	}
	var names []string
	i, j := 0, 0
	for i < len(old.request) || j < len(new.request) {
		switch order := compareFields(old.request, i, new.request, j); {
		case order < 0:
			names = append(names, old.request[i].name)
			i++
		case order > 0:
			names = append(names, new.request[j].name)
			j++
		default:
			if old.request[i].hash != new.request[j].hash {
				names = append(names, old.request[i].name)
			}
			i++
			j++
		}
	}
	if names == nil && old.key != 0 && new.key != 0 {
		return []string{headersField}
	}
	return names
}

// compareFields orders the next fields of two sorted lists by name.
func compareFields(a []field, i int, b []field, j int) int {
	switch {
	case i == len(a):
		return 1
	case j == len(b):
		return -1
	}
	return cmp.Compare(a[i].name, b[j].name)
}

// shortDigest is as much of a digest as tells two cases apart.
func shortDigest(digest string) string {
	const letters = 16
	_, hash, _ := strings.Cut(digest, ":")
	return strings.Clone(hash[:min(len(hash), letters)])
}
