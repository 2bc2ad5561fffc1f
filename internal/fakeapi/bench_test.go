package fakeapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// BenchmarkServer sends small requests over loopback from GOMAXPROCS clients;
// "bare" is net/http itself, with nothing done.
func BenchmarkServer(b *testing.B) {
	for name, handler := range map[string]http.Handler{
		"strict":  fakeapi.New(fakeapi.Options{}),
		"lenient": fakeapi.New(fakeapi.Options{SkipValidation: true}),
		"bare": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			io.WriteString(w, `{"type":"message"}`)
		}),
	} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handler)
			defer server.Close()
			url := server.URL
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if status, _, err := try(url, hello); err != nil || status != 200 {
						b.Error(status, err)
					}
				}
			})
		})
	}
}

// BenchmarkHandler is the server's own work, without a connection.
func BenchmarkHandler(b *testing.B) {
	for name, options := range map[string]fakeapi.Options{
		"strict": {}, "lenient": {SkipValidation: true},
	} {
		b.Run(name, func(b *testing.B) {
			s := fakeapi.New(options)
			b.ReportAllocs()
			for b.Loop() {
				if w := serve(b.Context(), s); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
