package fakeapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/anthropics/anthropic-sdk-go/v2"

	"github.com/evalrun/evalrun/internal/models"
)

// ofShape is a refusal of a member, a type or a value, and not of what they
// come to together.
var ofShape = regexp.MustCompile(`Extra inputs|expected tags|Input should|Field required|String should|List should`)

// TestKnowsWhatTheSDKSends makes requests of the types of the official SDK: each
// with every member, and every variant of a union in one of them.
func TestKnowsWhatTheSDKSends(t *testing.T) {
	betas := strings.Join(slices.Sorted(maps.Keys(models.Known().Betas)), ",")
	n := 0
	for _, params := range []any{anthropic.MessageNewParams{}, anthropic.BetaMessageNewParams{}} {
		for _, request := range samples(reflect.TypeOf(params), "") {
			body, err := json.Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			if _, e := ask(t, string(body), func(h http.Header) { h.Set("anthropic-beta", betas) }); ofShape.MatchString(e.Error.Message) {
				t.Errorf("%T: %s", params, e.Error.Message)
			}
			n++
		}
	}
	if n < 150 {
		t.Errorf("only %d requests were made of the SDK's types", n)
	}
}

// samples are values of a type as JSON, the first with everything and the
// others with one part in another form.
func samples(of reflect.Type, name string) []any {
	switch {
	case of.Name() == "BetaContentBlockSourceContentUnionParam":
		return []any{"x"} // its other form is a list of itself
	case strings.HasPrefix(of.Name(), "Opt["):
		return samples(of.Field(0).Type, name)
	case of.Kind() == reflect.Pointer:
		return samples(of.Elem(), name)
	case of.Kind() == reflect.Struct:
		return structs(of)
	case of.Kind() == reflect.Slice:
		var out []any
		for _, v := range samples(of.Elem(), name) {
			out = append(out, []any{v})
		}
		return out
	case of.Kind() == reflect.Map && of.Elem().Kind() == reflect.Struct:
		return []any{map[string]any{"x": samples(of.Elem(), name)[0]}}
	case of.Kind() == reflect.Map, of.Kind() == reflect.Interface:
		return []any{map[string]any{}}
	case of.Kind() == reflect.Bool:
		return []any{true}
	case of.Kind() == reflect.Int64:
		return []any{1024}
	}
	return []any{word(of, name)}
}

// structs are values of a struct, or of each variant of a union.
func structs(of reflect.Type) []any {
	var union []any
	whole := map[string]any{}
	other := map[string][]any{}
	for i := range of.NumField() {
		f := of.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || f.Anonymous || tag == "-":
		case tag == "" && strings.Contains(options, "inline"):
			union = append(union, samples(f.Type, f.Name)...)
		case f.Tag.Get("default") != "":
			whole[tag] = f.Tag.Get("default")
		default:
			values := samples(f.Type, of.Name()+"."+tag)
			whole[tag], other[tag] = values[0], values[1:]
		}
	}
	if union != nil {
		return union
	}
	out := []any{whole}
	for _, tag := range slices.Sorted(maps.Keys(other)) {
		for _, v := range other[tag] {
			changed := maps.Clone(whole)
			changed[tag] = v
			out = append(out, changed)
		}
	}
	return out
}

// words are values of members, by the end of their type's name or their own.
var words = []struct{ end, value string }{
	{"Effort", "low"}, {"Display", "summarized"}, {"TTL", "5m"}, {"ServiceTier", "auto"}, {"Speed", "standard"}, {"ClearAt", "never"},
	{"PrefixMismatchBehavior", "error"}, {"OversizedImage", "error"}, {"Base64ImageSourceMediaType", "image/png"}, {"BillTo", "self"},
	{"ToolSearchToolBm25_20251119Type", "tool_search_tool_bm25"}, {"ToolSearchToolRegex20251119Type", "tool_search_tool_regex"},
	{"ToolType", "custom"},
	{"Base64ImageSourceParam.data", pngData(1, 1)}, {"Base64PDFSourceParam.data", pdfData},
	{".model", "claude-opus-4-8"}, {".url", "https://x.test/a"}, {"ServerToolUseBlockParam.id", "srvtoolu_1"},
}

// word is a text of a type, for a member.
func word(of reflect.Type, name string) string {
	if m := reflect.Zero(of).MethodByName("Default"); m.IsValid() {
		return m.Call(nil)[0].String() // a constant
	}
	for _, w := range words {
		if strings.HasSuffix(of.Name(), w.end) || strings.HasSuffix(name, w.end) {
			return w.value
		}
	}
	return "x"
}
