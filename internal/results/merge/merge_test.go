package merge

import (
	"slices"
	"strings"
	"testing"

	"github.com/evalrun/evalrun/record"
	"github.com/evalrun/evalrun/record/recordtest"
)

// part is the record of shard i of n whose run line was changed.
func part(t *testing.T, i, n int, change func(*record.Run), ends ...record.Line) Part {
	run := record.Run{
		BaseURL: "https://api.example", Suites: []record.Suite{{Name: "ants", SHA256: "00"}},
		Scope: record.Scope{Plan: &record.Plan{Digest: "sha256:00", Cases: 3, Shard: []int{i, n}}},
	}
	if change != nil {
		change(&run)
	}
	return Part{"part.jsonl", recordtest.Open(t, append([]record.Line{run}, ends...)...)}
}

func TestCheck(t *testing.T) {
	whole := record.Summary{Complete: true}
	stopped := record.Verdict{Exit: 3, Reasons: []record.Reason{{Kind: "stopped", Exit: 3, Text: "the disk is full"}}}
	first := part(t, 1, 2, nil, whole)
	for name, tt := range map[string]struct {
		parts           []Part
		problems, lacks []string
	}{
		"whole":       {[]Part{part(t, 2, 2, nil, whole), first}, nil, nil},
		"one missing": {[]Part{first}, nil, []string{"shard 2 of 2 is missing"}},
		"many missing": {[]Part{part(t, 5, 90_000, nil, whole)}, nil,
			[]string{"shards 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 89989 more of 90000 are missing"}},
		"cut short":      {[]Part{first, part(t, 2, 2, nil)}, nil, []string{"part.jsonl (shard 2 of 2) was cut short"}},
		"not complete":   {[]Part{first, part(t, 2, 2, nil, record.Summary{})}, nil, []string{"was cut short"}},
		"stopped":        {[]Part{first, part(t, 2, 2, nil, whole, stopped)}, nil, []string{"was cut short"}},
		"twice":          {[]Part{first, part(t, 1, 2, nil, whole)}, []string{"are both shard 1 of 2"}, []string{"shard 2 of 2 is missing"}},
		"another number": {[]Part{first, part(t, 2, 3, nil, whole)}, []string{"one of 2 parts and part.jsonl one of 3"}, nil},
		"another plan": {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.Plan.Digest = "sha256:01" }, whole)},
			[]string{"are of different plans"}, nil},
		"assertions changed": {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.Suites[0].SHA256 = "01" }, whole)}, []string{"differ in the suites' files"}, nil},
		"other gates":        {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.Suites[0].Gates = []string{"true"} }, whole)}, []string{"differ in the suites' files"}, nil},
		"other flags": {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.Allow, r.MaxErrors = []string{"all"}, "3" }, whole)},
			[]string{"differ in --allow", "differ in --max-errors"}, nil},
		"other server": {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.BaseURL = "https://b.example" }, whole)}, []string{"differ in the server"}, nil},
		"stops early":  {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.Stop = &record.Stop{Reason: record.StopCaseDecided} }, whole)}, []string{"--stop-early"}, nil},
		"no plan":      {[]Part{first, part(t, 2, 2, func(r *record.Run) { r.Plan = nil }, whole)}, []string{"does not say which plan"}, nil},
		"no shard":     {[]Part{part(t, 1, 2, func(r *record.Run) { r.Plan.Shard = nil }, whole)}, []string{"the record of a whole run"}, nil},
		"merged":       {[]Part{part(t, 1, 2, func(r *record.Run) { r.Plan.Merged = [][]int{{1, 2}} }, whole)}, []string{"is a merged record"}, nil},
		"nonsense": {[]Part{part(t, 3, 2, nil, whole), part(t, 0, 2, nil, whole), part(t, 1, 1<<40, nil, whole), part(t, -1, -1, nil, whole)},
			[]string{"shard 3 of 2, which cannot be", "shard 0 of 2", "shard 1 of 1099511627776", "shard -1 of -1"}, nil},
	} {
		problems, lacks := Check(tt.parts)
		for _, of := range []struct {
			what string
			got  []Problem
			want []string
		}{{"problems", problems, tt.problems}, {"lacks", lacks, tt.lacks}} {
			if !slices.EqualFunc(of.got, of.want, func(p Problem, want string) bool { return strings.Contains(p.Message, want) }) {
				t.Errorf("%s: %s: %q, want %q", name, of.what, of.got, of.want)
			}
		}
	}
}

// A part that says more than its cases do keeps saying it.
func TestReasonsOfPartsAreKept(t *testing.T) {
	p := part(t, 1, 2, nil, record.Summary{Complete: true}, record.Verdict{Exit: 1, Reasons: []record.Reason{{Kind: "regressions", Exit: 1, Text: "REGRESSED"}}})
	got := Reasons([]Part{p}, []Problem{{Message: "shard 2 of 2 is missing"}})
	if len(got) != 2 || got[0].Exit != 3 || got[1].Exit != 1 || got[1].Text != "part.jsonl (shard 1 of 2): REGRESSED" {
		t.Errorf("%+v", got)
	}
}

func TestCasesThatNoPartHasAreMissed(t *testing.T) {
	a, b := part(t, 1, 2, nil, record.Summary{Complete: true}), part(t, 2, 2, nil, record.Summary{Complete: true})
	w, err := record.Create(t.TempDir() + "/all.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := Write(w, []Part{a, b}, nil, nil); err == nil || err.Error() != "the parts have 0 cases together, and their plan has 3" {
		t.Errorf("%v", err)
	}
}
