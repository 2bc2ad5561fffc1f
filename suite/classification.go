package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evalrun/evalrun/internal/diagnostic"
)

// Classification is what a metric has whose expression gives the class of an
// answer. Its number is 1 where that is the expected class, and else 0.
type Classification struct {
	// Expected gives the class that a case expects.
	Expected Expression
	// Classes are all that there are; nil: those that the suite's cases expect.
	Classes []string
}

// MaxClasses is how many classes a classification may have.
const MaxClasses = 100

// maxClassName is how long the name of a class may be, in bytes.
const maxClassName = 200

// classificationKeys are the keys of a metric that is a classification.
var classificationKeys = []string{"expected", "predicted", "classes"}

// isClassification reports whether a metric that is a map has a key of a
// classification, or one near it.
func isClassification(v *Value) bool {
	return slices.ContainsFunc(v.Members, func(m Member) bool {
		return slices.Contains(classificationKeys, m.Key) || slices.Contains(classificationKeys, diagnostic.Nearest(m.Key, metricKeys))
	})
}

// readClassification reads a metric that is a classification. ok is false where
// it cannot be compiled, which is reported.
func readClassification(m Member, diags *diagnostic.List) (out Metric, ok bool) {
	c := &Classification{}
	out = Metric{Name: m.Key, Better: "higher", Classification: c, Expr: Expression{Text: "text", value: m.Value}}
	ok, meant := true, false
	for _, k := range m.Value.Members {
		read := true
		switch k.Key {
		case "expected":
			c.Expected, read = readExpr(k.Key, k.Value, diags)
		case "predicted":
			out.Expr, read = readExpr(k.Key, k.Value, diags)
		case "classes":
			c.Classes = readClasses(k.Value, diags)
		case "expr", "better":
			diags.Add(k.Diagnostic(diagnostic.Quote(k.Key)+" is not a key of a classification",
				"a classification has `expected`, `predicted` and `classes`; its accuracy is better higher"))
		default:
			near := diagnostic.Nearest(k.Key, classificationKeys)
			meant = meant || near == "expected"
			diags.Add(k.Misspelt("unknown key "+diagnostic.Quote(k.Key)+" in a classification"+diagnostic.MeantOrExpected(k.Key, classificationKeys), "", near))
		}
		ok = ok && read
	}
	if m.Value.Get("expected") == nil {
		if ok = false; !meant {
			diags.Add(m.Value.Diagnostic("the classification "+diagnostic.Quote(m.Key)+" has no `expected`", "the class that a case expects, such as `expected: vars.label`"))
		}
	}
	return out, ok
}

// readClasses reads the names of classes, without the white space around them.
func readClasses(v *Value, diags *diagnostic.List) []string {
	if v.Kind == Null {
		return nil
	}
	if v.Kind != List || len(v.Items) < 2 || len(v.Items) > MaxClasses {
		found := v.Describe()
		if v.Kind == List {
			found = fmt.Sprintf("a list of %d", len(v.Items))
		}
		diags.Add(v.Diagnostic("classes is "+found+fmt.Sprintf(", expected a list of 2 to %d classes", MaxClasses), ""))
		return nil
	}
	var out []string
	for _, item := range v.Items {
		name := strings.TrimSpace(item.Text)
		switch {
		case item.Kind != String && item.Kind != Number && item.Kind != Bool, name == "", len(name) > maxClassName:
			diags.Add(item.Diagnostic(fmt.Sprintf("a class is %s, expected text of at most %d bytes", item.Describe(), maxClassName), ""))
		case slices.Contains(out, name):
			diags.Add(item.Diagnostic("the class "+diagnostic.Quote(name)+" is named twice", ""))
		default:
			out = append(out, name)
		}
	}
	return out
}

// ClassificationNames are the names of the metrics of the suite's cases, chosen
// or not, that are classifications, in no order.
func (s *Suite) ClassificationNames() []string {
	var out []string
	for _, d := range s.definitions {
		for _, m := range d.metrics {
			if m.Classification != nil && !slices.Contains(out, m.Name) {
				out = append(out, m.Name)
			}
		}
	}
	return out
}
