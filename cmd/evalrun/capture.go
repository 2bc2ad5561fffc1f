package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/evalrun/evalrun/internal/capture"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
)

// captureFlags are the flags of `evalrun capture`.
type captureFlags struct {
	out          string
	listen       string
	share        float64
	replay       string
	insecureHTTP bool
	recordFlags
}

// newCapture is `evalrun capture`: a proxy between an application and the API.
func newCapture(s streams) *cobra.Command {
	f := &captureFlags{}
	cmd := &cobra.Command{
		Use:   "capture [flags] -- COMMAND [ARG…]",
		Short: "Record what an application asks the API, or answer it from a record",
		Long: `capture runs a command with ANTHROPIC_BASE_URL set to a proxy on this machine.
The proxy passes every request on to the API with the application's own
credentials, and every answer back as it comes, and writes both to a record.
With --replay the proxy answers from a record instead: nothing is sent, and no
key is needed.

The exit code is the command's; 128 and the number of the signal that ended it.
With --replay it is 3 where the command succeeds and a request had no answer.`,
		Example: `  evalrun capture -- python app.py
  evalrun capture -o traffic.jsonl --sample 0.1 -- npm start
  evalrun capture --listen 127.0.0.1:8080
  evalrun capture --replay traffic.jsonl -- npm test`,
		ValidArgsFunction: completeFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return captureTraffic(cmd.Context(), s, f, args)
		},
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what follows the command is its own
	flags.StringVarP(&f.out, "output", "o", "", "write the record to `FILE`, behind the traffic that it holds (default .evalrun/capture.jsonl, anew)")
	flags.StringVar(&f.listen, "listen", "", "listen on `ADDR`, such as 127.0.0.1:8080, also without a command")
	flags.Float64Var(&f.share, "sample", 1, "record this `SHARE` of the conversations, such as 0.1")
	flags.StringArrayVar(&f.redact, "redact", nil, "replace what matches `REGEXP` in the prompts and answers that the record holds; repeatable")
	flags.StringVar(&f.replay, "replay", "", "answer only from the record `FILE`; nothing is sent, no key is needed")
	flags.BoolVar(&f.insecureHTTP, "insecure-http", false, "let --listen take requests of other machines, whose keys come over http://")
	return cmd
}

// check reports what the flags cannot have.
func (f *captureFlags) check(cmd []string) error {
	var all diagnostic.List
	add := func(message, hint string) { all.Add(diagnostic.Diagnostic{Message: message, Hint: hint}) }
	if len(cmd) == 0 && f.listen == "" {
		add("no command is named", "`evalrun capture -- python app.py` runs one; `--listen 127.0.0.1:8080` waits for requests")
	}
	if !(f.share > 0 && f.share <= 1) {
		add(fmt.Sprintf("--sample is %v, expected a share above 0 and up to 1", f.share), "`--sample 0.1` records a tenth of the conversations")
	}
	if f.replay != "" && (f.out != "" || f.share != 1 || len(f.redact) > 0) {
		add("--replay writes no record, so that --output, --sample and --redact have no meaning", "")
	}
	_, err := f.patterns()
	return diagnostic.Join(all.Err(), err)
}

// captureTraffic is `evalrun capture`.
func captureTraffic(ctx context.Context, s streams, f *captureFlags, command []string) error {
	if err := f.check(command); err != nil {
		return err
	}
	listener, err := f.open()
	if err != nil {
		return err
	}
	defer listener.Close()
	door := captureDoor{listener: listener, anyHost: f.insecureHTTP}
	var end func() error
	if f.replay != "" {
		door.handler, end, err = replayTraffic(s, f.replay)
	} else {
		door.handler, end, err = recordTraffic(s, f, listener.Addr())
	}
	if err != nil {
		return err
	}
	var ended error
	if err := door.whileOpen(func() error {
		if len(command) == 0 {
			ended = door.wait(ctx, s)
		} else {
			ended = runApplication(s, command, door.environment(f.replay != ""))
		}
		return nil
	}); err != nil {
		return errors.Join(err, end())
	}
	// What the application came to is what it says.
	if err := end(); ended == nil {
		return err
	}
	return ended
}

