// Package judgereport shows how a judge agrees with people, and writes the sheet
// of answers that people label.
//
// The sheet never holds the judge's verdict, so that nobody follows it. The
// statistics are those of package calibration.
package judgereport
