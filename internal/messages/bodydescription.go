package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"mime"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/wording"
)

// How much of an unexpected body an error shows.
const (
	maxDescribed = 64 << 10 // bytes that are looked at
	maxExcerpt   = 160      // characters of text
	maxNames     = 8        // names of a JSON object's members
)

// bodyType describes a body by its answer's headers.
type bodyType struct {
	media    string // the content type without its parameters
	encoding string // as which it came and was not asked for, "" for none
}

// newBodyType reads the headers content-type and content-encoding.
func newBodyType(contentType, encoding string) bodyType {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media = ""
	}
	if strings.EqualFold(encoding, "identity") {
		encoding = ""
	}
	return bodyType{media, encoding}
}

func (t bodyType) isJSON() bool {
	return t.media == "application/json" || strings.HasSuffix(t.media, "+json")
}

// describeBody describes a body that is not a message in a few words: "an
// HTML page titled "Sign in" (text/html, 812 bytes)".
func describeBody(body []byte, as bodyType) string {
	size := fmt.Sprintf("%d bytes", len(body))
	if as.media != "" {
		size = excerpt(as.media, 60) + ", " + size
	}
	if as.encoding != "" {
		return fmt.Sprintf("a body in the encoding %s, which was not asked for (%s)", quoteExcerpt(as.encoding), size)
	}
	return fmt.Sprintf("%s (%s)", describeText(validText(body), as.media), size)
}

func describeText(body []byte, media string) string {
	text := bytes.TrimSpace(body)
	head := text[:min(len(text), maxDescribed)]
	syntax := exactjson.Check(text)
	switch {
	case len(text) == 0:
		return "an empty body"
	case syntax == nil:
		return describeJSON(text)
	case endsEarly(text, syntax):
		return "JSON that ends too early"
	case syntax.TooDeep:
		return "JSON " + syntax.Error()
	case text[0] == '{':
		return fmt.Sprintf("broken JSON: %v", syntax)
	case media == "text/html" || text[0] == '<':
		return describeHTML(string(head))
	case media == "text/event-stream":
		return "an event stream that begins " + quoteExcerpt(string(head))
	case bytes.IndexByte(head, 0) >= 0:
		return "binary data"
	}
	return "text that begins " + quoteExcerpt(string(head))
}

var (
	titleElement = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`)
	hiddenText   = regexp.MustCompile(`(?is)<(?:script|style)\b.*?</(?:script|style)[^>]*>|<!--.*?-->`)
	anyTag       = regexp.MustCompile(`(?s)<[^>]*>`)
)

func describeHTML(page string) string {
	if m := titleElement.FindStringSubmatch(page); m != nil && strings.TrimSpace(m[1]) != "" {
		return "an HTML page titled " + quoteExcerpt(html.UnescapeString(m[1]))
	}
	text := anyTag.ReplaceAllString(hiddenText.ReplaceAllString(page, " "), " ")
	if strings.TrimSpace(text) == "" {
		return "an HTML page without text"
	}
	return "an HTML page that begins " + quoteExcerpt(html.UnescapeString(text))
}

// describeJSON describes a valid JSON value; nil is an absent member.
func describeJSON(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "absent"
	}
	switch raw[0] {
	case '{':
		return describeObject(raw)
	case '[':
		return "a JSON array"
	case '"':
		return "the JSON string " + quoteExcerpt(stringOf(raw))
	case 'n':
		return "null"
	case 't', 'f':
		return "a JSON boolean"
	}
	return "a JSON number"
}

func describeObject(raw json.RawMessage) string {
	o := objectOf(raw)
	if len(o.Members()) == 0 {
		return "an empty JSON object"
	}
	if e := parseErrorBody(raw); e.message != "" {
		return "the error " + quoteExcerpt(strings.TrimPrefix(e.kind+": "+e.message, ": "))
	}
	if kind := stringOf(o.Get("type")); kind != "" && kind != "message" {
		return "a JSON object of type " + quoteExcerpt(kind)
	}
	var names []string
	for _, m := range o.Members() {
		names = append(names, quoteExcerpt(m.Text()))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	more := ""
	if len(names) > maxNames {
		names, more = names[:maxNames], ", …"
	}
	return "a JSON object with " + strings.Join(names, ", ") + more
}

// quoteExcerpt shows the beginning of a text on one line, between quotes.
func quoteExcerpt(text string) string {
	return fmt.Sprintf("%q", excerpt(text, maxExcerpt))
}

// excerpt puts a text on one line and cuts it to limit characters.
func excerpt(text string, limit int) string {
	// Only as much is split into words as may be shown, white space included.
	if window := 8 * utf8.UTFMax * limit; len(text) > window {
		text = text[:window]
	}
	return cut(strings.Join(strings.Fields(text), " "), limit)
}

// cut shortens a text to limit characters, … not counted, and makes it valid
// UTF-8.
func cut(text string, limit int) string {
	return wording.Start(strings.ToValidUTF8(text, "\uFFFD"), limit+1)
}
