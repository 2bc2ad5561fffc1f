package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
	"sync"
)

//go:embed web
var web embed.FS

// Templates are the parts of the pages: "head" of a run or "compare" of
// comparisons before the data, "foot" after it. Like all of a page, they are
// read by the first page, for most commands write none.
var Templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(web, "web/*.html"))
})

// Assets are the style and the script of a page, and the policy that lets
// nothing else act.
type Assets struct {
	Policy string
	Style  template.CSS
	Script template.JS
}

// NewAssets gives those of a page, which is served where live is set.
func NewAssets(live bool) Assets {
	names := []string{"text.js", "diff.js", "grid.js", "turns.js", "case.js", "main.js"}
	if live {
		names = append(names, "live.js")
	}
	script, style := wrapScript(names...), readWeb("style.css")
	return Assets{policy(script, style, live), template.CSS(style), template.JS(script)}
}

// readWeb reads an embedded file, which is there by construction.
func readWeb(name string) string {
	text, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// wrapScript joins files into one script that leaves no global names.
func wrapScript(names ...string) string {
	var b strings.Builder
	b.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range names {
		b.WriteString(readWeb(name))
	}
	b.WriteString("})();\n")
	return b.String()
}

// policy is the content security policy of a page with the script and the
// style: nothing else runs, and nothing is fetched.
func policy(script, style string, live bool) string {
	directives := []string{
		"default-src 'none'",
		"script-src " + hashSource(script),
		"style-src " + hashSource(style),
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
	}
	if live {
		directives = append(directives, "connect-src 'self'")
	}
	return strings.Join(directives, "; ")
}

func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// MaxCases is how many cases a page lists: what a browser shows and
// searches without effort.
const MaxCases = 20_000
