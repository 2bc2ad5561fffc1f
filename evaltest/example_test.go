package evaltest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/evaltest"
)

func TestShop(t *testing.T) {
	evaltest.Run(t, "suites",
		evaltest.Record("testdata/answers.jsonl"),
		evaltest.Check("polite", polite),
		evaltest.Tool("find_order", findOrder),
	)
}

// polite is the check of `check: polite`.
func polite(_ context.Context, a *evaltest.Answer) (evaltest.Verdict, error) {
	if !strings.Contains(a.Text(), "lease") {
		return evaltest.Verdict{Reason: "there is no please in it"}, nil
	}
	return evaltest.Verdict{Pass: true}, nil
}

// findOrder answers the calls of `tools_from: find_order`.
func findOrder(_ context.Context, input json.RawMessage) (string, error) {
	var asked struct{ ID string }
	if err := json.Unmarshal(input, &asked); err != nil {
		return "", err
	}
	if asked.ID != "A17" {
		return "", fmt.Errorf("there is no order %s", asked.ID)
	}
	return "It arrives on Tuesday.", nil
}
