package summary

import (
	"fmt"
	"maps"

	"github.com/evalrun/evalrun/internal/exprlang"
)

// classType are the numbers of one class.
var classType = exprlang.Map{
	"precision": exprlang.Float, "precision_low": exprlang.Float, "precision_high": exprlang.Float,
	"recall": exprlang.Float, "recall_low": exprlang.Float, "recall_high": exprlang.Float,
	"f1": exprlang.Float, "f1_low": exprlang.Float, "f1_high": exprlang.Float,
}

// typeOf is the type of a metric's numbers.
func (scope *GateScope) typeOf(metric string) exprlang.Map {
	classes, is := scope.Classes[metric]
	if !is {
		return metricType
	}
	t := maps.Clone(metricType)
	for _, name := range []string{"accuracy", "macro_f1", "macro_f1_low", "macro_f1_high"} {
		t[name] = exprlang.Float
	}
	if classes == nil {
		t["classes"] = exprlang.MapOf(classType)
		return t
	}
	named := exprlang.Map{}
	for _, class := range classes {
		named[class] = classType
	}
	t["classes"] = named
	return t
}

// putClasses adds the numbers of a classification to those of its metric. why is
// what makes the numbers of the metric errors, "" for nothing.
func putClasses(values map[string]any, m *Metric, why string, r rounding) {
	c := m.Classification
	if c == nil {
		c = &Classification{}
	}
	values["accuracy"] = known(m.Mean, why == "", r, why)
	putEstimate(values, "macro_f1", c.MacroF1, why, "no case has an answer by "+m.Name, r)
	classes := map[string]any{}
	for i := range c.Classes {
		class := &c.Classes[i]
		of := map[string]any{}
		putEstimate(of, "precision", class.Precision, why, fmt.Sprintf("there is no precision: no answer is of the class %q", class.Name), r)
		putEstimate(of, "recall", class.Recall, why, fmt.Sprintf("there is no recall: no case with an answer expects the class %q", class.Name), r)
		putEstimate(of, "f1", class.F1, why, fmt.Sprintf("there is no f1: no case expects the class %q, and no answer is of it", class.Name), r)
		classes[class.Name] = of
	}
	values["classes"] = classes
}

// putEstimate puts an estimate and the ends of its interval.
func putEstimate(values map[string]any, name string, e *Estimate, why, none string, r rounding) {
	if e == nil {
		e = &Estimate{}
		if why == "" {
			why = none
		}
	}
	values[name] = known(e.Value, why == "", r, why)
	iv := e.Interval
	if iv == nil {
		iv = &Interval{}
		if why == "" {
			why = fmt.Sprintf("the interval of %s is not known: it takes two cases", name)
		}
	}
	values[name+"_low"] = known(iv.Low, why == "", r, why)
	values[name+"_high"] = known(iv.High, why == "", r, why)
}
