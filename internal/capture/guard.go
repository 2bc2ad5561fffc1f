package capture

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// Guard refuses requests of web pages, which any page in the user's browser can
// send to this machine: those that say which page they are of, and those that
// came here by the name of another machine. anyHost allows the latter, for who
// listens to other machines.
func Guard(next http.Handler, anyHost bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := r.Header.Get("Sec-Fetch-Site")
		switch {
		case r.Header.Get("Origin") != "", site != "" && site != "none":
			refuse(w, "evalrun capture answers no web pages: the request has the header Origin or Sec-Fetch-Site")
		case !anyHost && !isLocal(r.Host):
			refuse(w, fmt.Sprintf("evalrun capture answers this machine alone, and the request is for the host %q", r.Host))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, message string) {
	writeError(w, http.StatusForbidden, "permission_error", message)
}

// isLocal reports whether the header Host names this machine.
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// writeError answers with an error as the API words it. No client is to try again:
// it would be told the same.
func writeError(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Should-Retry", "false")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"error","error":{"type":%s,"message":%s}}`, exactjson.Quote(kind), exactjson.Quote(message))
}
