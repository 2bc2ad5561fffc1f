// Package payload holds the JSON of requests, so that a request costs what is
// its own: an image that a thousand requests show is in memory once.
//
// It refuses to know what a request is. Where a file becomes part of one is
// the suite's to say, and how it is sent the sender's.
package payload
