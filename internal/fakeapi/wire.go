package fakeapi

import (
	"fmt"
	"io"
	"net"
	"net/http"
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
	r.tally.status(http.StatusOK)
	r.tally.answered()
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%sdebug: x-api-key: %s\n",
		len(body), body, r.call.Header.Get("x-api-key"))
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
