package fakeapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	known "github.com/evalrun/evalrun/internal/models"
)

// modelInfo is a model as GET /v1/models/{id} reports it.
type modelInfo struct {
	Type           string         `json:"type"`
	ID             string         `json:"id"`
	DisplayName    string         `json:"display_name"`
	CreatedAt      string         `json:"created_at"`
	Lifecycle      string         `json:"lifecycle"`
	DeprecatedAt   *string        `json:"deprecated_at"`
	RetiresAt      *string        `json:"retires_at"`
	Line           string         `json:"line"`
	MaxInputTokens int            `json:"max_input_tokens"`
	MaxTokens      int            `json:"max_tokens"`
	Capabilities   map[string]any `json:"capabilities"`
}

// getModel is GET /v1/models/{id}.
func (r *reply) getModel() {
	id := strings.TrimPrefix(r.call.Path, "/v1/models/")
	info, err := r.server.modelInfo(id)
	if err != nil {
		r.refuse(err)
		return
	}
	r.json(http.StatusOK, info)
}

// listModels is GET /v1/models, on one page.
func (r *reply) listModels() {
	data := []modelInfo{}
	for _, m := range models() {
		data = append(data, m.info(m.id))
	}
	r.json(http.StatusOK, map[string]any{
		"data": data, "has_more": false, "first_id": data[0].ID, "last_id": data[len(data)-1].ID,
	})
}

// modelInfo is what the server reports of a model: what it knows, and over it what
// Options.Models says.
func (s *Server) modelInfo(id string) (map[string]any, error) {
	info, err := map[string]any{}, error(refuse(http.StatusNotFound, "model: %s", id))
	if m, ok := findModel(id); ok {
		text, _ := json.Marshal(m.info(id)) // it always can
		err = json.Unmarshal(text, &info)
	}
	changes, changed := s.options.Models[id]
	switch {
	case !changed:
		return info, err
	case changes == nil:
		return nil, refuse(http.StatusNotFound, "model: %s", id)
	}
	for name, value := range changes {
		if capabilities, ok := info[name].(map[string]any); ok && name == "capabilities" {
			maps.Copy(capabilities, object(value))
			continue
		}
		info[name] = value
	}
	return info, nil
}

// info describes the model under the id that was asked for. Where the release
// is not known the date is the epoch, as the API does it.
func (m model) info(id string) modelInfo {
	released := m.Released
	if released == "" {
		released = "1970-01-01"
	}
	effort := support(m.Effort, effortAll)
	effort["supported"] = len(m.Effort) > 0
	lifecycle := "active"
	end, ends := known.Known().EndOf(id)
	if ends {
		lifecycle = "deprecated"
	}
	return modelInfo{
		Type: "model", ID: id, DisplayName: m.Name, CreatedAt: released + "T00:00:00Z",
		Lifecycle: lifecycle, DeprecatedAt: midnight(end.Deprecated), RetiresAt: midnight(end.Retires), Line: m.Line, MaxInputTokens: int(m.Context), MaxTokens: int(m.MaxTokens),
		Capabilities: map[string]any{
			"batch":              supported(true),
			"citations":          supported(true),
			"code_execution":     supported(true),
			"context_management": all("clear_thinking_20251015", "clear_tool_uses_20250919", "compact_20260112"),
			"server_tools":       all("code_execution", "web_search"),
			"image_input":        supported(true),
			"pdf_input":          supported(true),
			"structured_outputs": supported(true),
			"effort":             effort,
			"thinking": map[string]any{
				"supported": true,
				"types":     support(m.Thinking, []string{"adaptive", "between_tools", "disabled", "enabled"}),
			},
		},
	}
}

// midnight is the beginning of a day, nil for none.
func midnight(day string) *string {
	if day == "" {
		return nil
	}
	day += "T00:00:00Z"
	return &day
}

func supported(yes bool) map[string]any { return map[string]any{"supported": yes} }

// all is a capability with parts, all of which are supported.
func all(parts ...string) map[string]any {
	info := support(parts, parts)
	info["supported"] = true
	return info
}

// support reports for each of names whether the model has it.
func support(has, names []string) map[string]any {
	info := map[string]any{}
	for _, name := range names {
		info[name] = supported(slices.Contains(has, name))
	}
	return info
}
