package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/namedfile"
)

// viewFlags are the flags of `evalrun view`.
type viewFlags struct {
	port      int
	noBrowser bool
	chosen    chosenCases
}

// newView is `evalrun view`: the HTML report on loopback.
func newView(s streams) *cobra.Command {
	flags := &viewFlags{}
	cmd := &cobra.Command{
		Use:   "view [RUN]",
		Short: "Show a run in the browser, live while it goes on (default: the last run)",
		Long: `view serves the HTML report of a run on this machine alone and opens the
browser. While the run writes its record the page follows. Its address holds a
token that no other user of the machine sees; Ctrl-C ends it.`,
		Example: "  evalrun view\n  evalrun view nightly.jsonl --no-browser",
		Args:    atMostOneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			return view(cmd.Context(), s, flags, runArgument(args))
		},
	}
	cmd.Flags().IntVar(&flags.port, "port", 0, "`PORT` on 127.0.0.1 (default: one that is free)")
	cmd.Flags().StringVar(&flags.chosen.where.source, "where", "", whereFlag)
	cmd.Flags().StringVar(&flags.chosen.by, "by", "", byFlag)
	cmd.Flags().BoolVar(&flags.noBrowser, "no-browser", false, "print the address, open no browser")
	return cmd
}

// view serves until it is interrupted.
func view(ctx context.Context, s streams, flags *viewFlags, path string) error {
	file, err := openRun(path)
	if err != nil {
		return err
	}
	if flags.chosen != (chosenCases{}) {
		if _, err := flags.chosen.source(s.err, file); err != nil {
			file.Close()
			return err
		}
	}
	file.Close() // each page opens it anew
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return usage(fmt.Sprintf("view shows a file, which each page is made from anew, and %s is none", path), "write it to a file first")
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(flags.port)))
	if err != nil {
		return usage(fmt.Sprintf("cannot listen: %v", err), "`--port 0` takes a port that is free")
	}
	ctx, stop := signal.NotifyContext(ctx, endings()...)
	defer stop()
	handler := newViewHandler(path, flags.chosen, listener.Addr().String(), time.NewTicker(viewEvery).C)
	fmt.Fprintf(s.out, "%s\n", handler.address())
	if !flags.noBrowser {
		page, err := writeOpener(handler.address())
		if err == nil {
			defer os.Remove(page)
			err = openInBrowser(page)
		}
		if err != nil {
			fmt.Fprintf(s.err, "evalrun: cannot open a browser: %v\n", err)
		}
	}
	server := viewServer(ctx, handler)
	context.AfterFunc(ctx, func() {
		defer fault.Catch()
		server.Close()
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return &exitError{exitErrors, err}
	}
	return nil
}

// viewServer serves until ctx ends, and keeps no connection that nobody uses.
func viewServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		// Streams of events end with the server.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
}

// opener is a page that goes on to an address.
const opener = `<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=%[1]s">
<title>evalrun view</title>
<a href="%[1]s">evalrun view</a>
`

// writeOpener writes a page that goes on to the address, which only its user
// can read: every user of the machine can read the arguments of a browser. It
// is in the directory of records, where there is one: browsers that are
// confined see no directory of temporary files.
func writeOpener(address string) (path string, err error) {
	dir := ""
	if info, err := os.Stat(defaultDir); err == nil && info.IsDir() && namedfile.CheckWrite(filepath.Join(defaultDir, "view")) == nil {
		if dir, err = filepath.Abs(defaultDir); err != nil {
			return "", err
		}
	}
	file, err := os.CreateTemp(dir, "view-*.html")
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(file, opener, address)
	if err := errors.Join(err, file.Close()); err != nil {
		os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

// openInBrowser opens a file in the user's browser, which needs no credential.
func openInBrowser(path string) error {
	cmd := exec.Command("xdg-open", path)
	switch runtime.GOOS {
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", path)
	case "darwin":
		cmd = exec.Command("open", path)
	}
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return isCredential(name)
	})
	return cmd.Start()
}
