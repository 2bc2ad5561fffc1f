package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/slowtest"
)

// testKey is the credential of every script. No output may hold it.
const testKey = "sk-ant-api03-scripts-only-0123456789"

// TestScripts runs testdata/script: each reads like a terminal session.
func TestScripts(t *testing.T) {
	catchHangUp(t)
	dir, err := filepath.Abs("testdata/script") // commands change the working directory
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           dir,
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			examples := filepath.Join(dir, "../../../../examples")
			env.Setenv("EXAMPLES", examples)
			env.Setenv("ACTION", filepath.Dir(examples))
			env.Setenv("SERVER", filepath.Join(dir, "..", "..", publicServer))
			env.Setenv("NO_COLOR", "1")
			env.Setenv("SAMPLES", strconv.Itoa(slowtest.Size(50, 1000)))
			env.Setenv("GORACE", raceOptions)
			env.Values[apiKey{}] = new(*fakeapi.Server)
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"evalrun":  evalrun,
			"exits":    exits,
			"api":      startAPI,
			"cloud":    startCloud,
			"stop-api": func(ts *testscript.TestScript, _ bool, _ []string) { apiOf(ts).Close() },
			"received": received,
			"gone":     gone,
			"bodies":   bodies,
			"nokey":    noKey,
			"advance":  advance,
			"batches":  batches,
			"cancel":   cancelBatches,
			"headers":  lastHeader,

			"application": travel,
		},
	})
}

// startAPI is `api [answers=A,B,…] [replies=FILE] [turns=FILE] [judges=FILE]
// [faults=A,B,…] [always=A] [faults-as-asked] [slow=DURATION] [slots=N] [models=FILE]
// [messages-only] [batch-takes=DURATION] [batch-step=DURATION] [batch-outcomes=FILE]`: it starts the fake API and points the environment at it.
// The nth call gets the nth answer. The FILE of replies maps a last user text to
// the answer's text, that of turns a first user text to what is answered in turn
// ({content, stop_reason, usage, container}), that of judges
// (which comes behind it) a rubric to a judge's texts, one for each vote; the nth
// call gets the nth fault, all get the same, or each the one that it asks for.
func startAPI(ts *testscript.TestScript, _ bool, args []string) {
	opts := fakeapi.Options{KeepCalls: true}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "answers":
			opts.Script = inTurn(strings.Split(value, ","))
		case "replies":
			opts.Script = replies(ts, value)
		case "turns":
			opts.Script = turns(ts, value)
		case "judges":
			opts.Script = judges(ts, value, opts.Script)
		case "faults":
			var faults []fakeapi.Fault
			for f := range strings.SplitSeq(value, ",") {
				faults = append(faults, fakeapi.Fault(f))
			}
			opts.Faults = fakeapi.Sequence(faults...)
		case "always":
			opts.Faults = func(*fakeapi.Call) fakeapi.Fault { return fakeapi.Fault(value) }
		case "faults-as-asked":
			opts.Faults = fakeapi.AsAsked
		case "slow":
			latency, err := time.ParseDuration(value)
			ts.Check(err)
			opts.Latency = func(*fakeapi.Call) time.Duration { return latency }
		case "slots":
			slots, err := strconv.Atoi(value)
			ts.Check(err)
			opts.Latency = fakeapi.Queue(slots, 4*time.Millisecond)
		case "models":
			ts.Check(json.Unmarshal([]byte(ts.ReadFile(value)), &opts.Models))
		case "messages-only":
			opts.MessagesOnly = true
		case "batch-takes":
			takes, err := time.ParseDuration(value)
			ts.Check(err)
			opts.Batches.Takes = func(int) time.Duration { return takes }
		case "batch-step":
			step, err := time.ParseDuration(value)
			ts.Check(err)
			opts.Batches.Step = step
		case "batch-size":
			size, err := strconv.Atoi(value)
			ts.Check(err)
			opts.Batches.MaxRequests = size
		case "batch-outcomes":
			opts.Batches.Outcome = batchOutcomes(ts, value)
		default:
			ts.Fatalf("api: unknown argument %s", arg)
		}
	}
	server := fakeapi.New(opts)
	url, err := server.Listen()
	ts.Check(err)
	ts.Defer(server.Close)
	ts.Setenv("ANTHROPIC_BASE_URL", url)
	ts.Setenv("ANTHROPIC_API_KEY", testKey)
	*ts.Value(apiKey{}).(**fakeapi.Server) = server
}

// batchOutcomes are those of requests by their last user text, in the first batch
// that has them.
func batchOutcomes(ts *testscript.TestScript, file string) func(*fakeapi.Call, string) string {
	var by map[string]string
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &by))
	return func(c *fakeapi.Call, _ string) string {
		if c.Attempt > 1 {
			return ""
		}
		return by[c.LastUserText()]
	}
}

