package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
)

// bareVariable has the program be the bare loop; it holds the base URL.
const bareVariable = "EVALRUN_BENCH_BARE"

// bareLoop is the least that can be done: post, read, decode. Its arguments
// are the number of bodies and how many are under way at once.
func bareLoop(url string) error {
	cases, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return err
	}
	inFlight, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	bodies := make(chan string)
	failed := make(chan error, inFlight)
	var workers sync.WaitGroup
	for range inFlight {
		workers.Go(func() {
			for body := range bodies {
				if err := post(client, url, body); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	for i := range cases {
		body := fmt.Sprintf(`{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Say %d"}]}`, i)
		select {
		case bodies <- body:
		case err := <-failed:
			return err
		}
	}
	close(bodies)
	workers.Wait()
	close(failed)
	return <-failed
}

func post(client *http.Client, url, body string) error {
	req, err := http.NewRequest(http.MethodPost, url+"/v1/messages", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	req.Header.Set("x-api-key", "bench")
	req.Header.Set("anthropic-version", "2023-06-01")
	req.Header.Set("content-type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var answer struct {
		StopReason string `json:"stop_reason"`
		Content    []struct{ Text string }
		Usage      struct {
			OutputTokens int `json:"output_tokens"`
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	if answer.StopReason != "end_turn" || len(answer.Content) == 0 {
		return errors.New("not the answer that was expected: " + string(data))
	}
	return nil
}
