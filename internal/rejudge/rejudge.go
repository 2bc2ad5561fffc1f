package rejudge

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/evalrun/evalrun/assert"
	"github.com/evalrun/evalrun/internal/decimals"
	"github.com/evalrun/evalrun/internal/exactjson"
	"github.com/evalrun/evalrun/internal/exprlang"
	"github.com/evalrun/evalrun/internal/messages/payload"
	"github.com/evalrun/evalrun/internal/messages/replay"
	"github.com/evalrun/evalrun/record"
)

// Judge judges recorded samples. It keeps what it compiled, for the records that
// it was first given, and belongs to one goroutine.
type Judge struct{ compiler *assert.Compiler }

// New makes a Judge.
func New() *Judge { return &Judge{assert.NewCompiler()} }

// Samples judges the samples of a case by the assertions of a case in another
// record. A sample without an answer stays as it is. The error says why the case
// cannot be judged.
func (j *Judge) Samples(file *record.File, of *record.CaseResult, by *record.File, as *record.Case) ([]record.Sample, error) {
	c, err := j.compile(&of.Case, by, as)
	if err != nil {
		return nil, err
	}
	samples := slices.Clone(of.Samples)
	for i := range samples {
		s := &samples[i]
		if s.Outcome == record.Skip || s.Ended != "" || s.Outcome == record.Errored && !c.expectsError() {
			continue
		}
		subject, err := subjectOf(file, of.Case.ID(), s, c)
		if err != nil {
			return nil, err
		}
		switch e := subject.Exchange.Error; {
		case !assert.Assertable(e, c.expressions) || e != nil && e.OfAccount():
			s.Outcome, s.Score, s.Error = record.Errored, nil, &record.Error{Status: e.Status, Type: e.Type, Message: e.Message}
		case e != nil || s.Outcome != record.Errored: // else it is another error than that of the answer
			s.Error = nil
			c.judge(s, subject)
		}
	}
	return samples, nil
}

// compiled are assertions of a case.
type compiled struct {
	*record.Case
	vars        map[string]any
	expressions []*assert.Assertion // nil for a rubric and a check
	conditions  []*assert.Assertion // nil where there is none
	rubrics     map[int]int         // the index of a rubric or check in the case that was recorded
}

// expectsError reports whether an error of the API may be what the case is about.
func (c *compiled) expectsError() bool {
	return slices.ContainsFunc(c.expressions, func(a *assert.Assertion) bool { return a != nil && a.ExpectsError() })
}

func (j *Judge) compile(old *record.Case, by *record.File, as *record.Case) (*compiled, error) {
	c := &compiled{Case: as, vars: map[string]any{}, rubrics: map[int]int{}}
	if err := c.readVars(); err != nil {
		return nil, err
	}
	scope := &assert.Scope{
		Vars: c.vars, Axes: slices.Collect(maps.Keys(as.Axes)), Dir: path.Dir(as.Path),
		ReadFile: func(name string) ([]byte, error) { return readFile(by, as, name) },
	}
	taken := map[int]bool{}
	for i := range as.Assertions {
		a := &as.Assertions[i]
		var expr, when *assert.Assertion
		var err error
		switch {
		case a.Turn > 0:
			return nil, errors.New("assertions of single turns are not judged anew")
		case a.Rubric != "" || a.Check != "":
			if c.rubrics[i], err = sameRubric(old, as, a, taken); err != nil {
				return nil, err
			}
			taken[c.rubrics[i]] = true
		default:
			if expr, err = j.compiler.Compile(a.Expr, scope); err != nil {
				return nil, fmt.Errorf("%s: %w", a.At, err)
			}
		}
		if a.When != "" {
			if when, err = j.compiler.Compile(a.When, scope); err != nil {
				return nil, fmt.Errorf("%s: when: %w", a.At, err)
			}
		}
		c.expressions, c.conditions = append(c.expressions, expr), append(c.conditions, when)
	}
	if slices.ContainsFunc(old.Assertions, func(a record.Assertion) bool { return a.Turn > 0 }) {
		return nil, errors.New("assertions of single turns are not judged anew")
	}
	return c, nil
}

// sameRubric finds what the judge, or the check, was asked about the recorded
// answers.
func sameRubric(old, as *record.Case, a *record.Assertion, taken map[int]bool) (int, error) {
	for i := range old.Assertions {
		b := &old.Assertions[i]
		if !taken[i] && old.Rubrics == as.Rubrics && b.Rubric == a.Rubric && b.Check == a.Check && b.Over == a.Over && b.When == a.When {
			return i, nil
		}
	}
	if a.Check != "" {
		return 0, errors.New("its check would have to be run again")
	}
	return 0, errors.New("its judge would have to be asked again")
}

