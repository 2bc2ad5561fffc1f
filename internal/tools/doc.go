// Package tools runs what the user's own file of tools names: checks by
// command, and tools that the model uses.
//
// A suite only names them. What runs for it is in the one file that the
// command line names (--tools), so that a suite from a stranger runs nothing.
// It refuses a shell, environment variables that the file does not name, and
// credentials of the API by any name; and it bounds what a command may take:
// time, bytes, processes.
package tools
