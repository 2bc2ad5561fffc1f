package suite

import "testing"

// A run makes the cases again that the load let through; it must not end in
// the middle because both together are more than the bound.
func TestWorkOfEachPassIsBoundedForItself(t *testing.T) {
	w := newBudget()
	for range 3 {
		if !w.spend(maxSteps - 1) {
			t.Fatal("a pass within the bound was refused")
		}
		w.renew()
	}
	if w.spend(maxSteps + 1) {
		t.Fatal("a pass over the bound was let through")
	}
	w.renew()
	if w.spend(1) {
		t.Error("work that was refused was let through later")
	}
}
