//go:build !race

package suite

// slower is how much longer work may take.
const slower = 1
