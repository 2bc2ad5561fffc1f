package endpoint

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/messages"
)

const (
	// HeaderFlag is the flag that gives a header of every request.
	HeaderFlag = "header"
	// customHeaders is the variable that the official SDKs read headers from,
	// one a line, as NAME: VALUE.
	customHeaders = "ANTHROPIC_CUSTOM_HEADERS"
	// workspaceID is the variable of the workspace that a request is of, where
	// its credential is of several.
	workspaceID     = "ANTHROPIC_WORKSPACE_ID"
	workspaceHeader = "anthropic-workspace-id"
)

// headers are those of every request that the flags and the environment give.
// A flag goes before the environment. No problem repeats a value.
func headers(flags []string) (http.Header, diagnostic.List) {
	var wrong diagnostic.List
	out := http.Header{}
	set := func(origin, name, value string) {
		if err := messages.CheckHeader(name, value); err != nil {
			wrong.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("%s: %v", origin, err)})
			return
		}
		out.Set(name, value)
	}
	if id := os.Getenv(workspaceID); id != "" {
		set(workspaceID, workspaceHeader, id)
	}
	for i, line := range strings.Split(os.Getenv(customHeaders), "\n") {
		origin := fmt.Sprintf("%s, line %d", customHeaders, i+1)
		name, value, ok := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
		case !ok:
			wrong.Add(diagnostic.Diagnostic{Message: origin + ": expected NAME: VALUE, found no colon"})
		default:
			set(origin, strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	given := http.Header{}
	for _, flag := range flags {
		name, value, ok := strings.Cut(flag, "=")
		switch variable := strings.TrimPrefix(value, "$"); {
		case !ok:
			wrong.Add(diagnostic.Diagnostic{Message: "--header: expected NAME=VALUE, found no ="})
		case given.Get(name) != "":
			wrong.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--header %s: it is given twice", name)})
		case value == "$":
			wrong.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--header %s: the dollar sign names no variable", name), Hint: "a value that begins with a dollar sign is written with two, as $$"})
		case isReference(value) && os.Getenv(variable) == "":
			wrong.Add(diagnostic.Diagnostic{
				Message: fmt.Sprintf("--header %s: the variable %s is not set", name, variable),
				Hint:    "a value that begins with a dollar sign is written with two, as $$",
			})
		default:
			given.Set(name, "given")
			set("--header", name, headerValue(value))
		}
	}
	return out, wrong
}

// isReference reports whether the value of a header is that of a variable of
// the environment: $NAME.
func isReference(value string) bool {
	return strings.HasPrefix(value, "$") && !strings.HasPrefix(value, "$$")
}

// headerValue is the value of a header as --header has it.
func headerValue(value string) string {
	switch {
	case isReference(value):
		return os.Getenv(value[1:])
	case strings.HasPrefix(value, "$$"):
		return value[1:]
	}
	return value
}

// GivenHeaders are the values of --header among the arguments, and what may be
// meant as one. They are looked for before flags are read, so that no error about
// these shows one.
func GivenHeaders(args []string) []string {
	var found []string
	for i, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		switch {
		case !strings.HasPrefix(name, "--"+HeaderFlag):
		case ok:
			found = append(found, value)
		case i+1 < len(args):
			found = append(found, args[i+1])
		}
	}
	return found
}

// headerSecrets are the values of headers that may be credentials, those of
// headers that cannot be sent too.
func headerSecrets(flags []string) []string {
	all := http.Header{}
	for line := range strings.SplitSeq(os.Getenv(customHeaders), "\n") {
		name, value, _ := strings.Cut(line, ":")
		all.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	for _, flag := range flags {
		name, value, _ := strings.Cut(flag, "=")
		all.Add(name, headerValue(value))
	}
	return messages.SecretHeaders(all)
}