// open listens where the flags say.
func (f *captureFlags) open() (net.Listener, error) {
	given := f.listen
	if given == "" {
		given = "127.0.0.1:0"
	}
	addr, err := net.ResolveTCPAddr("tcp", given)
	if err != nil {
		return nil, usage(fmt.Sprintf("--listen %s: %v", given, err), "expected an address and a port, such as 127.0.0.1:8080")
	}
	if !addr.IP.IsLoopback() && !f.insecureHTTP {
		return nil, usage(fmt.Sprintf("--listen %s takes requests of other machines, whose keys come over http://", given),
			"`--listen 127.0.0.1:8080` takes those of this machine; `--insecure-http` takes all of them, where everybody on the way is trusted")
	}
	listener, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, usage(fmt.Sprintf("cannot listen: %v", err), "`--listen 127.0.0.1:0` takes a port that is free")
	}
	return listener, nil
}

// captureDoor is where the application's requests come in.
type captureDoor struct {
	listener net.Listener
	handler  http.Handler
	anyHost  bool
}

// address is the base URL of the door.
func (d *captureDoor) address() string { return "http://" + d.listener.Addr().String() }

// environment is that of an application which is to use the door.
func (d *captureDoor) environment(replayed bool) []string {
	env := append(os.Environ(), "ANTHROPIC_BASE_URL="+d.address())
	for _, name := range []string{"NO_PROXY", "no_proxy"} { // it is on this machine
		hosts := "127.0.0.1,localhost"
		if was := os.Getenv(name); was != "" {
			hosts = was + "," + hosts
		}
		env = append(env, name+"="+hosts)
	}
	if replayed && os.Getenv("ANTHROPIC_API_KEY") == "" && os.Getenv("ANTHROPIC_AUTH_TOKEN") == "" {
		env = append(env, "ANTHROPIC_API_KEY=evalrun-replay") // without one SDKs do not begin
	}
	return env
}

// closing is how long what is under way may take once the application has ended:
// nobody waits for it but what the application has left behind.
const closing = 2 * time.Second

// whileOpen serves requests until use returns.
func (d *captureDoor) whileOpen(use func() error) error {
	server := &http.Server{Handler: faultless(capture.Guard(d.handler, d.anyHost)), ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() {
		defer fault.Catch()
		served <- server.Serve(d.listener)
	}()
	err := use()
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
	if failure := <-served; !errors.Is(failure, http.ErrServerClosed) {
		return errors.Join(err, &exitError{exitErrors, failure})
	}
	return err
}

// faultless has a fault end one connection and not the application's traffic.
func faultless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil { // as http.ErrAbortHandler, which is how an answer is cut
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// wait shows the address and waits for a signal.
func (d *captureDoor) wait(ctx context.Context, s streams) error {
	ctx, stop := signal.NotifyContext(ctx, endings()...)
	defer stop()
	fmt.Fprintf(s.out, "ANTHROPIC_BASE_URL=%s\n", d.address())
	<-ctx.Done()
	return nil
}

// upstream is the API that requests are passed on to: that of the environment.
func upstream(s streams, self net.Addr) (*messages.Endpoint, error) {
	at, err := messages.NewEndpoint(os.Getenv("ANTHROPIC_BASE_URL"))
	if err != nil {
		return nil, new(endpoint.Options).Named(err)
	}
	if at.URL.Host == self.String() {
		return nil, usage("ANTHROPIC_BASE_URL is the address that capture listens on", "it names the API that requests are passed on to")
	}
	at.Shown = s.secrets.Text(at.Shown)
	return at, nil
}

// replayTraffic answers from a record.
func replayTraffic(s streams, path string) (http.Handler, func() error, error) {
	file, err := openForAnswers(path)
	if err != nil {
		return nil, nil, recordError("--replay", err)
	}
	replayer := capture.NewReplayer(file)
	return replayer, func() error {
		defer file.Close()
		given, missed, first := replayer.Misses()
		if missed == 0 {
			fmt.Fprintf(s.err, "evalrun: %s answered from %s\n", wording.Count(given, "request"), path)
			return nil
		}
		fmt.Fprintf(s.err, "evalrun: %s of %d had no answer in %s\n", wording.Count(missed, "request"), given+missed, path)
		slices.Sort(first)
		for _, why := range slices.Compact(first) {
			fmt.Fprintf(s.err, "  %s\n", safetext.Text(why))
		}
		return &exitError{code: exitErrors}
	}, nil
}
