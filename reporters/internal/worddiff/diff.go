package worddiff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// Run is a part of two texts: kept in both, deleted or inserted.
type Run struct {
	Kind Kind
	Text string
}

type Kind byte

const (
	Kept     Kind = ' '
	Deleted  Kind = '-'
	Inserted Kind = '+'
)

// maxPasses bounds the work of a diff. A pass takes time in proportion to the
// texts and aligns about a hundred changes, from both ends; what is between
// them then is aligned by the next. What is left after the last is replaced.
const maxPasses = 20

// Compare aligns the words of two texts by a common subsequence of them. A word
// is a run of letters and digits or a single other character, an ideograph too,
// with the white space before it.
func Compare(old, new string) []Run {
	var r runs
	r.align(splitWords(old), splitWords(new), maxPasses)
	return r
}

// runs puts runs of one kind together.
type runs []Run

func (r *runs) add(kind Kind, words []string) {
	if len(words) == 0 {
		return
	}
	text := strings.Join(words, "")
	if n := len(*r); n > 0 && (*r)[n-1].Kind == kind {
		(*r)[n-1].Text += text
		return
	}
	*r = append(*r, Run{kind, text})
}

// align adds what became of a to make b.
func (r *runs) align(a, b []string, passes int) {
	kept := 0 // where the words of a begin that are kept
	for _, d := range lcs.DiffLines(a, b) {
		r.add(Kept, a[kept:d.Start])
		kept = d.End
		deleted, inserted := a[d.Start:d.End], b[d.ReplStart:d.ReplEnd]
		some := len(deleted) > 0 && len(inserted) > 0
		if less := len(deleted)+len(inserted) < len(a)+len(b); some && less && passes > 1 {
			r.align(deleted, inserted, passes-1)
			continue
		}
		r.add(Deleted, deleted)
		r.add(Inserted, inserted)
	}
	r.add(Kept, a[kept:])
}

// splitWords splits a text into words; joined they are the text.
func splitWords(text string) []string {
	var words []string
	start, in := 0, false // in: the word has begun and may go on
	for i, r := range text {
		space := unicode.IsSpace(r)
		letter := (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Ideographic, unicode.Hiragana, unicode.Katakana)
		if in && !letter {
			words = append(words, text[start:i])
			start, in = i, false
		}
		switch {
		case letter:
			in = true
		case !space:
			_, size := utf8.DecodeRuneInString(text[i:])
			words = append(words, text[start:i+size])
			start = i + size
		}
	}
	if start < len(text) {
		words = append(words, text[start:])
	}
	return words
}

const (
	// keptWords is how much of a long kept run is shown on either side.
	keptWords = 12
	// skippedWords is shown in place of its middle.
	skippedWords = " … "
)

// Draw writes a diff as git's --word-diff does: [-deleted-]{+inserted+}.
// Of long runs that were kept the middle is left out.
func Draw(runs []Run) string {
	var b strings.Builder
	for i, run := range runs {
		switch run.Kind {
		case Deleted:
			writeMarked(&b, "[-", run.Text, "-]")
		case Inserted:
			writeMarked(&b, "{+", run.Text, "+}")
		default:
			b.WriteString(shortenKept(run.Text, i == 0, i == len(runs)-1))
		}
	}
	return b.String()
}

// writeMarked writes text between marks, its leading white space before them.
func writeMarked(b *strings.Builder, before, text, after string) {
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	b.WriteString(text[:len(text)-len(trimmed)] + before + trimmed + after)
}

// shortenKept leaves the middle of a kept run out, and of the first and last
// run what is far from any change.
func shortenKept(text string, first, last bool) string {
	words := splitWords(text)
	head, tail := keptWords, keptWords
	if first {
		head = 0
	}
	if last {
		tail = 0
	}
	if first && last {
		head = keptWords
	}
	if len(words) <= head+tail+keptWords/2 {
		return text
	}
	return strings.Join(words[:head], "") + skippedWords + strings.TrimLeftFunc(strings.Join(words[len(words)-tail:], ""), unicode.IsSpace)
}
