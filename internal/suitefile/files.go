package suitefile

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
)

// Files are the files of a directory under their slash-separated names. The zero
// value has none.
type Files struct {
	names []string
	texts map[string][]byte
	known map[known]string
}

// known is a text under the name that it was to have.
type known struct {
	name string
	sum  [sha256.Size]byte
}

// Put adds a file under just that name.
func (f *Files) Put(name string, text []byte) {
	if f.texts == nil {
		f.texts, f.known = map[string][]byte{}, map[known]string{}
	}
	f.names = append(f.names, name)
	f.texts[name] = text
}

// Add gives the name of a file with that text: name itself where it is free, else
// with a number before its extension. A text that was added before under the same
// name has one file.
func (f *Files) Add(name string, text []byte) string {
	key := known{name, sha256.Sum256(text)}
	if there, ok := f.known[key]; ok {
		return there
	}
	free, ext := name, path.Ext(name)
	for n := 2; f.texts[free] != nil; n++ {
		free = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n, ext)
	}
	f.Put(free, append([]byte{}, text...))
	f.known[key] = free
	return free
}

// Names are the names of the files, in the order in which they were added.
func (f *Files) Names() []string { return f.names }

// Text is the text of a file.
func (f *Files) Text(name string) []byte { return f.texts[name] }
