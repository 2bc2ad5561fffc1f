package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/migrate"
	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/suite"
)

// migrateFormats are the reports of migrate by name.
var migrateFormats = map[string]func(*migration, io.Writer) error{
	"text": (*migration).writeText, "json": (*migration).writeJSON, "markdown": (*migration).writeMarkdown,
}

func migrateFormatNames() []string { return slices.Sorted(maps.Keys(migrateFormats)) }

// unified is a file's change as a diff.
func unified(f editedFile) string { return udiff.Unified("a/"+f.file, "b/"+f.file, f.before, f.after) }

// head says what becomes of a plan's cases.
func head(p *migrate.Plan) string {
	changed := 0
	for _, s := range p.Shapes {
		if len(s.Changes()) > 0 {
			changed += len(s.Cases)
		}
	}
	if changed == 0 {
		return fmt.Sprintf("nothing is to be changed for %s: %s", p.To, wording.Count(p.Cases(), "case"))
	}
	return fmt.Sprintf("%s to %s, %s of request", wording.Count(changed, "case"), p.To, wording.Count(len(p.Shapes), "shape"))
}

// about is what is known of a model: its prices, its limits and its end.
func about(model string, table *prices.Table) string {
	m := models.Known().Find(model)
	if m == nil {
		return "nothing is known of " + model
	}
	out := model + ": "
	if in, answer, ok := table.PerMillion(model, now()); ok {
		out += fmt.Sprintf("$%g and $%g per million tokens in and out, ", in, answer)
	}
	out += fmt.Sprintf("context %.0f tokens, max_tokens up to %.0f", m.Context, m.MaxTokens)
	if m.DefaultEffort != "" {
		out += ", effort " + m.DefaultEffort + " by default"
	}
	if l, ok := models.Known().EndOf(model); ok && l.Retires != "" {
		out += ", ends on " + l.Retires
	}
	return out
}

// table are the prices of where models are asked.
func (m *migration) table() *prices.Table { return prices.Default().On(m.flags.target.Served()) }

// shapeLine says which cases a shape has.
func shapeLine(s *migrate.Shape) string {
	if len(s.Cases) == 1 {
		return fmt.Sprintf("%s of %s, from %s", s.Cases[0].Case.Name, s.Cases[0].Suite.Name, s.From)
	}
	return fmt.Sprintf("%d cases, the first is %s of %s, from %s", len(s.Cases), s.Cases[0].Case.Name, s.Cases[0].Suite.Name, s.From)
}

// diffLines are a change as lines that are taken away and added.
func diffLines(c *migrate.Change) []string {
	at := c.Path
	if c.In > 0 {
		at = fmt.Sprintf("request %d %s", c.In+1, at)
	}
	var out []string
	if c.Op != "add" && c.Old != nil && c.Key.Key != "role" {
		out = append(out, "- "+at+" "+shortJSON(c.Old))
	}
	if c.Key.Key == "role" && c.Op == "replace" {
		out = append(out, "- "+at+" "+shortJSON(c.Key.Value))
	}
	if c.Value != nil {
		out = append(out, "+ "+at+" "+shortJSON(c.Value))
	}
	return out
}

func shortJSON(v *suite.Value) string {
	text := []rune(safetext.Line(string(v.AppendJSON(nil))))
	if len(text) > 300 {
		return string(text[:200]) + " … " + string(text[len(text)-90:])
	}
	return string(text)
}

// why is the reason of a change, with its source.
func why(c *migrate.Change) string {
	text := c.Reason + " (" + c.Source + ")"
	if c.Meaning {
		text = "read this, the request may mean something else: " + text
	}
	return text
}

func (m *migration) writeText(w io.Writer) error {
	var b strings.Builder
	for _, p := range m.sorted() {
		b.WriteString(head(p) + "\n" + about(p.To, m.table()) + "\n")
		for _, s := range p.Shapes {
			if len(s.Changes()) == 0 {
				continue
			}
			b.WriteString("\n" + shapeLine(s) + "\n")
			changes := s.Changes()
			for i := range changes {
				for _, line := range diffLines(&changes[i]) {
					b.WriteString("  " + line + "\n")
				}
				b.WriteString("      " + why(&changes[i]) + "\n")
			}
			for _, note := range s.Cases[0].Notes {
				b.WriteString("  note: " + note + "\n")
			}
		}
	}
	if len(m.plans) == 0 {
		b.WriteString("no case is to be changed\n")
	}
	if n := len(m.unwritten); n > 0 {
		fmt.Fprintf(&b, "\n%s cannot be written by --write; --diff says where\n", wording.Count(n, "change"))
	}
	_, err := io.WriteString(w, safetext.Text(b.String()))
	return err
}

