// Package runrecord is the record of a run that is under way: where it is by
// default, what is read of it before it ends, and its end.
//
// It refuses to decide what a run came to, which is given to it.
package runrecord
