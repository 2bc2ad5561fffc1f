package messages

import (
	"errors"
	"fmt"
	"io"
)

// The most that a stream in a log may hold, in bytes.
const (
	maxLoggedEvent  = 32 << 20
	maxLoggedStream = 64 << 20
)

// StreamedBody assembles the message of a stream that was kept as text, as an
// application's log has it: the body that would have come without a stream. The
// error says what is wrong with the stream, that it ended early, or that it
// ended with an error of the API.
func StreamedBody(stream io.Reader) ([]byte, error) {
	events := &eventReader{source: stream, limits: streamLimits{event: maxLoggedEvent, total: maxLoggedStream}}
	var m streamedMessage
	for n := 0; !m.ended; n++ {
		e, err := events.next()
		switch {
		case errors.Is(err, io.EOF) && m.unexpected != "":
			return nil, errors.New("the event stream has no message_start")
		case errors.Is(err, io.EOF):
			return nil, &cutStreamError{n}
		case err == nil:
			err = m.take(e)
		}
		var wrong *notMessageError
		switch {
		case errors.As(err, &wrong):
			return nil, fmt.Errorf("found %s", wrong.got)
		case err != nil:
			return nil, err
		}
	}
	return m.body(), nil
}

// IsCutStream reports whether an error of StreamedBody says that no whole message
// came: the stream ended early, or with an error of the API.
func IsCutStream(err error) bool {
	var cut *cutStreamError
	var ended *streamError
	return errors.As(err, &cut) || errors.As(err, &ended)
}
