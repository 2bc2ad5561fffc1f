// Package worddiff compares two texts word by word.
package worddiff
