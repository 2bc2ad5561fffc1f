// Command evalrun runs declarative evaluations of prompts on the Messages
// API.
package main

import (
	"io"
	"log"
	"os"
)

func main() {
	// net/http has no other logger, and logs bytes as a server sent them, which
	// may repeat a credential.
	log.SetOutput(io.Discard)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
