// Package batch gets answers from Message Batches: its Sender gathers the requests
// of a round, creates batches of them, and gives the answers in the next round.
//
// A batch is in the record before it is created, and what may have been created is
// never created again before the server's list shows that it was not. It refuses
// to hold a round in memory: requests and results are on the disk.
package batch
