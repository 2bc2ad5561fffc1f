package diagnostic

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"name", "messages", "model", "max_tokens", "metrics", "assert", "temperature", "system", "tags", "top_k", "top_p"}
	tests := map[string]string{
		"asert": "assert", "assertions": "assert", "asserts": "assert", "message": "messages", "mesages": "messages",
		"Model": "model", "maxTokens": "max_tokens", "max-tokens": "max_tokens", "temprature": "temperature", "temp": "temperature",
		"tag": "tags", "nmae": "name", "tasg": "tags", "nam": "name", "topk": "top_k", "": "", "xyz": "", "prompt": "", "id": "",
		strings.Repeat("assert", 100): "",
	}
	for name, want := range tests {
		if got := Nearest(name, known); got != want {
			t.Errorf("Nearest(%q) is %q, want %q", name, got, want)
		}
	}
}
