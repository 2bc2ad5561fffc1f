// Command evalrun runs declarative evaluations of prompts on the Messages
// API.
package main

import (
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// net/http has no other logger, and logs bytes as a server sent them, which
	// may repeat a credential.
	log.SetOutput(io.Discard)
	// A pipe that nobody reads is an error of what is written to it, not the end.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
