//go:build !race

package exprlang

// slower is how much longer work may take.
const slower = 1
