package fakeapi

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// reset sends head and breaks the connection with a TCP reset.
func (r *reply) reset(head string) {
	conn := r.takeConn()
	defer conn.Close()
	io.WriteString(conn, head)
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}

// stray sends the whole message, and behind it a line that repeats the
// credential, as a proxy in debug mode may.
func (r *reply) stray(body []byte) {
	conn := r.takeConn()
	defer conn.Close()
	r.whole(conn, body)
	fmt.Fprintf(conn, "debug: x-api-key: %s\n", r.call.Header.Get("x-api-key"))
}

// closedReuse sends the whole message, and closes the connection at the next
// request.
func (r *reply) closedReuse(body []byte) {
	conn := r.takeConn()
	defer conn.Close()
	r.whole(conn, body)
	r.untilSent(conn)
}

// switchProtocols goes over to another protocol, in which it says nothing.
func (r *reply) switchProtocols() {
	conn := r.takeConn()
	defer conn.Close()
	r.tally.status(http.StatusSwitchingProtocols)
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	r.untilSent(conn)
}

// hint sends hints of what will come, and never an answer.
func (r *reply) hint() {
	for wait(r.ctx, time.Millisecond) {
		r.w.WriteHeader(http.StatusEarlyHints)
	}
}

// untilSent waits until the client sends something over the connection, or goes
// away, or the Server closes.
func (r *reply) untilSent(conn net.Conn) {
	stop := context.AfterFunc(r.ctx, func() { conn.Close() })
	defer stop()
	conn.Read(make([]byte, 1))
}

// whole writes a whole answer to a connection.
func (r *reply) whole(conn net.Conn, body []byte) {
	r.tally.status(http.StatusOK)
	r.tally.answered()
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// takeConn takes the connection from the server. Where it cannot be had (a
// recorder, HTTP/2), the handler is aborted.
func (r *reply) takeConn() net.Conn {
	conn, _, err := http.NewResponseController(r.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}
