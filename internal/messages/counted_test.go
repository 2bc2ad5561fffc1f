package messages

import (
	"slices"
	"testing"

	"github.com/evalrun/evalrun/internal/models"
)

func TestCountedFieldsAreThoseOfTheAPI(t *testing.T) {
	want := slices.Sorted(slices.Values(models.Known().CountedByAPI))
	if got := slices.Sorted(slices.Values(countedFields)); !slices.Equal(got, want) {
		t.Errorf("counted are %v, want %v", got, want)
	}
}
