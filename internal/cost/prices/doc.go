// Package prices says what an answer of the Messages API costs, by a table of
// prices with dates, prompt lengths and factors.
//
// It refuses to guess: a model, a kind of token or a tier of service that the
// table has no price for makes the cost unknown, which is an error and never
// 0. It prices what the API's usage object counts, at list prices; discounts
// of an account, taxes and attempts that were cut off are not in it.
package prices