func (m *migration) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	for _, p := range m.sorted() {
		fmt.Fprintf(&b, "### Change of models: %s\n\n%s\n", head(p), about(p.To, m.table()))
		for _, s := range p.Shapes {
			changes := s.Changes()
			if len(changes) == 0 {
				continue
			}
			fmt.Fprintf(&b, "\n**%s**\n\n```diff\n", safetext.Markdown(shapeLine(s)))
			for i := range changes {
				b.WriteString(strings.ReplaceAll(strings.Join(diffLines(&changes[i]), "\n"), "```", "'''") + "\n")
			}
			b.WriteString("```\n\n")
			for i := range changes {
				fmt.Fprintf(&b, "- `%s %s`: %s\n", changes[i].Op, changes[i].Path, safetext.Markdown(why(&changes[i])))
			}
			for _, note := range s.Cases[0].Notes {
				fmt.Fprintf(&b, "- %s\n", safetext.Markdown(note))
			}
		}
		b.WriteString("\n")
	}
	if len(m.plans) == 0 {
		b.WriteString("No case is to be changed.\n")
	}
	_, err := io.WriteString(w, safetext.Text(b.String()))
	return err
}

// The JSON of migrate. patch is a JSON Patch (RFC 6902), which ignores the members
// that say why.
type (
	migrationJSON struct {
		Format int         `json:"format"`
		Models []movedJSON `json:"models"`
	}
	movedJSON struct {
		To     string      `json:"to"`
		Cases  int         `json:"cases"`
		Shapes []shapeJSON `json:"shapes"`
	}
	shapeJSON struct {
		From  string   `json:"from"`
		Cases int      `json:"cases"`
		Names []string `json:"names"`
		// Patch is for the body of the first request, Later for those that go on,
		// Betas for the header.
		Patch []operationJSON `json:"patch"`
		Later []operationJSON `json:"later"`
		Betas []operationJSON `json:"betas"`
		Notes []string        `json:"notes"`
	}
	operationJSON struct {
		Op      string          `json:"op"`
		Path    string          `json:"path"`
		Value   json.RawMessage `json:"value,omitempty"`
		Request int             `json:"request,omitempty"`
		Old     json.RawMessage `json:"old,omitempty"`
		Reason  string          `json:"reason"`
		Source  string          `json:"source"`
		Meaning bool            `json:"meaning"`
	}
)

func (m *migration) writeJSON(w io.Writer) error {
	out := migrationJSON{Format: 1, Models: []movedJSON{}}
	for _, p := range m.sorted() {
		moved := movedJSON{To: p.To, Cases: p.Cases(), Shapes: []shapeJSON{}}
		for _, s := range p.Shapes {
			moved.Shapes = append(moved.Shapes, newShapeJSON(s))
		}
		out.Models = append(out.Models, moved)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(safetext.JSON(text), '\n'))
	return err
}

func newShapeJSON(s *migrate.Shape) shapeJSON {
	out := shapeJSON{
		From: s.From, Cases: len(s.Cases), Names: []string{}, Notes: append([]string{}, s.Cases[0].Notes...),
		Patch: []operationJSON{}, Later: []operationJSON{}, Betas: []operationJSON{},
	}
	for _, c := range s.Cases[:min(len(s.Cases), 100)] {
		out.Names = append(out.Names, c.Case.Name)
	}
	for _, c := range s.Changes() {
		op := operationJSON{Op: c.Op, Path: c.Path, Reason: c.Reason, Source: c.Source, Meaning: c.Meaning}
		if c.Value != nil {
			op.Value = c.Value.AppendJSON(nil)
		}
		if c.Op != "add" && c.Old != nil {
			op.Old = c.Old.AppendJSON(nil)
		}
		switch {
		case c.In == 0:
			out.Patch = append(out.Patch, op)
		case c.In > 0:
			op.Request = c.In + 1
			out.Later = append(out.Later, op)
		default:
			out.Betas = append(out.Betas, op)
		}
	}
	return out
}
