// Package migrate works out what must change in a request so that another model
// takes it: the model's refusals, and what its tokenizer and its thinking need.
// It is a function of a request, the model that was asked and the one that is to
// be; it knows no suite, sends nothing and writes nothing.
//
// It refuses to be silent: each change has its reason and its source, and what
// changes the meaning of a request, an instruction in the place of a prefill, is
// marked as such.
package migrate
