package worddiff

import (
	"strings"
	"unicode"
	"unicode/utf8"
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

// maxCells bounds the work and the memory of a word diff: two texts that
// differ in 2,000 words each. Of larger ones all that differs is replaced.
const maxCells = 4_000_000

// Compare aligns the words of two texts by their longest common subsequence.
// A word is a run of letters and digits or a single other character, an
// ideograph too, with the white space before it.
func Compare(old, new string) []Run {
	a, b := splitWords(old), splitWords(new)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var runs runs
	runs.add(Kept, a[:head]...)
	runs.align(a[head:len(a)-tail], b[head:len(b)-tail])
	runs.add(Kept, a[len(a)-tail:]...)
	return runs
}

// runs puts runs of one kind together.
type runs []Run

func (r *runs) add(kind Kind, words ...string) {
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
func (r *runs) align(a, b []string) {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxCells {
		r.add(Deleted, a...)
		r.add(Inserted, b...)
		return
	}
	common := commonLengths(a, b)
	i, j := 0, 0
	deleted, inserted := 0, 0 // since the last word that is kept
	flush := func() {
		r.add(Deleted, a[i-deleted:i]...)
		r.add(Inserted, b[j-inserted:j]...)
		deleted, inserted = 0, 0
	}
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			flush()
			r.add(Kept, a[i])
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			i, deleted = i+1, deleted+1
		default:
			j, inserted = j+1, inserted+1
		}
	}
	deleted, inserted = deleted+len(a)-i, inserted+len(b)-j
	i, j = len(a), len(b)
	flush()
}

// commonLengths holds at [i][j] the length of the longest common subsequence
// of a[i:] and b[j:].
func commonLengths(a, b []string) [][]uint16 {
	cells := make([]uint16, (len(a)+1)*(len(b)+1))
	rows := make([][]uint16, len(a)+1)
	for i := range rows {
		rows[i] = cells[i*(len(b)+1) : (i+1)*(len(b)+1)]
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				rows[i][j] = rows[i+1][j+1] + 1
			} else {
				rows[i][j] = max(rows[i+1][j], rows[i][j+1])
			}
		}
	}
	return rows
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
	// skippedWords stands for the middle of it.
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
