// Package calibration holds a judge against people: it pairs the verdicts on
// rubrics in a run's record with the labels that people gave the
// same answers, and says how well the two agree.
//
// Over a random pick of the answers it also corrects the rate at which the judge
// passes them. A pick is known by its seed and digests of what it is of: labels of
// another run correct nothing, and an answer of the pick without a label counts as both.
//
// It refuses to guess which answer a label is of: one that fits none, or more
// than one, is an error with its line. A verdict that nobody labelled and a
// label of an answer that has no verdict are counted, and take part in
// nothing.
package calibration
