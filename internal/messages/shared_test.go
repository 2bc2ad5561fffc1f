package messages

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/evalrun/evalrun/internal/messages/payload"
)

// sharedBody is a body that shares its image, and inline the same in one piece.
func sharedBody() (shared payload.JSON, inline string) {
	image := payload.NewBlob("image/png", []byte(strings.Repeat("ant", 100_000)))
	const before, after = `{"model":"m","max_tokens":16,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":`, `}}]}],"temperature":0.50}`
	text := append(image.AppendReference([]byte(before)), after...)
	return payload.New(text, image), before + `"` + string(image.Data) + `"` + after
}

func TestSharedDataIsSentWithEachAttempt(t *testing.T) {
	shared, inline := sharedBody()
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.ContentLength != int64(len(body)) {
			t.Errorf("%d of %d bytes came: %v", len(body), r.ContentLength, err)
		}
		got = append(got, string(body))
		if len(got) == 1 {
			apiError(529, "overloaded_error", "Overloaded")(w, r)
			return
		}
		io.WriteString(w, helloBody)
	}))
	t.Cleanup(server.Close)
	no := func(context.Context, time.Duration) error { return nil }
	s := newTestHTTP(t, HTTPOptions{BaseURL: server.URL, Retry: RetryOptions{sleep: no}})
	mustAnswer(t, s, &Request{Body: shared})
	if len(got) != 2 || got[0] != inline || got[1] != inline {
		t.Errorf("%d requests came, and not what was to be sent", len(got))
	}
}

func TestSharedDataIsPartOfTheKey(t *testing.T) {
	shared, inline := sharedBody()
	want := (&Request{Body: payload.New([]byte(inline))}).Key()
	if got := (&Request{Body: shared}).Key(); got != want {
		t.Errorf("the key is %s, in one piece %s", got, want)
	}
	if got := (&Request{Body: WithStream(shared)}).Key(); got != want {
		t.Errorf("as a stream the key is %s, want %s", got, want)
	}
}

func TestSharedDataStaysInWhatIsMadeOfABody(t *testing.T) {
	shared, inline := sharedBody()
	turn := payload.New([]byte(`{"role":"user","content":"b"}`))
	longer, err := withTurns(shared, turn, shared)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(inline, `]}],`, `]},`+turn.String()+`,`+inline+`],`, 1); longer.String() != want {
		t.Error("with turns it is another body")
	}
	if want := strings.Replace(strings.Replace(inline, `"max_tokens":16,`, "", 1), `,"temperature":0.50`, "", 1); countedBody(shared).String() != want {
		t.Error("what is counted is not what is sent")
	}
}
