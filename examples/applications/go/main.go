// Command travel is a small application on the official SDK: an assistant for
// travellers that looks the weather up. Its arguments are what the traveller
// says, one turn after the other; it prints the answers as they come.
//
//	evalrun capture -- go run . "Do I need an umbrella in Rome?" "And in Oslo?"
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/anthropics/anthropic-sdk-go/v2"
)

const system = "You help travellers. Look the weather up before you speak of it. Answer in one or two sentences."

// tools are what the assistant can use.
var tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{
	Name:        "get_weather",
	Description: anthropic.String("The weather in a city, today."),
	InputSchema: anthropic.ToolInputSchemaParam{
		Properties: map[string]any{"city": map[string]any{"type": "string"}},
		Required:   []string{"city"},
	},
}}}

// weather stands for a service that the application would ask.
var weather = map[string]string{"Rome": "18 degrees, rain", "Oslo": "-4 degrees, snow", "Paris": "12 degrees, dry"}

// getWeather is the tool. The error is for the assistant.
func getWeather(input json.RawMessage) (string, error) {
	var asked struct{ City string }
	if err := json.Unmarshal(input, &asked); err != nil {
		return "", err
	}
	if report, ok := weather[asked.City]; ok {
		return report, nil
	}
	return "", fmt.Errorf("there is no station in %q", asked.City)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: travel TEXT…")
		os.Exit(2)
	}
	client := anthropic.NewClient() // reads ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL
	var messages []anthropic.MessageParam
	for _, said := range os.Args[1:] {
		messages = append(messages, anthropic.NewUserMessage(anthropic.NewTextBlock(said)))
		var err error
		if messages, err = answer(context.Background(), &client, messages); err != nil {
			fmt.Fprintln(os.Stderr, "travel:", describe(err))
			os.Exit(1)
		}
	}
}

// answer streams the assistant's turn, with all tools that it takes, and gives the
// conversation with it.
func answer(ctx context.Context, client *anthropic.Client, messages []anthropic.MessageParam) ([]anthropic.MessageParam, error) {
	for {
		stream := client.Messages.NewStreaming(ctx, anthropic.MessageNewParams{
			Model: "claude-haiku-4-5", MaxTokens: 1024, Messages: messages, Tools: tools,
			System: []anthropic.TextBlockParam{{Text: system}},
		})
		var message anthropic.Message
		for stream.Next() {
			event := stream.Current()
			if err := message.Accumulate(event); err != nil {
				return nil, err
			}
			if delta := event.AsAny(); delta != nil {
				if d, ok := delta.(anthropic.ContentBlockDeltaEvent); ok {
					fmt.Print(d.Delta.Text)
				}
			}
		}
		if err := stream.Err(); err != nil {
			return nil, err
		}
		messages = append(messages, message.ToParam())
		var results []anthropic.ContentBlockParamUnion
		for _, block := range message.Content {
			if use, ok := block.AsAny().(anthropic.ToolUseBlock); ok {
				result, err := getWeather(use.Input)
				if err != nil {
					result = err.Error()
				}
				results = append(results, anthropic.NewToolResultBlock(use.ID, result, err != nil))
			}
		}
		if len(results) == 0 {
			fmt.Println()
			return messages, nil
		}
		messages = append(messages, anthropic.NewUserMessage(results...))
	}
}

// describe gives the API's own words for an error.
func describe(err error) string {
	var refused *anthropic.Error
	if !errors.As(err, &refused) {
		return err.Error()
	}
	var body struct{ Error struct{ Message string } }
	if json.Unmarshal([]byte(refused.RawJSON()), &body) != nil {
		return err.Error()
	}
	return strings.TrimSpace(fmt.Sprint(refused.StatusCode, " ", body.Error.Message))
}
