package recordtext

import (
	"path"
	"strings"
)

// NamedByPath reports whether a suite has no name but its path, which need not
// be said twice. The name is its path below the root, which may be further
// down than where the path begins.
func NamedByPath(name, file string) bool {
	ext := path.Ext(file)
	bare := strings.TrimSuffix(file, ext)
	return ext != "" && (name == bare || name != "" && strings.HasSuffix(bare, "/"+name))
}
