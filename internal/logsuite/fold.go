package logsuite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/suitefile"
	"github.com/evalrun/evalrun/internal/wording"
)

// folding is a case over a data set in the making.
type folding struct {
	names  []string // of the variables, in order
	values map[string][]string
	known  map[[sha256.Size]byte]string // variables by their values
}

// foldedCase writes several conversations as a case over a data set.
func (w *writer) foldedCase(g *group) (*suitefile.Node, error) {
	f := &folding{values: map[string][]string{}, known: map[[sha256.Size]byte]string{}}
	// Texts that vary are written as marks, in whose places templates are put.
	w.mark = hex.EncodeToString(g.key[:]) + " "
	defer func() { w.mark = "" }()
	marked := map[string]*suitefile.Node{}
	n := 0
	s := saidIn(g.list[0], func(text string) string {
		column := make([]string, len(g.texts))
		for i, texts := range g.texts {
			column[i] = texts[n]
		}
		n++
		if isConstant(column) {
			return text
		}
		mark := fmt.Sprint(w.mark, n)
		marked[mark] = suitefile.Template(f.template(column))
		return mark
	})
	node := suitefile.Map()
	suitefile.Set(node, "name", suitefile.Template("{{ vars."+caseColumn+" }}"))
	suitefile.Set(node, "dataset", suitefile.Text(w.rows(g, f)))
	if err := w.says(node, g.list[0], s); err != nil {
		return nil, err
	}
	fill(node, marked)
	suitefile.Comment(node, fmt.Sprintf("Guessed from %s that differ in %s.", wording.Count(len(g.list), "conversation"), strings.Join(f.names, ", ")))
	w.out.Folded += len(g.list)
	w.out.Folds++
	return node, nil
}

func isConstant(column []string) bool {
	return !slices.ContainsFunc(column, func(text string) bool { return text != column[0] })
}

// fill puts templates in the place of their marks, and reports whether it did.
func fill(n *suitefile.Node, marked map[string]*suitefile.Node) bool {
	if to := marked[n.Value]; to != nil {
		*n = *to
		return true
	}
	filled := false
	for _, c := range n.Content {
		filled = fill(c, marked) || filled
	}
	if filled {
		n.Style = 0 // what may be long is not in brackets
	}
	return filled
}

// caseColumn is the column of a data set with the names of the cases.
const caseColumn = "case"

// rows writes the data set and gives the name of its file.
func (w *writer) rows(g *group, f *folding) string {
	var out []byte
	telling := f.telling(len(g.list))
	for i, c := range g.list {
		name := w.name(c, telling[i])
		w.out.Cases[name] = c
		out = append(out, `{"`+caseColumn+`": `...)
		out = append(out, exactjson.Quote(name)...)
		for _, v := range f.names {
			out = append(out, `, "`+v+`": `...)
			out = append(out, exactjson.Quote(f.values[v][i])...)
		}
		out = append(out, "}\n"...)
	}
	return w.out.Files.Add("rows.jsonl", out)
}

// telling are the values of the variable that tells rows apart in the fewest words;
// empty where none does.
func (f *folding) telling(rows int) []string {
	out, length := make([]string, rows), math.MaxInt
	for _, name := range f.names {
		seen, sum := map[string]bool{}, 0
		for _, value := range f.values[name] {
			seen[beginning(value)] = true
			sum += len(value)
		}
		if len(seen) == rows && !seen[""] && sum < length {
			out, length = f.values[name], sum
		}
	}
	return out
}

// template is a text in which what varies are variables.
func (f *folding) template(column []string) string {
	var out strings.Builder
	same := "" // what all texts have behind the last variable
	for _, chunk := range chunks(column) {
		if isConstant(chunk) {
			same += chunk[0]
			continue
		}
		start, end := common(chunk)
		values := make([]string, len(chunk))
		for i, text := range chunk {
			values[i] = text[len(start) : len(text)-len(end)]
		}
		same += start
		out.WriteString(escaped(same, true) + "{{ vars." + f.variable(values, same) + " }}")
		same = end
	}
	return out.String() + escaped(same, false)
}

// variable gives the name of the variable that has the values.
func (f *folding) variable(values []string, before string) string {
	h := sha256.New()
	for _, value := range values {
		fmt.Fprintf(h, "%d %s", len(value), value)
	}
	sum := [sha256.Size]byte(h.Sum(nil))
	name, ok := f.known[sum]
	if !ok {
		name = f.name(before)
		f.names = append(f.names, name)
		f.values[name], f.known[sum] = values, name
	}
	return name
}

// escaped is a text in a template whose braces stay text; an expression may follow.
func escaped(text string, followed bool) string {
	text = strings.ReplaceAll(text, "{{", "{{ '{{' }}")
	if rest, ok := strings.CutSuffix(text, "{"); ok && followed {
		text = rest + "{{ '{' }}"
	}
	return text
}
