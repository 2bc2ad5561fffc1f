package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// grade is a check by command, for scripts: the answer passes where it contains
// with.word. Its argument is how it misbehaves.
func grade() {
	how := strings.Join(os.Args[1:], "")
	if how == "starting" {
		fmt.Fprintln(os.Stderr, "cannot find the grades")
		os.Exit(3)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		var asked struct {
			ID     int
			Case   string
			Answer struct{ Content []struct{ Text string } }
			With   struct{ Word string }
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		text := ""
		for _, b := range asked.Answer.Content {
			text += b.Text
		}
		pass := strings.Contains(text, asked.With.Word)
		answer := map[string]any{"id": asked.ID, "pass": pass, "score": 0.25, "reason": "looked for " + asked.With.Word, "metrics": map[string]any{"length": len(text)}}
		switch how {
		case "hang":
			time.Sleep(time.Hour)
		case "die":
			os.Exit(9)
		case "flood":
			fmt.Print(strings.Repeat("x", 2<<20))
		case "nonsense":
			fmt.Println("passed!")
			continue
		case "score":
			answer["score"] = 7
		case "anonymous":
			delete(answer, "id")
		case "twice":
			line, _ := json.Marshal(answer)
			fmt.Println(string(line))
		case "environment":
			var names []string
			for _, v := range os.Environ() {
				names = append(names, v[:strings.Index(v, "=")])
			}
			slices.Sort(names)
			answer["reason"] = strings.Join(names, " ")
		case "echo":
			answer["reason"] = lines.Text()
		case "once":
			answer["reason"] = fmt.Sprintf("asked %d times", n)
		}
		line, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
	}
}
