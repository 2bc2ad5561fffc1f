//go:build !race

package assert

// slower is how much longer work may take.
const slower = 1
