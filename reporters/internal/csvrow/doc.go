// Package csvrow writes rows of CSV as RFC 4180 has them, whose cells no
// spreadsheet computes.
package csvrow
