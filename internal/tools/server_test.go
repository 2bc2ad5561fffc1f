package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// weatherServer is a server at a URL, made by the SDK.
func weatherServer(t *testing.T, around func(http.Handler) http.Handler) string {
	server := mcp.NewServer(&mcp.Implementation{Name: "weather", Version: "1"}, nil)
	server.AddTool(&mcp.Tool{Name: "get_weather", Description: "{{ 1 + 1 }}", InputSchema: map[string]any{"type": "object"}},
		func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			var input struct{ City string }
			if err := json.Unmarshal(r.Params.Arguments, &input); err != nil {
				return nil, err
			}
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: input.City}}}, nil
		})
	handler := http.Handler(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil))
	at := httptest.NewServer(around(handler))
	t.Cleanup(at.Close)
	return at.URL
}

// urlTools are the Tools of a file with a server at a URL.
func urlTools(t *testing.T, url string) *Tools {
	t.Helper()
	text := fmt.Sprintf("servers: {w: {url: %q, timeout: 5s, headers: {Authorization: Bearer $WEATHER_TOKEN}}}", url)
	f, err := Load(filepath.Join(t.TempDir(), "tools.yaml"), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	all := NewTools(f)
	t.Cleanup(all.Close)
	return all
}

func callWeather(ctx context.Context, all *Tools, city string) (string, error) {
	if _, err := all.Definitions(ctx, "w"); err != nil {
		return "", err
	}
	calls := all.Sample([]string{"w"})
	defer calls.Close()
	result, err := calls.Call(ctx, "w", "get_weather", fmt.Appendf(nil, `{"city":%q}`, city))
	return string(result.Content), err
}

func TestAServerAtAURL(t *testing.T) {
	t.Setenv("WEATHER_TOKEN", "s3cret-of-the-weather")
	asked := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer s3cret-of-the-weather" {
				t.Errorf("%s without its header", r.Method)
			}
			next.ServeHTTP(w, r)
		})
	}
	all := urlTools(t, weatherServer(t, asked))
	if got, err := callWeather(t.Context(), all, "Rome"); got != `"Rome"` || err != nil {
		t.Error(got, err)
	}
	if got, err := callWeather(t.Context(), all, "s3cret-of-the-weather"); got == "" || err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("an answer with the secret: %v", err)
	}
	t.Setenv("WEATHER_TOKEN", "")
	_, err := urlTools(t, "https://localhost:1").Definitions(t.Context(), "w")
	if err == nil || err.Error() != "needs the environment variable WEATHER_TOKEN for its header Authorization, which is not set" {
		t.Error(err)
	}
}

// What a server at a URL does wrong is an error, which shows no secret.
func TestAServerAtAURLThatIsWrong(t *testing.T) {
	t.Setenv("WEATHER_TOKEN", "s3cret-of-the-weather")
	call := func(on http.HandlerFunc) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Mcp-Method") == "tools/call" || holdsCall(r) {
					on(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})
		}
	}
	for name, on := range map[string]http.HandlerFunc{
		"redirects": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com", http.StatusTemporaryRedirect)
		},
		"echoes": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, r.Header.Get("Authorization"), http.StatusInternalServerError)
		},
		"lies about its length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"jsonrpc":"2.0"`)
		},
		"floods": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for range 3 * maxMessage / 1000 {
				w.Write(make([]byte, 1000))
			}
		},
		"says nonsense": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") },
	} {
		t.Run(name, func(t *testing.T) {
			got, err := callWeather(t.Context(), urlTools(t, weatherServer(t, call(on))), "Rome")
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q %v", got, err)
			}
			t.Log(err)
		})
	}
}

func TestWhatAToolAnswered(t *testing.T) {
	text, image := &mcp.TextContent{Text: "a"}, &mcp.ImageContent{MIMEType: "image/png", Data: []byte("x")}
	for _, tt := range []struct {
		answer mcp.CallToolResult
		want   string
		err    string
	}{
		{mcp.CallToolResult{}, `""`, ""},
		{mcp.CallToolResult{IsError: true}, `"the tool failed"`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{text}}, `"a"`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{text, &mcp.TextContent{}}}, `"a"`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{text, text}}, `[{"type":"text","text":"a"},{"type":"text","text":"a"}]`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{image}}, `[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"eA=="}}]`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{image}, IsError: true}, `"[image/png]"`, ""},
		{mcp.CallToolResult{StructuredContent: map[string]any{"a": 1}}, `"{\"a\":1}"`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.ResourceLink{Name: "n", URI: "file:///n"}}}, `"n: file:///n"`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{Text: "r"}}}}, `"r"`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{MIMEType: "application/pdf", Blob: []byte("x")}}}},
			`[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"eA=="}}]`, ""},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.EmbeddedResource{}}}, "", "answered with a resource that has no contents"},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.AudioContent{}}}, "", "answered with audio, which no request can hold"},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.ImageContent{MIMEType: "image/svg+xml"}}}, "", `answered with "image/svg+xml", which no request can hold`},
		{mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "\xff"}}}, "", "wrote what is no UTF-8"},
	} {
		got, err := content(&tt.answer)
		if err == nil {
			err = errors.New("")
		}
		if string(got.Content) != tt.want || err.Error() != tt.err || err.Error() == "" && got.Failed != tt.answer.IsError {
			t.Errorf("%s %v, want %s %s", got.Content, err, tt.want, tt.err)
		}
	}
}

// holdsCall reports whether a request calls a tool.
func holdsCall(r *http.Request) bool {
	text, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(text))
	return err == nil && bytes.Contains(text, []byte(`"tools/call"`))
}
