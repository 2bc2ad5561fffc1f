//go:build race

package suite

// slower is how much longer work may take: the race detector slows it down.
const slower = 20

// hostileSize is about how long hostile texts are, in bytes.
const hostileSize = 32 << 10
