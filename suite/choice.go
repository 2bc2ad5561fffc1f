package suite

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/exprlang"
)

// Choice is which cases are asked. What is empty chooses all; a case must be
// chosen by each of the others.
type Choice struct {
	// Names are globs over case names, or over "suite › case".
	Names []string
	// Tags are tags of which a case must have one.
	Tags []string
	// Where is an expression over name, suite, tags, vars and variant.
	Where string
	// Recorded, if not nil, reports whether a case is one of an earlier run's
	// that are to be asked again.
	Recorded func(suite, name, variant string) bool
	// Shard of Shards, from 1: cases are spread by their names.
	Shard, Shards int
	// Pick is how many cases are drawn at random, of all shards; Seed makes the
	// draw.
	Pick int
	Seed uint64
}

// All reports whether every case is chosen.
func (c *Choice) All() bool {
	return len(c.Names)+len(c.Tags) == 0 && c.Where == "" && c.Recorded == nil && c.Shards < 2 && c.Pick == 0
}

// chooser applies a Choice to one load.
type chooser struct {
	Choice
	compiled map[*Shape]*exprlang.Program
	picked   map[string]bool // by identity; nil before the draw
	seen     seenCases
}

func newChooser(c Choice) *chooser {
	return &chooser{Choice: c, compiled: map[*Shape]*exprlang.Program{}, seen: seenCases{tags: map[string]bool{}}}
}

// check reports what can be seen to be wrong without a case.
func (c *chooser) check(diags *diagnostic.List) {
	for _, g := range c.Names {
		if !doublestar.ValidatePattern(g) {
			diags.Add(diagnostic.Diagnostic{Message: "--case " + diagnostic.Quote(g) + " is not a valid glob"})
		}
	}
}

// identity names a case in all variants.
func (c *Case) identity() string { return c.Suite.Name + "\x00" + c.Name }

// chosen reports whether the case is asked: it is selected, and in the shard.
func (c *chooser) chosen(k *Case) (bool, error) {
	if !c.inShard(k) {
		return false, nil
	}
	return c.selected(k)
}

// selected reports whether one of the shards asks the case. An error is that of
// Where.
func (c *chooser) selected(k *Case) (bool, error) {
	switch {
	case c.picked != nil && !c.picked[k.identity()]:
		return false, nil
	case !c.named(k), !c.tagged(k):
		return false, nil
	case c.Recorded != nil && !c.Recorded(k.Suite.Name, k.Name, k.Variant):
		return false, nil
	}
	return c.holds(k)
}

func (c *chooser) named(k *Case) bool {
	return len(c.Names) == 0 || slices.ContainsFunc(c.Names, func(glob string) bool {
		return matchesName(glob, k.Name) || glob == k.Name || matchesName(glob, k.Suite.Name+" › "+k.Name)
	})
}

// matchesName matches a name, in which a slash is a character like any other.
func matchesName(glob, name string) bool {
	const noSlash = "\x1f"
	return doublestar.MatchUnvalidated(strings.ReplaceAll(glob, "/", noSlash), strings.ReplaceAll(name, "/", noSlash))
}

func (c *chooser) tagged(k *Case) bool {
	return len(c.Tags) == 0 || slices.ContainsFunc(c.Tags, func(tag string) bool { return slices.Contains(k.Tags, tag) })
}

func (c *chooser) inShard(k *Case) bool {
	if c.Shards < 2 {
		return true
	}
	h := fnv.New64a()
	h.Write([]byte(k.identity()))
	return h.Sum64()%uint64(c.Shards) == uint64(c.Shard-1)
}

// holds evaluates Where for the case.
func (c *chooser) holds(k *Case) (bool, error) {
	if c.Where == "" {
		return true, nil
	}
	p, err := c.compile(k)
	if err != nil {
		return false, err
	}
	v, err := p.Run(map[string]any{
		"name": k.Name, "suite": k.Suite.Name, "tags": anyList(k.Tags), "vars": k.Vars, "variant": axesNative(k.Axes),
	})
	if err != nil {
		return false, c.problem(err)
	}
	return v == true, nil
}

func (c *chooser) compile(k *Case) (*exprlang.Program, error) {
	if p := c.compiled[k.Shape]; p != nil {
		return p, nil
	}
	env := exprlang.NewEnv()
	env.Var("name", exprlang.TypeOf(""))
	env.Var("suite", exprlang.TypeOf(""))
	env.Var("tags", exprlang.List(exprlang.TypeOf("")))
	env.Var("vars", exprlang.TypeOf(k.Vars))
	env.Var("variant", exprlang.TypeOf(axesNative(k.Axes)))
	p, err := exprlang.Compile(c.Where, env)
	if err != nil {
		return nil, c.problem(err)
	}
	if !p.IsBool() {
		return nil, c.problem(errors.New("it is neither true nor false"))
	}
	c.compiled[k.Shape] = p
	return p, nil
}

func (c *chooser) problem(err error) error {
	d := diagnostic.Diagnostic{Message: fmt.Sprintf("--where %s: %v", diagnostic.Quote(c.Where), err)}
	var e *exprlang.Error
	if errors.As(err, &e) {
		d.Hint = e.Hint
	}
	return diagnostic.List{d}
}

func anyList(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

func axesNative(axes map[string]string) map[string]any {
	out := make(map[string]any, len(axes))
	for name, label := range axes {
		out[name] = label
	}
	return out
}

// draw is a sample of fixed size over cases whose number is not known:
// algorithm R of J. S. Vitter, "Random Sampling with a Reservoir", 1985.
type draw struct {
	size   int
	random *rand.Rand
	seen   int
	kept   []string
	last   string
}

func newDraw(size int, seed uint64) *draw {
	return &draw{size: size, random: rand.New(rand.NewPCG(seed, 0))}
}

// add offers a case; its variants come one after the other and count once.
func (d *draw) add(identity string) {
	if identity == d.last {
		return
	}
	d.last = identity
	d.seen++
	if len(d.kept) < d.size {
		d.kept = append(d.kept, identity)
		return
	}
	if i := d.random.IntN(d.seen); i < d.size {
		d.kept[i] = identity
	}
}

// set gives the cases that were drawn.
func (d *draw) set() map[string]bool {
	out := make(map[string]bool, len(d.kept))
	for _, k := range d.kept {
		out[k] = true
	}
	return out
}
