// Package jsonvalue encodes the values of reports for programs.
//
// It changes no value of a record: what could act on who looks at the text is
// spelled with JSON's escapes.
package jsonvalue
