// Command evalrun runs declarative evaluations of prompts on the Messages
// API.
package main

import "os"

func main() {
	setUp()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
