package work

import "testing"

// A run makes the cases again that the load let through; it must not end in
// the middle because both together are more than the bound.
func TestWorkOfEachPassIsBoundedForItself(t *testing.T) {
	w := New(MaxSteps)
	for range 3 {
		if !w.Spend(MaxSteps - 1) {
			t.Fatal("a pass within the bound was refused")
		}
		w.Renew()
	}
	if w.Spend(MaxSteps + 1) {
		t.Fatal("a pass over the bound was let through")
	}
	w.Renew()
	if w.Spend(1) {
		t.Error("work that was refused was let through later")
	}
}
