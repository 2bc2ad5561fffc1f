package fakeapi

import (
	"bytes"
	"encoding/json"
	"slices"
)

// The faults of streams. A call that does not stream gets Overloaded's 529.
const (
	// StreamError answers 200, starts the stream and ends it with an error
	// event.
	StreamError Fault = "stream_error"
	// CutEvent cuts an event within its JSON and goes on with a gateway's
	// error, in what is still the same event.
	CutEvent Fault = "cut_event"
	// EmptyEvent empties the data of an event, PageEvent ends the stream with
	// an event that holds a proxy's page.
	EmptyEvent Fault = "empty_event"
	PageEvent  Fault = "page_event"
	// LostStart leaves out message_start, LostBlock content_block_start.
	LostStart Fault = "lost_start"
	LostBlock Fault = "lost_block"
	// SecondStart begins another message within the stream.
	SecondStart Fault = "second_start"
)

// streamFaults are what the faults make of a stream's events.
var streamFaults = map[Fault]func(*reply, []event) []event{
	StreamError: func(r *reply, events []event) []event { return append(started(events), r.errorEvent()) },
	TornBody:    func(_ *reply, events []event) []event { return events[:len(events)/2] },
	CutEvent: func(r *reply, events []event) []event {
		events = slices.Clone(events[:3])
		last := &events[2]
		last.data = slices.Concat(last.data[:len(last.data)/2], []byte("\ndata: "), r.errorEvent().data)
		return events
	},
	EmptyEvent: func(_ *reply, events []event) []event {
		events[1].data = nil
		return events
	},
	PageEvent: func(_ *reply, events []event) []event {
		return append(started(events), event{"", []byte("<html><title>504 Gateway Time-out</title></html>")})
	},
	LostStart: func(_ *reply, events []event) []event { return events[1:] },
	LostBlock: func(_ *reply, events []event) []event {
		return slices.DeleteFunc(events, func(e event) bool { return e.name == "content_block_start" })
	},
	SecondStart: func(_ *reply, events []event) []event {
		other := event{"message_start", bytes.Replace(events[0].data, []byte("msg_"), []byte("msg_other_"), 1)}
		return slices.Concat(started(events), []event{other}, events[1:])
	},
}

// started is the beginning of a stream, as far as it has no end.
func started(events []event) []event { return slices.Clone(events[:min(4, len(events)-1)]) }

// errorEvent is what ends a stream that went wrong after its 200.
func (r *reply) errorEvent() event {
	data, _ := json.Marshal(r.overloaded())
	return event{"error", data}
}
