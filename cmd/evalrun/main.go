// Command evalrun runs declarative evaluations of prompts on the Messages
// API.
package main

import (
	"os"
	"time"
)

// now is the clock by which check says which models end. Tests set it.
var now = time.Now

func main() {
	setUp()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
