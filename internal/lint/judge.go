package lint

import (
	"slices"

	"github.com/evalrun/evalrun/internal/models"
	"github.com/evalrun/evalrun/suite"
)

// judged is a judge and the model whose answers it judges.
type judged struct {
	judge *suite.Judge
	model string
}

// judges looks at the judges of a case's rubrics, once at each that cases
// share.
func (l *Linter) judges(c *suite.Case) {
	for _, a := range c.Assertions {
		if a.Rubric == nil || a.Rubric.Judge == nil {
			continue
		}
		key := judged{a.Rubric.Judge, c.Request.Model}
		if l.judged[key] {
			continue
		}
		if len(l.judged) < maxFindings {
			l.judged[key] = true
		}
		l.judge(c, a.Rubric)
	}
}

// judge looks at the judge of one rubric: whether it is the model that is
// asked, and what it is known to refuse. A judge's request has no messages
// yet.
func (l *Linter) judge(c *suite.Case, r *suite.Rubric) {
	judge := r.Judge
	if models.Family(judge.Model) == models.Family(c.Request.Model) {
		message := judge.Model + " judges its own answers"
		hint := "models tend to like their own; take another judge, or hold it against people with `evalrun judge`"
		l.found.add(selfJudged, at(judgePosition(r), c, message, hint), nil)
	}
	a := l.factsOf(c, judge.Written, judge.Model, judge.Version)
	found := a.refusals()
	if judge.Tool && a.model != nil && refuses(a.model.ForcedToolChoice) {
		found = append(found, refusal{
			rule: refusedToolChoice, at: judgePosition(r),
			message: judge.Model + " cannot be forced to use a tool, as the judge's mode tool does",
		})
	}
	if !judge.Tool && a.info != nil && refuses(a.info.Formats) {
		found = append(found, refusal{
			rule: refusedFormat, at: judgePosition(r),
			message: judge.Model + " has no structured output, by which the judge gives its verdict", hint: "`mode: tool` has it use a tool",
		})
	}
	if !judge.Tool && a.lacks("structured_outputs") {
		r := a.lacking("structured_outputs", judgePosition(r), "it gives its verdict by structured output")
		r.hint = "`mode: tool` has it use a tool"
		found = append(found, r)
	}
	found = slices.Concat(found, a.retiring(), a.misspelt(l.facts), a.endsOfOthers(), l.values(a))
	for _, f := range found {
		l.found.add(f.rule, at(f.at, c, "the judge: "+f.message, f.hint), nil)
	}
}

// judgePosition is where the judge's model is written or, where a template
// gives it, the rubric.
func judgePosition(r *suite.Rubric) place {
	if m, ok := r.Judge.Written.Member("model"); ok {
		return m
	}
	return r
}
