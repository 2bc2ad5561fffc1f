package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// weather is a tool by command, for scripts. Its argument is how it misbehaves.
func weather() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	var input struct{ City string }
	if err := json.Unmarshal(text, &input); err != nil {
		panic(err)
	}
	switch how := strings.Join(os.Args[1:], ""); how {
	case "hang":
		time.Sleep(time.Hour)
	case "flood":
		for {
			fmt.Println(strings.Repeat("x", 1<<16))
		}
	case "killed":
		fmt.Fprintln(os.Stderr, "about to end")
		self, _ := os.FindProcess(os.Getpid())
		self.Kill()
		time.Sleep(time.Hour)
	case "unreadable":
		fmt.Println("\xff\xfe")
	case "environment":
		var names []string
		for _, v := range os.Environ() {
			names = append(names, v[:strings.Index(v, "=")])
		}
		slices.Sort(names)
		fmt.Println(strings.Join(names, " "))
	default:
		if input.City == "Atlantis" {
			fmt.Fprintln(os.Stderr, "there is no Atlantis")
			os.Exit(3)
		}
		fmt.Printf("18 degrees in %s\n", input.City)
	}
}
