// Package tokens estimates how many tokens a request's prompt has before it is
// sent, for an estimate of what it will cost.
//
// The models' tokenizers are not public, so that text is estimated by what its
// characters are, and the result is a range. Images are counted by the API's
// own formula, PDFs by their pages. It refuses to guess what it cannot read: a
// URL, an uploaded file or a PDF that hides its pages is reported as unread, and
// is not in the numbers.
package tokens
