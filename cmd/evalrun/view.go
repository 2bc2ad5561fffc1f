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
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/fault"
)

// viewFlags are the flags of `evalrun view`.
type viewFlags struct {
	port      int
	noBrowser bool
}

// newView is `evalrun view`: the HTML report on loopback.
func newView(s streams) *cobra.Command {
	flags := &viewFlags{}
	cmd := &cobra.Command{
		Use:   "view [RUN]",
		Short: "Show a run in the browser, live while it goes on (default: the last run)",
		Long: `view serves the HTML report of a run on this machine alone and opens the
browser. While the run writes its record the page follows. Its address holds a
token that nobody else knows; Ctrl-C ends it.`,
		Example: "  evalrun view\n  evalrun view nightly.jsonl --no-browser",
		Args:    atMostOneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			return view(cmd.Context(), s, flags, runArgument(args))
		},
	}
	cmd.Flags().IntVar(&flags.port, "port", 0, "`PORT` on 127.0.0.1 (default: one that is free)")
	cmd.Flags().BoolVar(&flags.noBrowser, "no-browser", false, "print the address, open no browser")
	return cmd
}

// view serves until it is interrupted.
func view(ctx context.Context, s streams, flags *viewFlags, path string) error {
	file, err := openRun(path)
	if err != nil {
		return err
	}
	file.Close() // each page opens it anew
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return usage(fmt.Sprintf("view shows a file, which each page is made from anew, and %s is none", path), "write it to a file first")
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(flags.port)))
	if err != nil {
		return usage(fmt.Sprintf("cannot listen: %v", err), "`--port 0` takes a port that is free")
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	viewer := newViewer(path, listener.Addr().String(), time.NewTicker(viewEvery).C)
	fmt.Fprintf(s.out, "%s\n", viewer.address())
	if !flags.noBrowser {
		if err := openAddress(viewer.address()); err != nil {
			fmt.Fprintf(s.err, "evalrun: cannot open a browser: %v\n", err)
		}
	}
	server := viewServer(ctx, viewer)
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
func viewServer(ctx context.Context, viewer http.Handler) *http.Server {
	return &http.Server{
		Handler:           viewer,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		// Streams of events end with the server.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
}

// openAddress opens the user's browser.
func openAddress(address string) error {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", address).Start()
	case "darwin":
		return exec.Command("open", address).Start()
	}
	return exec.Command("xdg-open", address).Start()
}
