package traffic

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/evalrun/evalrun/internal/exactjson"
)

// maxTurns is how many requests a conversation of a suite may have.
const maxTurns = 1000

// Conversation is a chain of exchanges, each of which goes on from the answer of
// the one before.
type Conversation struct {
	Steps []Step
	// Marks says that requests behind the first mark other parts for the cache
	// than it does.
	Marks bool
}

// Step is an exchange of a conversation.
type Step struct {
	*Exchange
	// Said are the turns between the answer before and this request: none in the
	// first step, and where tools were answered or the model went on by itself.
	Said []json.RawMessage
	// Results are what the tools that the answer before used were answered.
	Results []Result
}

// Result is what one use of a tool was answered.
type Result struct {
	Tool    string
	Input   json.RawMessage
	Content json.RawMessage // a text or a list of blocks; nil where there was none
	Failed  bool
}

// First is the exchange that the conversation begins with.
func (c *Conversation) First() *Exchange { return c.Steps[0].Exchange }

// Last is the exchange that it ends with.
func (c *Conversation) Last() *Exchange { return c.Steps[len(c.Steps)-1].Exchange }

// Found are the conversations of a log.
type Found struct {
	Conversations []*Conversation
	// Paused are exchanges that end with the model's turn under way, as no case of
	// a suite can.
	Paused []*Exchange
	// Cut counts exchanges that became conversations of their own since the log
	// ends within a use of tools.
	Cut int
}

// Conversations puts the exchanges of a log together: one goes on from another
// where its messages begin with those and the answer, and all else of it is
// equal. Each exchange is in one conversation. They are in the order of their
// first lines.
func Conversations(log *Log) *Found {
	var out Found
	for _, chain := range chains(log.Exchanges) {
		out.take(chain)
	}
	slices.SortStableFunc(out.Conversations, func(a, b *Conversation) int { return cmp.Compare(a.First().Line, b.First().Line) })
	return &out
}

// chains links exchanges. Shorter ones are looked at first, so that the order of
// the log does not count.
func chains(exchanges []*Exchange) [][]Step {
	order := slices.Clone(exchanges)
	slices.SortStableFunc(order, func(a, b *Exchange) int { return cmp.Compare(len(a.turns), len(b.turns)) })
	open := map[mark][]int{} // chains that end so, in the order of the log
	var all [][]Step
	for _, e := range order {
		at, step := before(e, open, all)
		if at < 0 {
			at = len(all)
			all = append(all, nil)
		}
		all[at] = append(all[at], step)
		open[e.end] = append(open[e.end], at)
	}
	return all
}

// before gives the chain that an exchange goes on with, or -1, and its step in it.
func before(e *Exchange, open map[mark][]int, all [][]Step) (int, Step) {
	for i := len(e.turns) - 1; i >= 0; i-- {
		candidates := open[e.marks[i]]
		for n, at := range candidates {
			last := all[at][len(all[at])-1].Exchange
			if len(last.turns) >= len(e.turns) || len(all[at]) >= maxTurns {
				continue
			}
			if step, ok := goesOn(last, e, e.turns[i+1:]); ok {
				open[e.marks[i]] = slices.Delete(slices.Clone(candidates), n, n+1)
				return at, step
			}
		}
	}
	return -1, Step{Exchange: e}
}

// goesOn reports whether a suite can say how a request goes on from an answer
// with the turns behind it.
func goesOn(last, e *Exchange, said []json.RawMessage) (Step, bool) {
	step := Step{Exchange: e}
	stop := last.stopped()
	calls := last.calls()
	switch paused := stop == "pause_turn" || stop == "compaction" && last.Field("compaction") == nil; {
	case last.isBlank(), last.namesContainer(), stop == "refusal", stop == "model_context_window_exceeded":
		return step, false
	case paused && len(calls) == 0:
		return step, len(said) == 0
	case len(calls) > 0:
		if !paused && stop != "tool_use" || len(said) != 1 {
			return step, false
		}
		results, ok := readResults(said[0])
		if !ok || len(results) != len(calls) {
			return step, false
		}
		for i, call := range calls {
			if results[i].id != call.ID || call.ID == "" {
				return step, false
			}
			step.Results = append(step.Results, Result{call.Name, call.Input, results[i].content, results[i].failed})
		}
		return step, true
	case len(said) == 0:
		return step, false
	}
	step.Said = said
	return step, true
}

