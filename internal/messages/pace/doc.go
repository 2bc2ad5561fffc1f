// Package pace decides when requests are sent, so that an API's limits are
// used to the full and not run into.
//
// Limits are per model. Where the API reports them in its answers' headers,
// requests are spaced out before a limit is reached; where it does not, the
// number of requests under way is felt out: it grows while that is what holds
// the work up, and is cut once for each episode of 429s. Where more of them
// make nothing faster the server queues, and the number goes down to the least
// that is as fast. A retry-after stops all requests of its model.
//
// The package refuses to judge answers by their latency alone, as other
// adaptive limiters do: how long a model takes depends on how much it writes,
// and says next to nothing about its limits. It goes by the rate of answers'
// tokens, and by their latency a token.
package pace
