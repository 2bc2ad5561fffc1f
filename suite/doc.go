// Package suite reads what users write: YAML suites with their defaults,
// templates and files, into cases whose requests are ready to send.
//
// It refuses to guess. An unknown key, an undefined variable, a duplicate
// name, a path out of the root: each is a diagnostic with its position, and all
// of them are found before a case is handed out. Values are never coerced: a
// request reaches the runner with the key order and the number spelling that
// were written.
package suite
