package main

import (
	"strings"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// content is a list of blocks.
type content = []map[string]any

func textBlock(text string, citations ...any) map[string]any {
	block := map[string]any{"type": "text", "text": text}
	if len(citations) > 0 {
		block["citations"] = citations
	}
	return block
}

func thinkingBlock(thought string) map[string]any {
	return map[string]any{"type": "thinking", "thinking": thought, "signature": "RXhhbXBsZQ=="}
}

func toolUse(id, name string, input map[string]any) map[string]any {
	return map[string]any{"type": "tool_use", "id": id, "name": name, "input": input}
}

func searchUse(id, query string) map[string]any {
	return map[string]any{"type": "server_tool_use", "id": id, "name": "web_search", "input": map[string]any{"query": query}}
}

func searchResult(id, url, title string) map[string]any {
	return map[string]any{"type": "web_search_tool_result", "tool_use_id": id, "content": []any{
		map[string]any{"type": "web_search_result", "url": url, "title": title, "encrypted_content": "RXhhbXBsZQ==", "page_age": nil},
	}}
}

func searches(n int) map[string]any {
	return map[string]any{"server_tool_use": map[string]any{"web_search_requests": n, "web_fetch_requests": 0}}
}

// madeAnswers are the made answers of the examples, by the last user text.
var madeAnswers = map[string]fakeapi.Answer{
	"In which city do I live? Answer with its name alone.":                          {Text: "Lisbon"},
	"Which colour is this square? Answer with one word.":                            {Text: "Red"},
	"What is the capital of France?":                                                {Text: "paris"},
	"How long can I return it?":                                                     {Text: "You can return your Antfarm 3000 within 30 days of buying it."},
	"Extract the contact: John Smith (john@example.com) wants the Enterprise plan.": {Text: `{"name":"John Smith","email":"john@example.com","plan":"Enterprise"}`},
	"Extract the order: two ant farms, please, as fast as you can.":                 {Text: `{"item":"ant farm","count":2,"express":true}`},
	"What's the weather like in San Francisco?": {Content: content{
		textBlock("I'll check the current weather in San Francisco for you."),
		toolUse("toolu_01A09q90qw90lq917835lq9", "get_weather", map[string]any{"location": "San Francisco, CA", "unit": "celsius"}),
	}},

	"I was charged twice":            {Text: "Billing"},
	"Please refund my order":         {Text: "billing"},
	"The app crashes when I open it": {Text: "bug"},
	"The search finds nothing":       {Text: "Bug"},
	"I love the new colours":         {Text: "praise"},
	"Best ant farm I ever had":       {Text: "praise"},

	"Tell me in two sentences how ants find their way home.": {
		Text: "Many ants leave a trail of scent and follow it back. Others count their steps and look at the sun, as desert ants do.",
	},
	"What's the weather like in Rome?": {Content: content{toolUse("toolu_rome", "get_weather", map[string]any{"location": "Rome"})}},

	"What is 17 times 23? Answer with the number alone.": {Content: content{
		thinkingBlock("17 times 23 is 17 times 20 plus 17 times 3, so 340 plus 51."), textBlock("391"),
	}},
	"Is 391 a prime? Answer yes or no.": {Text: "No"},
	"And which are its factors?": {Content: content{
		thinkingBlock("It was made of 17 and 23, which are primes."), textBlock("1, 17, 23 and 391."),
	}},

	"How often are the ants fed?": {Content: content{
		textBlock("The manual says that the ants are fed "),
		textBlock("every three days.", map[string]any{
			"type": "page_location", "cited_text": "Feed the ants every three days.", "document_index": 0, "document_title": "Manual",
			"start_page_number": 1, "end_page_number": 2,
		}),
	}},
	"How long do queens sleep?": {Content: content{textBlock("Queens sleep nine hours a day.", map[string]any{
		"type": "char_location", "cited_text": "Queens sleep nine hours a day.", "document_index": 0, "document_title": nil,
		"start_char_index": 12, "end_char_index": 42,
	})}},
	"How many ants are there?": {Content: content{textBlock("There are about 20 quadrillion ants.", map[string]any{
		"type": "search_result_location", "cited_text": "There are about 20 quadrillion ants on earth.",
		"source": "https://example.com/ants", "title": "Ants", "search_result_index": 0, "start_block_index": 0, "end_block_index": 1,
	})}},

	"Is the glass included?": {Text: "Yes, the Antfarm 3000 comes with its glass.", Usage: map[string]any{
		"cache_creation_input_tokens": 1200,
		"cache_creation":              map[string]any{"ephemeral_5m_input_tokens": 1200, "ephemeral_1h_input_tokens": 0},
	}},
	"And the ants?": {Text: "No, ants are sold by themselves.", Usage: map[string]any{"cache_read_input_tokens": 1200}},

	"Which ant was described last? Search the web.": {Content: content{
		searchUse("srvtoolu_01", "ant species described last"),
		searchResult("srvtoolu_01", "https://example.com/ants", "New ants"),
		textBlock("The one found last is a Tyrannomyrmex."),
	}, Usage: searches(1)},
	"Compare ten ant species. Search the web for each.": {
		Content: content{textBlock("I'll look them up."), searchUse("srvtoolu_02", "ten ant species")}, StopReason: "pause_turn",
	},

	"Which colour is the screen?": {Content: content{toolUse("toolu_screen", "computer", map[string]any{"action": "screenshot"})}},

	"Count from one to five in words, separated by commas.": {Text: "one, two, three, four, five"},
	"Tell me a story about an ant.":                         {Text: "Once upon a time there was an ant that carried a leaf over the hill."},
	"Warm up, please.":                                      {Content: content{}, StopReason: "max_tokens"},

	"Wie sagt man «thank you»? Antworte mit einem Wort.":              {Text: "Danke."},
	"「thank you」は日本語で何と言いますか。一語で答えてください。":                             {Text: "ありがとう"},
	"كيف نقول «thank you»؟ أجب بكلمة واحدة.":                          {Text: "شكرا"},
	"«thank you» को हिन्दी में क्या कहते हैं? एक शब्द में उत्तर दें।": {Text: "धन्यवाद।"},

	"Think of an animal with six legs and name it in one word.": {Text: "Ant"},
	"Spell it backwards.":  {Text: "tnA"},
	"Which animal was it?": {Text: "It was the ant."},

	"Please refund my order 17.": {Content: content{
		textBlock("I'll look your order up."), toolUse("toolu_order", "get_order", map[string]any{"id": 17}),
	}},
	"What do my orders 1 and 2 come to?": {Content: content{
		toolUse("toolu_one", "get_order", map[string]any{"id": 1}), toolUse("toolu_two", "get_order", map[string]any{"id": 2}),
	}},
}

// resultAnswers are the made answers to the results of tools, by a part of
// the last result.
var resultAnswers = []struct {
	part   string
	answer fakeapi.Answer
}{
	{"15 degrees", fakeapi.Answer{Text: "It is 15 degrees in San Francisco right now."}},
	{"42.5", fakeapi.Answer{Content: content{toolUse("toolu_refund", "issue_refund", map[string]any{"order": 17, "amount": 42.5})}}},
	{"timeout", fakeapi.Answer{Content: content{
		textBlock("That took too long, I'll try again."),
		toolUse("toolu_again", "issue_refund", map[string]any{"order": 17, "amount": 42.5}),
	}}},
	{"refunded", fakeapi.Answer{Text: "I have refunded the 42.50 for your order 17."}},
	{"10", fakeapi.Answer{Text: "Your orders come to 20 together."}},
}

// systemAnswers are the made answers to variants, by their system prompt.
var systemAnswers = map[string]fakeapi.Answer{
	"Answer in one short sentence.": {Text: "Send it back within 30 days for a new one, free of charge."},
	"Answer in one or two sentences, and sound glad to help.": {
		Text: "Oh no, I'm sorry to hear that! Send it back within 30 days and we'll gladly send you a new one, free of charge.",
	},
}

// verdicts are the made verdicts of judges, by the start of their rubric. A
// comparison is answered for the answers in the order of its places.
func verdicts(asked fakeapi.Judged) (string, bool) {
	switch {
	case strings.HasPrefix(asked.Rubric, "Says what this reference says"):
		return `{"reason":"It names the 30 days and the free new one, and nothing else.","score":0.95,"pass":true}`, true
	case strings.HasPrefix(asked.Rubric, "Sounds more like a person"):
		preferred := "second"
		if strings.HasPrefix(asked.Answers[0], "Oh no") {
			preferred = "first"
		}
		return `{"reason":"\"Oh no, I'm sorry\" and \"gladly\" are a person's words; the other answer only informs.","preferred":"` + preferred + `"}`, true
	}
	return "", false
}

// exampleAnswer answers the requests of the examples.
func exampleAnswer(c *fakeapi.Call) fakeapi.Answer {
	if asked, ok := fakeapi.JudgedBy(c); ok {
		if text, made := verdicts(asked); made {
			return fakeapi.Answer{Text: text}
		}
	}
	if system, isText := c.Request["system"].(string); isText && systemAnswers[system].Text != "" {
		return systemAnswers[system]
	}
	role, blocks := lastTurn(c)
	if len(blocks) == 0 {
		return fakeapi.Replies(madeAnswers)(c)
	}
	last, _ := blocks[len(blocks)-1].(map[string]any)
	switch {
	case role == "assistant" && last["type"] == "server_tool_use":
		return fakeapi.Answer{Content: content{
			searchResult("srvtoolu_02", "https://example.com/ten", "Ten ants"), textBlock("They differ most in size."),
		}, Usage: searches(1)}
	case last["type"] != "tool_result":
		return fakeapi.Replies(madeAnswers)(c)
	}
	text, isText := last["content"].(string)
	if !isText { // the screen
		return fakeapi.Answer{Text: "The screen is red."}
	}
	for _, made := range resultAnswers {
		if strings.Contains(text, made.part) {
			return made.answer
		}
	}
	return fakeapi.Default(c)
}

// lastTurn gives the role and the blocks of the last turn, which are none
// where its content is text.
func lastTurn(c *fakeapi.Call) (role any, blocks []any) {
	turns, _ := c.Request["messages"].([]any)
	turn, _ := turns[len(turns)-1].(map[string]any)
	blocks, _ = turn["content"].([]any)
	return turn["role"], blocks
}
