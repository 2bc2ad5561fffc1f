package suite

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/diagnostic"
)

// yamlErrorPattern takes yaml.v3's error apart into its line and what it says.
var yamlErrorPattern = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxErrors turns yaml.v3's error into diagnostics.
func syntaxErrors(src *source, err error) diagnostic.List {
	line, message := 1, err.Error()
	if m := yamlErrorPattern.FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = min(n, len(src.starts))
		}
	}
	text := src.line(line)
	column := len(text) - len(strings.TrimLeft(text, " \t")) + 1
	return diagnostic.List{src.diag(line, column, 1, "this is not YAML: "+message, "")}
}
