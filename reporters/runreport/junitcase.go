package runreport

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/internal/safetext"
	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/reporters/internal/layout"
	"github.com/evalrun/evalrun/reporters/internal/recordtext"
)

// usageProperties is what was asked for and used.
func usageProperties(t summary.Totals) []junitProperty {
	properties := append([]junitProperty{{"requests", strconv.Itoa(t.Requests)}}, tokenProperties(t)...)
	if usd := cost(t.Cost).amount(t.Cost.USD); usd != nil {
		properties = append(properties, junitProperty{"cost_usd", exact(*usd)})
	}
	return properties
}

// rateProperties is the rate of passes with its interval.
func rateProperties(rate *summary.Rate) []junitProperty {
	if rate == nil {
		return nil
	}
	low, high := unknown, unknown
	if iv := rate.Interval; iv != nil {
		low, high = share(iv.Low), share(iv.High)
	}
	return []junitProperty{
		{"pass_rate", share(rate.Value)},
		{"pass_rate_low", low},
		{"pass_rate_high", high},
	}
}

// share writes a number from 0 to 1 with four digits.
func share(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }

// addAnswers adds a case's answers and what is known of them.
func (b *junitBuilder) addAnswers(tc *junitCase, c *summary.Case) error {
	var models, texts []string
	for e, err := range b.src.exchanges(c) {
		if err != nil {
			return err
		}
		c.AddAnswer(e)
		a := recordtext.ReadAnswer(e)
		if e.IsAnswer() && a.Model != "" && len(models) < maxJUnitAnswers {
			models = append(models, a.Model)
		}
		if len(texts) < maxJUnitAnswers {
			texts = append(texts, junitAnswer(c, e, a))
		} else if len(texts) == maxJUnitAnswers {
			texts = append(texts, "… and more answers, which the record holds")
		}
	}
	if len(texts) > 0 {
		tc.Out = &junitOutput{Text: strings.Join(texts, "\n\n") + "\n"}
	}
	if properties := caseProperties(c, models); len(properties) > 0 {
		tc.Properties = &junitProperties{List: properties}
	}
	return nil
}

// caseProperties is what is known of a case beyond its result.
func caseProperties(c *summary.Case, models []string) []junitProperty {
	if c.Outcome == record.Skip {
		return nil
	}
	samples := c.Totals.Samples
	properties := []junitProperty{
		{"passes", fmt.Sprintf("%d of %d", samples.Pass, c.Times)},
		{"need", strconv.Itoa(c.Need)},
	}
	if c.Times > 1 {
		properties = append(properties, rateProperties(samples.Rate())...)
	}
	properties = append(properties, usageProperties(c.Totals)...)
	seen := map[string]bool{}
	for _, model := range models {
		if !seen[model] {
			seen[model] = true
			properties = append(properties, junitProperty{"model", safetext.Cut(model, layout.MaxLine)})
		}
	}
	return properties
}

// junitAnswer is an answer with a line before it that says which it is.
func junitAnswer(c *summary.Case, e *record.Exchange, a recordtext.Answer) string {
	var head []string
	if c.Times > 1 {
		head = append(head, "sample "+strconv.Itoa(e.Sample))
	}
	if e.IsAnswer() {
		head = append(head, "turn "+strconv.Itoa(e.Turn))
	} else {
		head = append(head, recordtext.JudgeOf(c.Assertions, e))
	}
	if a.StopReason != "" {
		head = append(head, a.StopReason)
	}
	text := a.Whole()
	if e.Error != nil {
		text = recordtext.ErrorText(e.Error)
	}
	return safetext.Line("--- "+strings.Join(head, " · ")) + "\n" + safetext.Block(text, maxJUnitAnswerLines, maxJUnitWidth)
}
