package main

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/reporters/runreport"
)

// viewEvery is how often the record is looked at for new lines.
const viewEvery = 2 * time.Second

// viewHandler serves the HTML report of a record to those who know its token.
//
// Pages of other origins can neither read it nor, through a name that
// resolves to loopback, reach it: the Host must be its own address, an Origin
// its own origin, and the token is in the path, from where no referrer
// takes it.
type viewHandler struct {
	path   string // of the record
	chosen chosenCases
	host   string // as it listens, 127.0.0.1:port
	token  string
	ticks  <-chan time.Time

	mu      sync.Mutex // guards what is below
	page    []byte
	version string // of the record that page shows
	waiting map[chan struct{}]bool
}

// newViewHandler makes a handler that looks for changes with each tick.
func newViewHandler(path string, chosen chosenCases, host string, ticks <-chan time.Time) *viewHandler {
	v := &viewHandler{path: path, chosen: chosen, host: host, token: rand.Text(), ticks: ticks, waiting: map[chan struct{}]bool{}}
	v.version = v.current()
	go func() {
		defer fault.Catch()
		v.watch()
	}()
	return v
}

// address is where the page is.
func (v *viewHandler) address() string { return "http://" + v.host + "/" + v.token + "/" }

func (v *viewHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Content-Security-Policy", "frame-ancestors 'none'")
	if !v.isOwn(r) {
		http.Error(w, "this address serves evalrun's own page only", http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET is served", http.StatusMethodNotAllowed)
		return
	}
	token, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch known := subtle.ConstantTimeCompare([]byte(token), []byte(v.token)) == 1; {
	case known && rest == "":
		v.servePage(w)
	case known && rest == "events":
		v.serveEvents(w, r)
	default:
		http.Error(w, "not found; the whole address is what `evalrun view` printed", http.StatusNotFound)
	}
}

// isOwn reports whether a request was made for this server by its own page or
// by the user: its Host is where the server listens, by number or as
// localhost, and its Origin, where it has one, is the same.
func (v *viewHandler) isOwn(r *http.Request) bool {
	_, port, err := net.SplitHostPort(v.host)
	if err != nil || r.Host != v.host && r.Host != "localhost:"+port {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "http://"+r.Host
}

// servePage makes the page anew where the record has changed.
func (v *viewHandler) servePage(w http.ResponseWriter) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if version := v.current(); v.page == nil || version != v.version {
		page, err := makePage(v.path, v.chosen)
		if err != nil {
			http.Error(w, "evalrun: "+safetext.Text(err.Error()), http.StatusInternalServerError)
			return
		}
		v.page, v.version = page, version
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(v.page)
}

func makePage(path string, chosen chosenCases) ([]byte, error) {
	file, err := openForReport(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	src, err := chosen.source(io.Discard, file)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = runreport.HTML(&page, src, runreport.HTMLOptions{Live: true})
	return page.Bytes(), err
}

// current names the state of the record: its size and time.
func (v *viewHandler) current() string {
	info, err := os.Stat(v.path)
	if err != nil {
		return "missing"
	}
	return fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
}

// watch wakes those who wait when the record changes.
func (v *viewHandler) watch() {
	last := v.current()
	for range v.ticks {
		now := v.current()
		if now == last {
			continue
		}
		last = now
		v.mu.Lock()
		for c := range v.waiting {
			select {
			case c <- struct{}{}:
			default: // it has not taken the last one yet
			}
		}
		v.mu.Unlock()
	}
}

// serveEvents sends an event for each change, until the page is closed.
func (v *viewHandler) serveEvents(w http.ResponseWriter, r *http.Request) {
	changes := make(chan struct{}, 1)
	v.mu.Lock()
	v.waiting[changes] = true
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		delete(v.waiting, changes)
		v.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, ": evalrun\n\n"); err != nil || control.Flush() != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-changes:
			if _, err := fmt.Fprint(w, "data: changed\n\n"); err != nil || control.Flush() != nil {
				return
			}
		}
	}
}