// namesContainer reports whether a run would send the answer's container with the
// next request, which the log, whose requests are equal but for messages, did not.
func (e *Exchange) namesContainer() bool {
	raw, err := exactjson.ParseObject(e.Answer.Raw)
	return err == nil && present(raw.Get("container")) && e.Field("container") == nil
}

// toolResult is a block of a request that answers a use of a tool.
type toolResult struct {
	id      string
	content json.RawMessage
	failed  bool
}

// readResults reads a turn that holds nothing but results of tools.
func readResults(turn json.RawMessage) ([]toolResult, bool) {
	o, err := exactjson.ParseObject(turn)
	if err != nil || len(o.Members()) != 2 || string(o.Get("role")) != `"user"` {
		return nil, false
	}
	blocks, err := exactjson.ParseArray(o.Get("content"))
	if err != nil {
		return nil, false
	}
	var out []toolResult
	for _, raw := range blocks {
		b, err := exactjson.ParseObject(raw)
		if err != nil || string(b.Get("type")) != `"tool_result"` {
			return nil, false
		}
		var r toolResult
		for _, m := range b.Members() {
			switch m.Text() {
			case "type", "cache_control":
			case "tool_use_id":
				r.id, _ = exactjson.Text(m.Value)
			case "content":
				r.content = m.Value
			case "is_error":
				r.failed = string(m.Value) == "true"
			default:
				return nil, false
			}
		}
		out = append(out, r)
	}
	return out, len(out) > 0
}

// take adds a chain. A suite asks on until the model's turn is over: where a chain
// ends before, what is behind the last end of a turn is asked request by request.
func (f *Found) take(chain []Step) {
	end, tools := 0, false
	for i, step := range chain {
		tools = tools || len(step.Results) > 0
		if step.isOver(tools) {
			end = i + 1
		}
	}
	if end > 0 {
		c := &Conversation{Steps: chain[:end]}
		c.Marks = slices.ContainsFunc(c.Steps[1:], func(s Step) bool { return s.marksCache() })
		f.Conversations = append(f.Conversations, c)
	}
	for _, step := range chain[end:] {
		if !step.isOver(false) {
			f.Paused = append(f.Paused, step.Exchange)
			continue
		}
		f.Cut++
		f.Conversations = append(f.Conversations, &Conversation{Steps: []Step{{Exchange: step.Exchange}}})
	}
}

// isOver reports whether a conversation can end with the answer; tools says that
// uses of tools are answered in it.
func (e *Exchange) isOver(tools bool) bool {
	switch e.stopped() {
	case "pause_turn":
		return len(e.calls()) > 0 && !tools
	case "compaction":
		return e.Field("compaction") != nil || len(e.calls()) > 0 && !tools
	case "tool_use":
		return !tools || len(e.calls()) == 0
	}
	return true
}

// marksCache reports whether the request marks a message for the cache.
func (e *Exchange) marksCache() bool {
	return slices.ContainsFunc(e.turns, func(turn json.RawMessage) bool { return hasCacheMark(turn) })
}

func hasCacheMark(turn json.RawMessage) bool {
	o, err := exactjson.ParseObject(turn)
	if err != nil {
		return false
	}
	blocks, err := exactjson.ParseArray(o.Get("content"))
	if err != nil {
		return false
	}
	return slices.ContainsFunc(blocks, func(raw json.RawMessage) bool {
		b, err := exactjson.ParseObject(raw)
		return err == nil && b.Get("cache_control") != nil
	})
}
