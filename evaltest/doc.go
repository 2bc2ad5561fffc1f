// Package evaltest runs evalrun's suites as subtests of go test.
//
//	func TestPrompts(t *testing.T) {
//		evaltest.Run(t, "suites", evaltest.Record("testdata/answers.jsonl"))
//	}
//
// Each case and variant is a subtest, below one for its suite, so that
//
//	go test -run TestPrompts/greeting/returns
//
// asks only that case. With -short nothing is sent: the record answers.
//
// Requests go to the API that ANTHROPIC_BASE_URL names, with the key of
// ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, as those of the command evalrun do.
package evaltest
