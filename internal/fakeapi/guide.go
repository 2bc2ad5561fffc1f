package fakeapi

import (
	"encoding/json"
	"reflect"
)

// guidePair is a request of the guide "Using the Messages API" with the
// answer that the guide prints for it.
type guidePair struct {
	messages  string
	maxTokens json.Number
	answer    Answer
}

// guidePairs are the published pairs. The model is left out: the guide prints
// the same answers under each new model's name.
var guidePairs = []guidePair{
	{
		`[{"role":"user","content":"Hello, Claude"}]`, "1024",
		guideMessage("msg_01XFDUDYJgAACzvnptvVoYEL", "Hello!", "end_turn", 12, 6),
	},
	{
		`[{"role":"user","content":"Hello, Claude"},{"role":"assistant","content":"Hello!"},
		  {"role":"user","content":"Can you describe LLMs to me?"}]`, "1024",
		guideMessage("msg_018gCsTGsXkYJVqYPxTgDHBU", "Sure, I'd be happy to provide...", "end_turn", 30, 309),
	},
	{
		`[{"role":"user","content":"What is latin for Ant? (A) Apoidea, (B) Rhopalocera, (C) Formicidae"},
		  {"role":"assistant","content":"The answer is ("}]`, "1",
		guideMessage("msg_01Q8Faay6S7QPTvEUUQARt7h", "C", "max_tokens", 42, 1),
	},
	{
		`[{"role":"user","content":[
		   {"type":"image","source":{"type":"url","url":"` + guideImage + `"}},
		   {"type":"text","text":"What is in the above image?"}]}]`, "1024",
		guideMessage("msg_01EcyWo6m4hyW8KHs2y2pei5", "This image shows an ant, specifically a close-up view of an ant. "+
			"The ant is shown in detail, with its distinct head, antennae, and legs clearly visible. "+
			"The image is focused on capturing the intricate details and features of the ant, "+
			"likely taken with a macro lens to get an extreme close-up perspective.", "end_turn", 1551, 71),
	},
}

// guideImage is the picture that the guide shows, by url and as base64.
const guideImage = "https://upload.wikimedia.org/wikipedia/commons/a/a7/Camponotus_flavomarginatus_ant.jpg"

func guideMessage(id, text, stop string, in, out int) Answer {
	return Answer{
		ID: id, Text: text, StopReason: stop,
		Usage: map[string]any{"input_tokens": in, "output_tokens": out},
	}
}

// guideMessages are the decoded messages of guidePairs.
var guideMessages = func() []any {
	decoded := make([]any, len(guidePairs))
	for i, pair := range guidePairs {
		if err := json.Unmarshal([]byte(pair.messages), &decoded[i]); err != nil {
			panic(err)
		}
	}
	return decoded
}()

// guideAnswer is the published answer, if the request is the guide's: the
// same messages and max_tokens, no other field that changes the answer.
func guideAnswer(c *Call) (Answer, bool) {
	for name := range c.Request {
		switch name {
		case "model", "max_tokens", "messages", "stream", "metadata":
		default:
			return Answer{}, false
		}
	}
	messages := asGuideWrites(c.Request["messages"])
	for i, pair := range guidePairs {
		if c.Request["max_tokens"] == pair.maxTokens && reflect.DeepEqual(messages, guideMessages[i]) {
			return pair.answer, true
		}
	}
	return Answer{}, false
}

// asGuideWrites puts the guide's url in the place of a first image that is a
// base64 jpeg, which the guide shows as the same picture. Its bytes are not
// here to compare with, so that any jpeg counts as the ant.
func asGuideWrites(messages any) any {
	turns := list(messages)
	if len(turns) != 1 {
		return messages
	}
	turn := object(turns[0])
	blocks := list(turn["content"])
	if len(blocks) != 2 {
		return messages
	}
	source := object(object(blocks[0])["source"])
	if source["type"] != "base64" || source["media_type"] != "image/jpeg" {
		return messages
	}
	image := map[string]any{"type": "image", "source": map[string]any{"type": "url", "url": guideImage}}
	return []any{map[string]any{"role": turn["role"], "content": []any{image, blocks[1]}}}
}
