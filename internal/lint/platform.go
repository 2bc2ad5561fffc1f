package lint

import (
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// lacks reports whether the platform that is asked is known to lack a feature.
func (a *requestFacts) lacks(feature string) bool {
	return slices.Contains(a.platform.Lacks, feature)
}

// lacking is that the platform lacks a feature which the request uses.
func (a *requestFacts) lacking(feature string, at place, use string) refusal {
	return refusal{
		rule: refusedByPlatform, what: strings.ReplaceAll(feature, "_", " "), at: at,
		message: use + ", and " + a.platform.Name + " does not have " + a.known.Features[feature],
	}
}

// byPlatform reports what the request uses that the platform does not have.
func (a *requestFacts) byPlatform() []refusal {
	if len(a.platform.Lacks) == 0 {
		return nil
	}
	var out []refusal
	if why, own := models.ForeignID(a.platformName, a.modelName); why != "" {
		out = append(out, refusal{rule: refusedByPlatform, what: "id of the model", at: a.modelPosition(), message: a.modelName + " " + why, hint: own})
	}
	add := func(feature string, at place, use string) {
		if at != nil && a.lacks(feature) {
			out = append(out, a.lacking(feature, at, use))
		}
	}
	if len(a.of.Request.Betas) > 0 && a.body.Get("messages") != nil {
		add("betas", a.of, "the case asks for the beta "+a.of.Request.Betas[0])
	}
	if a.versionName != "2023-06-01" {
		add("versions", a.of, "the case asks for the version "+a.versionName+" of the API")
	}
	add("structured_outputs", a.format(), "the request asks for a structured output")
	for _, name := range []string{"mcp_servers", "fallbacks", "thread"} {
		if m, ok := a.body.Member(name); ok {
			add(name, m, "the request has "+name)
		}
	}
	if m, ok := a.body.Member("speed"); ok && text(m.Value) == "fast" {
		add("fast", m, "the request asks for the speed fast")
	}
	add("url_sources", a.media(isElsewhere), "the request names a file that the API is to fetch")
	for _, tool := range toolsOf(a.of, a.body) {
		kind := text(tool.Get("type"))
		if own, known := a.known.Tools[models.ToolFamily(kind)]; !known || own.Adds != nil || kind == "mcp_toolset" {
			continue
		}
		add("server_tools", tool, "the tool "+kind+" runs on the server")
		if !strings.HasPrefix(kind, "web_search_2") {
			add("server_tools_but_search", tool, "the tool "+kind+" runs on the server")
		}
	}
	return out
}

// isElsewhere reports whether a block names a file by URL or id.
func isElsewhere(v *suite.Value) bool {
	kind := text(v.Get("source").Get("type"))
	return kind == "url" || kind == "file" || text(v.Get("type")) == "container_upload"
}
