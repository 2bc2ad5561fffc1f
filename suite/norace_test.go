//go:build !race

package suite

// slower is how much longer work may take.
const slower = 1

// hostileSize is about how long hostile texts are, in bytes.
const hostileSize = 256 << 10
