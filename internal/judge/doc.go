// Package judge makes the request that asks a model about an answer, and reads
// the verdict that comes back.
//
// What is judged comes from outside and may try to sway its judge. It is put
// between tags whose mark occurs in none of it, so that it cannot pass for
// anything but what it is; what becomes of a request is the caller's. A verdict
// is read strictly: what is not one is an error and never a verdict.
package judge
