// Package fakecloud has a Messages API answer as clouds offer it, for tests:
// behind signatures, keys and tokens, which it verifies, and at the addresses of
// a cloud. Signatures are computed from the specification of Signature Version 4
// and not by the library that makes them.
package fakecloud
