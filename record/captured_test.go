package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCapturedTraffic reads a record that an application's traffic made.
func TestCapturedTraffic(t *testing.T) {
	f := mustOpen(t, "testdata/captured.jsonl")
	if !f.Run.IsCaptured() || f.Run.Capture.Share != 1 {
		t.Errorf("the run line says capture %+v", f.Run.Capture)
	}
	answers := NewAnswers(f, nil)
	var got []string
	for e, err := range f.Captured() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.RequestID)
		found, err := answers.Find(Identity{ID: ID{"any", "case", ""}, Sample: e.Sample, Turn: 1, Role: RoleAnswer}, e.Key)
		if err != nil || found == nil || found.RequestID != e.RequestID {
			t.Errorf("%s is found as %+v, %v", e.RequestID, found, err)
		}
		switch e.RequestID {
		case "req_08":
			if e.Sample != 2 {
				t.Errorf("the request that was repeated is sample %d", e.Sample)
			}
		case "req_10":
			if len(e.Attempts) != 2 {
				t.Errorf("what was sent again has the attempts %+v", e.Attempts)
			}
		case "req_11":
			if diff := cmp.Diff([]string{"context-1m-2025-08-07"}, e.Betas); diff != "" {
				t.Error(diff)
			}
		}
	}
	want := []string{"req_01", "req_02", "req_03", "req_04", "req_05", "req_06", "req_07", "req_08", "req_10", "req_11", "req_12", "req_13"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEqualRequestsHaveSuccessiveAnswers takes those of cases too.
func TestEqualRequestsHaveSuccessiveAnswers(t *testing.T) {
	a, b := ID{"s", "a", ""}, ID{"s", "b", ""}
	failed := labelled("failed", answerOf(ID{}, 1, 1), "captured")
	failed.Response, failed.Error = nil, &Error{Status: 529}
	s := mustOpen(t, write(t, header, caseLine(a, 2, 2), caseLine(b, 1, 1),
		labelled("b", answerOf(b, 1, 1), "same"), labelled("a", answerOf(a, 1, 1), "same"), labelled("a two", answerOf(a, 2, 1), "same"),
		labelled("judge", voteOf(a, 0, 1), "same"), failed, labelled("captured", answerOf(ID{}, 1, 1), "captured"),
		labelled("captured two", answerOf(ID{}, 2, 1), "captured"))).Successive()
	for key, want := range map[string][]string{"same": {"b", "a", "a two"}, "captured": {"captured", "captured two"}, "other": nil} {
		var got []string
		for n := 1; ; n++ {
			e, of, err := s.Find("sha256:"+key, n)
			if err != nil || of != len(want) {
				t.Fatalf("%s %d of %d, %v", key, n, of, err)
			}
			if e == nil {
				break
			}
			got = append(got, e.RequestID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
}
