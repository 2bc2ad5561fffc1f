package chart

import (
	"fmt"
	"strings"
	"testing"
)

// The times under the axis are round, and where they are.
func TestTimes(t *testing.T) {
	for most, want := range map[float64]string{
		916:  "0@48.0 200 ms@123.1 400 ms@198.2 600 ms@273.3 800 ms@348.4",
		1300: "0@48.0 500 ms@180.3 1.0 s@312.6",
		4000: "0@48.0 1.0 s@134.0 2.0 s@220.0 3.0 s@306.0",
		90e3: "0@48.0 20.0 s@124.4 40.0 s@200.9 1 m 00 s@277.3 1 m 20 s@353.8",
		.5:   "0@48.0 <1 ms@381.7",
	} {
		var c Chart
		c.times(most)
		var got []string
		for _, text := range c.Texts {
			got = append(got, fmt.Sprintf("%s@%s", text.Text, text.X))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("up to %v ms: %s, want %s", most, strings.Join(got, " "), want)
		}
	}
}