// readVars reads the variables that the record has. One that was too large for
// it is missing where assertions may read it.
func (c *compiled) readVars() error {
	if len(c.Vars) == 0 {
		return nil
	}
	return record.Members(c.Vars, func(name, value []byte) error {
		var large struct {
			SHA256 string `json:"sha256"`
			Bytes  int    `json:"bytes"`
		}
		if exactjson.Unmarshal(value, &large) == nil && large.SHA256 != "" && large.Bytes > 0 {
			return fmt.Errorf("the record lacks the variable %s, which is too large for it", name)
		}
		v, err := exprlang.DecodeJSON(string(value))
		c.vars[string(name)] = v
		return err
	})
}

// readFile reads a file that assertions need from a record.
func readFile(by *record.File, as *record.Case, name string) ([]byte, error) {
	for _, f := range as.Files {
		if f.Path != path.Join(path.Dir(as.Path), name) {
			continue
		}
		blob, err := by.Blob(f.SHA256)
		if err != nil {
			return nil, err
		}
		if blob != nil && blob.Text != "" {
			return []byte(blob.Text), nil
		}
	}
	return nil, fmt.Errorf("the record lacks the file %s", name)
}

// subjectOf is a recorded sample as assertions see it.
func subjectOf(file *record.File, id record.ID, s *record.Sample, c *compiled) (*assert.Subject, error) {
	var turns []assert.Turn
	for e, err := range file.Exchanges(id, s.Sample) {
		if err != nil {
			return nil, err
		}
		if !e.IsAnswer() {
			continue
		}
		x, err := replay.Recorded(e)
		if err != nil {
			return nil, fmt.Errorf("sample %d: %w", s.Sample, err)
		}
		turn := assert.Turn{Exchange: x, Request: payload.New(slices.Clone(e.Request)), Cost: e.CostUSD}
		if e.CostUSD == nil {
			turn.CostError = errors.New("the record has none")
		}
		turns = append(turns, turn)
	}
	if len(turns) == 0 {
		return nil, fmt.Errorf("the record has no answer of sample %d", s.Sample)
	}
	last := turns[len(turns)-1]
	return &assert.Subject{
		Exchange: last.Exchange, Turns: turns, Request: last.Request, Prefill: prefill(last.Request.Text()),
		Vars: c.vars, Case: c.Case.Case, Variant: c.Axes, Sample: s.Sample, Cost: last.Cost, CostError: last.CostError,
	}, nil
}

// prefill is the text of the assistant's turn with which a request ends.
func prefill(request []byte) string {
	var body struct {
		Messages []struct {
			Role    string          `json:"role"`
			Content json.RawMessage `json:"content"`
		} `json:"messages"`
	}
	if exactjson.Unmarshal(request, &body) != nil || len(body.Messages) == 0 {
		return ""
	}
	last := body.Messages[len(body.Messages)-1]
	text := ""
	if last.Role != "assistant" || exactjson.Unmarshal(last.Content, &text) == nil {
		return text
	}
	var blocks []struct {
		Text string `json:"text"`
	}
	_ = exactjson.Unmarshal(last.Content, &blocks)
	for _, b := range blocks {
		text += b.Text
	}
	return text
}

// judge gives the sample the outcome of the assertions.
func (c *compiled) judge(s *record.Sample, subject *assert.Subject) {
	recorded := map[int]record.Check{}
	for _, check := range s.Assertions {
		recorded[check.I] = check
	}
	s.Assertions = make([]record.Check, len(c.Assertions))
	for i := range c.Assertions {
		s.Assertions[i] = c.check(i, subject, recorded)
	}
	c.score(s)
}

func (c *compiled) check(i int, subject *assert.Subject, recorded map[int]record.Check) record.Check {
	check := record.Check{I: i, Outcome: record.Pass}
	if c.expressions[i] == nil {
		check = recorded[c.rubrics[i]]
		check.I = i
		return check
	}
	if when := c.conditions[i]; when != nil {
		holds, err := when.Holds(subject)
		switch {
		case err != nil:
			check.Outcome, check.Why = record.Fail, "when: "+err.Error()
			return check
		case !holds:
			check.Outcome = record.Skip
			return check
		}
	}
	result := c.expressions[i].Check(subject)
	if result.Outcome == assert.Pass {
		return check
	}
	check.Outcome, check.Why = record.Fail, result.Why
	if trace, err := json.Marshal(result.Trace); err == nil && len(result.Trace) > 0 {
		check.Trace = trace
	}
	return check
}

// score decides a sample as a run does.
func (c *compiled) score(s *record.Sample) {
	var asked, passed decimals.Sum
	weighed, failed := false, false
	for i, check := range s.Assertions {
		a := &c.Assertions[i]
		if a.Level == record.LevelWarn || check.Outcome == record.Skip {
			continue
		}
		weighed = weighed || a.Weight > 0
		asked.Add(a.Weight)
		if check.Outcome == record.Pass {
			passed.Add(a.Weight)
		} else {
			failed = true
		}
	}
	s.Outcome, s.Score = record.Pass, nil
	if !weighed {
		return
	}
	score := passed.Ratio(&asked)
	s.Score = &score
	if c.MinScore != nil {
		failed = score < *c.MinScore
	}
	if failed {
		s.Outcome = record.Fail
	}
}
