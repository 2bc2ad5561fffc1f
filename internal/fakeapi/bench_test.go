package fakeapi_test

import (
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

// BenchmarkServer sends small requests over loopback from GOMAXPROCS clients.
func BenchmarkServer(b *testing.B) {
	for name, options := range map[string]fakeapi.Options{
		"strict": {}, "lenient": {SkipValidation: true},
	} {
		b.Run(name, func(b *testing.B) {
			url := fakeapi.New(options).Start(b)
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