// advance is `advance DURATION`: so much time passes for batches.
func advance(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	apiOf(ts).Advance(d)
}

// cancelBatches is `cancel`: the user cancels all batches that are processed.
func cancelBatches(ts *testscript.TestScript, _ bool, _ []string) {
	for _, id := range apiOf(ts).Batches() {
		req, err := http.NewRequest(http.MethodPost, ts.Getenv("ANTHROPIC_BASE_URL")+"/v1/messages/batches/"+id+"/cancel", nil)
		ts.Check(err)
		req.Header.Set("x-api-key", ts.Getenv("ANTHROPIC_API_KEY"))
		req.Header.Set("anthropic-version", "2023-06-01")
		resp, err := http.DefaultClient.Do(req)
		ts.Check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			ts.Fatalf("cancel %s: %s", id, resp.Status)
		}
	}
}

// batches is `batches N REQUESTS [AGAIN]`: so many batches were created, of so many
// requests, each once but for AGAIN of them.
func batches(ts *testscript.TestScript, _ bool, args []string) {
	created, again := len(apiOf(ts).Batches()), 0
	batched := apiOf(ts).Batched()
	for _, n := range batched {
		again += n - 1
	}
	got, want := fmt.Sprint(created, len(batched), again), strings.Join(append(args, "0")[:3], " ")
	if got != want {
		ts.Fatalf("batches, requests, and those that were created again: %s, want %s", got, want)
	}
}

// apiKey is where a script keeps its fake API.
type apiKey struct{}

func apiOf(ts *testscript.TestScript) *fakeapi.Server {
	return *ts.Value(apiKey{}).(**fakeapi.Server)
}

func replies(ts *testscript.TestScript, file string) fakeapi.Script {
	var texts map[string]string
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &texts))
	answers := map[string]fakeapi.Answer{}
	for asked, text := range texts {
		answers[asked] = fakeapi.Answer{Text: text}
	}
	return fakeapi.Replies(answers)
}

// inTurn answers with each text in turn.
func inTurn(texts []string) fakeapi.Script {
	return func(c *fakeapi.Call) fakeapi.Answer { return fakeapi.Answer{Text: texts[(c.Seq-1)%len(texts)]} }
}

func turns(ts *testscript.TestScript, file string) fakeapi.Script {
	var said map[string][]struct {
		Content    []map[string]any           `json:"content"`
		StopReason string                     `json:"stop_reason"`
		Container  map[string]any             `json:"container"`
		Usage      map[string]json.RawMessage `json:"usage"` // as it is spelled
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &said))
	answers := map[string][]fakeapi.Answer{}
	for asked, turns := range said {
		for _, turn := range turns {
			answer := fakeapi.Answer{Content: turn.Content, StopReason: turn.StopReason, Container: turn.Container, Usage: map[string]any{}}
			for name, count := range turn.Usage {
				answer.Usage[name] = count
			}
			answers[asked] = append(answers[asked], answer)
		}
	}
	return fakeapi.Turns(answers)
}

// judges answers judges by their rubric, and all else with next.
func judges(ts *testscript.TestScript, file string, next fakeapi.Script) fakeapi.Script {
	if next == nil {
		next = fakeapi.Default
	}
	var texts map[string][]string
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &texts))
	return func(c *fakeapi.Call) fakeapi.Answer {
		asked, _ := fakeapi.JudgedBy(c)
		votes := texts[asked.Rubric]
		if len(votes) == 0 {
			return next(c)
		}
		return fakeapi.Answer{Text: votes[(c.Attempt-1)%len(votes)]}
	}
}

// received is `received N`: the API got N requests.
func received(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := apiOf(ts).Counts().Requests; (got == want) == neg {
		ts.Fatalf("the API received %d requests, want %d", got, want)
	}
}

// bodies is `bodies FILE`: the API got exactly these bodies, one a line, in
// any order.
func bodies(ts *testscript.TestScript, _ bool, args []string) {
	want := map[string]int{}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		want[strings.TrimSuffix(line, "\n")]++
	}
	for _, call := range apiOf(ts).Calls() {
		want[string(call.Body)]--
	}
	for body, n := range want {
		if n != 0 {
			ts.Fatalf("body received %d times less than wanted: %s", n, body)
		}
	}
}

// lastHeader is `headers NAME VALUE`: the last request that the API got has the
// header.
func lastHeader(ts *testscript.TestScript, _ bool, args []string) {
	calls := apiOf(ts).Calls()
	if got := calls[len(calls)-1].Header.Get(args[0]); got != args[1] {
		ts.Fatalf("the header %s is %q, want %q", args[0], got, args[1])
	}
}

// noKey is `nokey FILE…`: none of the files, stdout or stderr holds the key.
func noKey(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range append([]string{"stdout", "stderr"}, args...) {
		if strings.Contains(ts.ReadFile(name), testKey) {
			ts.Fatalf("%s holds the key", name)
		}
	}
}
