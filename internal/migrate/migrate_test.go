package migrate_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/fakeapi"
	"github.com/evalrun/evalrun/internal/migrate"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// casesOf are the cases of a suite's text.
func casesOf(t *testing.T, text string) []*suite.Case {
	t.Helper()
	for key, value := range map[string]string{"model": "claude-sonnet-4-5", "max_tokens": "64", "assert": `text != ""`} {
		if !strings.Contains("\n"+text, "\n"+key+":") {
			text = key + ": " + value + "\n" + text
		}
	}
	file := filepath.Join(t.TempDir(), "suite.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := suite.Load([]string{file}, suite.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var out []*suite.Case
	for c, err := range set.Suites[0].Cases() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func requestOf(c *suite.Case) migrate.Request {
	r := migrate.Request{Body: c.Request.Written, Betas: c.Request.Betas}
	for _, stage := range c.Conversation.Next {
		r.Next = append(r.Next, stage.Written)
	}
	return r
}

// TestNothingIsRefusedAfterwards asks each suite of every model that there is, and
// of each that it was moved to again: which changes nothing.
func TestNothingIsRefusedAfterwards(t *testing.T) {
	all := maps.Clone(small)
	maps.Copy(all, newer)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			server := fakeapi.New(fakeapi.Options{})
			for _, c := range casesOf(t, all[name]) {
				for _, model := range models.Known().IDs() {
					got := migrate.To(requestOf(c), model, migrate.Options{Now: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)})
					if patched := patch(t, c.Request.Body.String(), got.Changes); !reflect.DeepEqual(patched, parsed(t, got.Body.Encode().String())) {
						t.Errorf("%s: the patch %s gives another body than %s", model, describe(got.Changes), got.Body.Encode())
					}
					for n, body := range requests(got.Request) {
						if status, answer := ask(t, server, body, got.Betas); status != http.StatusOK {
							t.Errorf("%s, request %d of %s: %s\n%s", model, n+1, c.Name, answer, body)
						}
					}
					if again := migrate.To(got.Request, model, migrate.Options{}); len(again.Changes) > 0 {
						t.Errorf("%s: a second time it changes %s", model, describe(again.Changes))
					}
				}
			}
		})
	}
}

// requests are the bodies of a conversation whose answers are one word.
func requests(r migrate.Request) []string {
	out := []string{r.Body.Encode().String()}
	turns := slices.Clone(r.Body.Get("messages").Items)
	for _, next := range r.Next {
		turns = append(turns, &suite.Value{Kind: suite.Map, Members: []suite.Member{
			{Key: "role", Value: &suite.Value{Kind: suite.String, Text: "assistant"}}, {Key: "content", Value: &suite.Value{Kind: suite.String, Text: "Yes"}},
		}})
		turns = append(turns, next.Items...)
		body := *r.Body
		body.Members = slices.Clone(body.Members)
		for i := range body.Members {
			if body.Members[i].Key == "messages" {
				body.Members[i].Value = &suite.Value{Kind: suite.List, Items: slices.Clone(turns)}
			}
		}
		out = append(out, body.Encode().String())
	}
	return out
}

func ask(t *testing.T, server http.Handler, body string, betas []string) (int, string) {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/v1/messages", strings.NewReader(body))
	req.Header.Set("x-api-key", "test-key")
	req.Header.Set("anthropic-version", "2023-06-01")
	req.Header.Set("content-type", "application/json")
	if len(betas) > 0 {
		req.Header.Set("anthropic-beta", strings.Join(betas, ","))
	}
	res := httptest.NewRecorder()
	server.ServeHTTP(res, req)
	return res.Code, res.Body.String()
}

func describe(changes []migrate.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s", c.Op, c.Path)
		if c.Value != nil {
			fmt.Fprintf(&b, " %s", c.Value.AppendJSON(nil))
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	var out any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// patch applies the changes of the first request as a JSON Patch (RFC 6902).
func patch(t *testing.T, body string, changes []migrate.Change) any {
	t.Helper()
	doc := parsed(t, body)
	for _, c := range changes {
		if c.In != 0 {
			continue
		}
		var value any
		if c.Value != nil {
			value = parsed(t, string(c.Value.AppendJSON(nil)))
		}
		names := strings.Split(strings.TrimPrefix(c.Path, "/"), "/")
		doc = operate(t, doc, names, c.Op, value)
	}
	return doc
}

// operate makes one operation below a value.
func operate(t *testing.T, in any, names []string, op string, value any) any {
	t.Helper()
	switch in := in.(type) {
	case map[string]any:
		_, there := in[names[0]]
		if there != (op != "add") && len(names) == 1 || !there && len(names) > 1 {
			t.Fatalf("%s of %q, which is there: %t", op, names[0], there)
		}
		switch {
		case len(names) > 1:
			in[names[0]] = operate(t, in[names[0]], names[1:], op, value)
		case op == "remove":
			delete(in, names[0])
		default:
			in[names[0]] = value
		}
		return in
	case []any:
		if names[0] == "-" && op == "add" {
			return append(in, value)
		}
		i, err := strconv.Atoi(names[0])
		if err != nil || i >= len(in) {
			t.Fatalf("%s of %q in a list of %d", op, names[0], len(in))
		}
		switch {
		case len(names) > 1:
			in[i] = operate(t, in[i], names[1:], op, value)
		case op == "remove":
			return slices.Delete(in, i, i+1)
		default:
			in[i] = value
		}
		return in
	}
	t.Fatalf("%s of %v in %v", op, names, in)
	return nil
}
