// Command fakeapi serves the Messages API of internal/fakeapi on loopback, for
// checks that are not written in Go. It prints its address.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

func main() {
	latency := flag.Duration("latency", 0, "how long an answer takes")
	flag.Parse()
	server := fakeapi.New(fakeapi.Options{Latency: func(*fakeapi.Call) time.Duration { return *latency }})
	url, err := server.Listen()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fakeapi:", err)
		os.Exit(1)
	}
	fmt.Println(url)
	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt)
	<-end
	server.Close()
}
