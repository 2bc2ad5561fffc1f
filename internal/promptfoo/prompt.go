package promptfoo

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/suitefile"
)

// prompt is one prompt as messages.
type prompt struct {
	label    string
	messages *suitefile.Node
}

// prompts reads the prompts, and notes those that are code.
func (c *converter) prompts(v *value) []*prompt {
	items := []*value{v}
	if v.is(list) {
		items = v.items
	}
	var out []*prompt
	for _, item := range items {
		if item.is(null) {
			continue
		}
		found, err := c.promptsOf(item)
		if err != nil {
			c.gap(item, "the prompt "+suitefile.Line(short(item))+": "+err.Error())
			c.failing = append(c.failing, "a prompt ("+item.at()+")")
			continue
		}
		out = append(out, found...)
	}
	return out
}

// short is the beginning of a part of a configuration.
func short(v *value) string {
	const most = 60
	s := v.str()
	if s == "" {
		s = string(v.json())
	}
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}

// promptsOf reads one entry, which may name several.
func (c *converter) promptsOf(v *value) ([]*prompt, error) {
	label := ""
	raw := v.str()
	if v.is(object) {
		if err := unknownKeys(v, "id", "raw", "label", "display"); err != nil {
			return nil, err
		}
		label = v.get("label").str()
		if raw = v.get("raw").str(); raw == "" {
			raw = v.get("id").str()
		}
	}
	if raw == "" {
		return nil, errors.New("it has no text")
	}
	if !isFileName(raw) {
		p, err := c.promptOfText(raw, v)
		if err != nil {
			return nil, err
		}
		p.label = label
		return []*prompt{p}, nil
	}
	names, err := c.glob(strings.TrimSpace(raw))
	if err != nil {
		return nil, err
	}
	var out []*prompt
	for _, name := range names {
		found, err := c.promptsOfFile(name, v)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			if label != "" {
				p.label = label
			}
		}
		out = append(out, found...)
	}
	return out, nil
}

// fileName is how the name of a file looks, with the function behind it that makes
// the prompt.
var fileName = regexp.MustCompile(`^[^\s{}]*\.[A-Za-z][A-Za-z0-9]{0,5}(?::[A-Za-z_]\w*)?$|^(?:exec|python|package):|^[a-z]+://`)

// isFileName reports whether a prompt is the name of a file, and not a text.
func isFileName(raw string) bool { return fileName.MatchString(strings.TrimSpace(raw)) }

// promptsOfFile reads a file of prompts, which --- separates in a text.
func (c *converter) promptsOfFile(name string, at *value) ([]*prompt, error) {
	switch path.Ext(name) {
	case ".txt", ".md", ".j2", ".json", ".yaml", ".yml":
	default:
		return nil, fmt.Errorf("import runs no program: write the prompts that %s makes into a file of text, JSON or YAML", name)
	}
	data, err := c.read(name)
	if err != nil {
		return nil, err
	}
	parts := []string{string(data)}
	if path.Ext(name) == ".txt" {
		parts = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n---\n")
	}
	var out []*prompt
	for _, part := range parts {
		if strings.TrimSpace(part) == "" {
			continue
		}
		p, err := c.promptOfFile(path.Ext(name), part, at)
		if err != nil {
			return nil, err
		}
		p.label = strings.TrimSuffix(path.Base(name), path.Ext(name))
		out = append(out, p)
	}
	return out, nil
}

// promptOfFile reads the prompt of a file. One of YAML is a chat also where it
// begins with comments; of any other, promptfoo sends the data as JSON.
func (c *converter) promptOfFile(ext, raw string, at *value) (*prompt, error) {
	if ext != ".yaml" && ext != ".yml" {
		return c.promptOfText(strings.TrimSpace(raw), at)
	}
	data, err := parse(at.file, []byte(raw))
	switch {
	case err != nil:
		return nil, fmt.Errorf("a file that is no YAML: %w", err)
	case isChat(data):
		messages, err := c.chat(data)
		return &prompt{messages: messages}, err
	}
	return nil, errors.New("a file of YAML that is no list of messages, each with a role and a content")
}

// isChat reports whether data are the messages of a chat.
func isChat(v *value) bool {
	return v.is(list) && len(v.items) > 0 && v.items[0].get("role") != nil
}

// promptOfText reads a prompt: a chat in JSON or YAML, or what the user says.
func (c *converter) promptOfText(raw string, at *value) (*prompt, error) {
	trimmed := strings.TrimSpace(raw)
	if strings.HasPrefix(trimmed, "[") || strings.HasPrefix(trimmed, "- role") {
		chat, err := parse(at.file, []byte(trimmed))
		if err == nil && isChat(chat) {
			messages, err := c.chat(chat)
			return &prompt{messages: messages}, err
		}
	}
	said, err := c.template(raw)
	if err != nil {
		return nil, err
	}
	turn := suitefile.Map()
	suitefile.Set(turn, "user", suitefile.Template(said))
	return &prompt{messages: suitefile.List(turn)}, nil
}

// chat writes turns.
func (c *converter) chat(v *value) (*suitefile.Node, error) {
	out := suitefile.List()
	for _, item := range v.items {
		if err := unknownKeys(item, "role", "content"); err != nil {
			return nil, err
		}
		role := item.get("role").str()
		if role == "developer" {
			role = "system"
		}
		if !slices.Contains([]string{"user", "assistant", "system"}, role) {
			return nil, fmt.Errorf("the role %s", quote(role))
		}
		content, err := c.content(item.get("content"))
		if err != nil {
			return nil, err
		}
		turn := suitefile.Map()
		suitefile.Set(turn, role, content)
		out.Content = append(out.Content, turn)
	}
	return out, nil
}

// content writes what a turn says: text, or blocks of text.
func (c *converter) content(v *value) (*suitefile.Node, error) {
	if v.is(text) {
		said, err := c.template(v.text)
		return suitefile.Template(said), err
	}
	if !v.is(list) {
		return nil, errors.New("a content that is no text")
	}
	out := suitefile.List()
	for _, block := range v.items {
		if block.get("type").str() != "text" || unknownKeys(block, "type", "text") != nil {
			return nil, fmt.Errorf("a block of the type %s", quote(block.get("type").str()))
		}
		said, err := c.template(block.get("text").str())
		if err != nil {
			return nil, err
		}
		node := suitefile.Map()
		suitefile.Set(node, "text", suitefile.Template(said))
		out.Content = append(out.Content, node)
	}
	return out, nil
}

// writePrompts writes the messages, or an axis of the matrix of several.
func (c *converter) writePrompts(doc, matrix *suitefile.Node, prompts []*prompt) {
	if len(prompts) == 1 {
		suitefile.Set(doc, "messages", prompts[0].messages)
		return
	}
	axis := suitefile.Map()
	var names []string
	for i, p := range prompts {
		names = append(names, cmp.Or(p.label, fmt.Sprintf("prompt-%d", i+1)))
	}
	unique := labels(names)
	for i, p := range prompts {
		over := suitefile.Map()
		suitefile.Set(over, "messages", p.messages)
		suitefile.Set(axis, unique[i], over)
	}
	suitefile.Set(matrix, "prompt", axis)
}
