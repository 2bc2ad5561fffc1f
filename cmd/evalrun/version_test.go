package main

import (
	"runtime/debug"
	"testing"
)

// What the linker set wins; what it did not set is Go's build information.
func TestBuildInformation(t *testing.T) {
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-11-30T10:00:00Z"}}
	for _, test := range []struct {
		name   string
		linked build
		main   string
		want   string
	}{
		{"installed by go install", build{}, "v0.2.0", "evalrun 0.2.0 (, /, commit 0123456789ab of 2026-11-30)"},
		{"a release", build{Version: "0.3.0", Commit: "fed", Date: "2026-12-01T00:00:00Z"}, "v0.2.0", "evalrun 0.3.0 (, /, commit fed of 2026-12-01)"},
		{"go run", build{}, "(devel)", "evalrun  (, /, commit 0123456789ab of 2026-11-30)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.linked.complete(&debug.BuildInfo{Main: debug.Module{Version: test.main}, Settings: settings})
			if got := test.linked.String(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
