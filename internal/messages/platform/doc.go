// Package platform has the clouds that offer the Messages API answer: where
// each takes requests, in which form, and by which credentials. Signing and
// credentials are those of the clouds' own libraries, which read their files
// and variables themselves; all other variables are given by the caller.
//
// Nothing of it is sent to a platform but what is meant for that platform: no key
// of the Claude API.
package platform
