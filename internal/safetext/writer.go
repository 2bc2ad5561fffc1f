package safetext

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Writer writes text that is safe to look at, whoever made it: keys are
// redacted, and what would act is written as an escape, as Text does. It is the
// last that text passes on its way out; what passes text to it need not be
// trusted. A line is written when it is whole. It may be used by many
// goroutines at once.
type Writer struct {
	mu       sync.Mutex
	w        io.Writer
	secrets  Redactor
	colours  bool
	workflow bool   // commands to the CI system are let through
	held     []byte // the line that is not whole yet, or what is left of it
	begun    bool   // something of that line is written already
	err      error  // the first of w; it ends the output
}

// NewWriter makes a Writer that redacts the secrets. With colours it lets the
// few escapes through that evalrun's tables are coloured with.
func NewWriter(w io.Writer, secrets Redactor, colours bool) *Writer {
	return &Writer{w: w, secrets: secrets, colours: colours}
}

const (
	// maxHeld bounds what is held of a line, in bytes.
	maxHeld = 1 << 20
	// heldBack is what is held back of a longer one: more than a key or the
	// beginning of a command.
	heldBack = 64 << 10
)

// Write takes text. Its error is that of the writer behind it, which a flush
// or an earlier line may have met.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if end := bytes.LastIndexByte(p, '\n') + 1; end > 0 {
		w.held = append(w.held, p[:end]...)
		w.pass(len(w.held))
		p = p[end:]
		w.held = append(w.held, p...)
		return end + len(p), w.err
	}
	w.held = append(w.held, p...)
	if len(w.held) > maxHeld {
		w.pass(w.boundary(len(w.held) - heldBack))
	}
	return len(p), w.err
}

// Flush writes what is held of a line. The error is the first one of the writer
// behind it.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pass(len(w.held))
	return w.err
}

// Control writes what is evalrun's own and acts on purpose, such as the
// movements of a cursor.
func (w *Writer) Control(sequence string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pass(len(w.held))
	w.put([]byte(sequence))
}

// Workflow lets the commands through that annotate a workflow of GitHub, and
// that what is written meanwhile begins a line with. Who writes them escapes
// what they hold.
func (w *Writer) Workflow(write func(io.Writer) error) error {
	w.setWorkflow(true)
	err := write(w)
	w.setWorkflow(false)
	return err
}

func (w *Writer) setWorkflow(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pass(len(w.held))
	w.workflow = on
}

// boundary moves a place to cut a line at back to where it cuts nothing that
// is recognized only as a whole.
func (w *Writer) boundary(cut int) int {
	cut = w.secrets.beforeKey(w.held, cut)
	const longestCommand = 64
	for least := cut - longestCommand; cut > max(least, 0) && isCommandByte(w.held[cut-1]); {
		cut--
	}
	for cut > 0 && !utf8.RuneStart(w.held[cut]) {
		cut--
	}
	return cut
}

func isCommandByte(c byte) bool { return c == '#' || isASCIILetter(rune(c)) }

// pass writes the first n bytes that are held.
func (w *Writer) pass(n int) {
	if n == 0 {
		return
	}
	text := w.held[:n]
	w.put(w.safe(w.secrets.Keys(text)))
	last := bytes.LastIndexByte(text, '\n')
	w.begun = (w.begun && last < 0) || len(bytes.TrimSpace(text[last+1:])) > 0
	w.held = w.held[:copy(w.held, w.held[n:])]
	if len(w.held) == 0 && cap(w.held) > 2*maxHeld {
		w.held = nil
	}
}

func (w *Writer) put(text []byte) {
	if w.err == nil && len(text) > 0 {
		_, w.err = w.w.Write(text)
	}
}

// safe writes out what would act in whole lines, or in the next part of one.
func (w *Writer) safe(text []byte) []byte {
	s := string(text)
	switch {
	case isPlain(s):
		return text
	case w.workflow:
		return []byte(annotated(s, w.begun))
	case w.colours:
		return []byte(coloured(s, w.begun))
	}
	return []byte(rest(s, w.begun))
}

// lineEnding is that of CSV. Elsewhere a carriage return moves the cursor.
const lineEnding = "\r\n"

// rest is Text of a text whose first line may have begun before it. Line
// endings stay.
func rest(s string, begun bool) string {
	if strings.Contains(s, lineEnding) {
		var b strings.Builder
		for line := range strings.Lines(s) {
			text, ended := strings.CutSuffix(line, lineEnding)
			b.WriteString(rest(text, begun))
			if ended {
				b.WriteString(lineEnding)
			}
			begun = false
		}
		return b.String()
	}
	if !begun {
		return Text(s)
	}
	return Text("x" + s)[1:]
}

// colours are the escapes (ECMA-48) that evalrun colours its tables with.
var colours = regexp.MustCompile("\x1b\\[(?:0|1|2|31|32|33)m")

// coloured is rest that leaves colours in.
func coloured(s string, begun bool) string {
	var b strings.Builder
	from := 0
	for _, at := range append(colours.FindAllStringIndex(s, -1), []int{len(s), len(s)}) {
		part := s[from:at[0]]
		b.WriteString(rest(part, begun))
		b.WriteString(s[at[0]:at[1]])
		if part != "" {
			begun = !strings.HasSuffix(part, "\n")
		}
		from = at[1]
	}
	return b.String()
}

// annotation is what begins a line of evalrun's own that a workflow of GitHub
// acts on.
var annotation = regexp.MustCompile(`^::(?:error|warning|notice|group|endgroup)(?: [^:\n]*)?::`)

// annotated is rest that leaves annotations in.
func annotated(s string, begun bool) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(rest(line, begun || annotation.MatchString(line)))
		begun = false
	}
	return b.String()
}
