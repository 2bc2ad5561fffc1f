// Package page holds what the HTML pages share: their templates, style and script,
// the content security policy, and the JSON blocks of cases that the script reads.
//
// A page needs no other file and no network, and nothing runs in it but its own
// script. What a page says is the reports' part.
package page
