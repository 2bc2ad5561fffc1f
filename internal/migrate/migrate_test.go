package migrate_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
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
