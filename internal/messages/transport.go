package messages

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

// What an answer may hold, in bytes after decompression: its body, and one event
// of its stream. The API's answers stay far below: one has to fit into the next
// turn's request, which may have 32 MB, and with its own request into a line of
// a record. A stream takes streamFactor times as much for the same message.
const (
	defaultMaxAnswer = 32 << 20
	defaultMaxEvent  = 16 << 20
	streamFactor     = 2
)

// What is counted of an answer: its values, by the commas between them, and the
// blocks of its content. Each takes many times its bytes in memory, and 32 MB
// of small ones may come as some KB of gzip. No model writes as many.
const (
	maxValues = 500_000
	maxBlocks = 10_000
)

// checkValues refuses JSON of too many values, before it is taken apart.
func checkValues(text []byte) error {
	if bytes.Count(text, []byte{','}) < maxValues {
		return nil
	}
	return &notMessageError{got: fmt.Sprintf("JSON of more than %d values", maxValues)}
}

var errTooManyBlocks = &notMessageError{got: fmt.Sprintf("one of more than %d content blocks", maxBlocks)}

// newTransport makes a transport for many requests to one host at once: its
// idle connections are kept, however many there are, and none waits for
// another. proxy may be nil. local has it connect to this machine alone.
func newTransport(proxy func(*http.Request) (*url.URL, error), local bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	if local {
		dialer.Control = onlyThisMachine
	}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    1 << 16,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    30 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		// A connection that died without a word is noticed before the timeout
		// of an attempt, which is long.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
}

// onlyThisMachine refuses a connection to another machine. The name of this one
// (localhost., api.localhost) may have been looked up by a server that gives it
// any address.
func onlyThisMachine(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().Unmap().IsLoopback() {
		return fmt.Errorf("the base URL's name is that of another machine, %w", ErrUnencrypted)
	}
	return nil
}

var errTooLarge = errors.New("the answer is too large")

// readBody reads a body to its end, and fails with errTooLarge where that
// lies behind limit bytes, or with ctx's error where that ends before there is
// memory for it. announced is how long it is said to be, -1 where that is not
// said. The memory is taken for all of the body's capacity.
func readBody(ctx context.Context, r io.Reader, announced, limit int64) (body []byte, err error) {
	h := reservationOf(ctx)
	// What is announced may never come.
	size := min(max(announced, 0), maxTrusted) + bytes.MinRead
	for int64(len(body)) <= limit {
		if err := h.grow(ctx, size-int64(cap(body))); err != nil {
			return body, err
		}
		body = append(make([]byte, 0, size), body...)
		for len(body) < cap(body) {
			n, err := r.Read(body[len(body):cap(body)])
			body = body[:len(body)+n]
			switch {
			case int64(len(body)) > limit:
				return body, errTooLarge
			case errors.Is(err, io.EOF):
				return body, nil
			case err != nil:
				return body, err
			}
		}
		size = 2 * int64(cap(body))
	}
	return body, errTooLarge
}

// maxTrusted is how many announced bytes memory is reserved for.
const maxTrusted = 64 << 10

// describeTransport explains why no answer came. The text is the
// same each time the same thing happens: it holds no port of this machine.
func describeTransport(err error) error {
	var (
		certificate *tls.CertificateVerificationError
		notTLS      tls.RecordHeaderError
		dns         *net.DNSError
		op          *net.OpError
		errno       syscall.Errno
	)
	switch {
	case errors.As(err, &certificate):
		return fmt.Errorf("the server's certificate is not trusted: %w", certificate.Err)
	case errors.As(err, &notTLS):
		return errors.New("the server does not speak https: is the base URL right?")
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("no such host: %s", dns.Name)
	case errors.As(err, &op) && op.Op != "dial" && errors.As(err, &errno):
		return os.NewSyscallError(op.Op, errno)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection was closed before the answer was whole")
	}
	return err
}

// permanent reports whether an error of the transport will come again each
// time: what is wrong is the base URL, the trust in certificates, or a body
// that is not compressed as its header says.
func permanent(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &notTLS) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, ErrUnencrypted)
}

// ofNetwork reports whether an error of the transport is one of the network,
// such as a connection that was refused or lost, and none of what a server
// sent: it predicts nothing about the next attempt, however often it comes.
func ofNetwork(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, errStale) || strings.HasPrefix(err.Error(), "http2: ")
}
