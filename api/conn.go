package api

import (
	"net"
	"sync"
	"time"
)

// answerGrace is how long a failed write waits for what was sent before.
const answerGrace = time.Second

// heedfulConn lets an answer be read that came before its request was sent
// whole. A server that refuses an upload may answer and close; the connection
// is then reset, and net/http throws it away at the first write that fails, with
// the answer that says why. Such a write fails here only when nothing more can
// be read.
type heedfulConn struct {
	net.Conn
	ended chan struct{} // nothing more can be read
	end   sync.Once
}

func newHeedfulConn(conn net.Conn) *heedfulConn {
	return &heedfulConn{Conn: conn, ended: make(chan struct{})}
}

func (c *heedfulConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		c.end.Do(func() { close(c.ended) })
	}
	return n, err
}

func (c *heedfulConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err == nil {
		return n, nil
	}
	grace := time.NewTimer(answerGrace)
	defer grace.Stop()
	select {
	case <-c.ended:
	case <-grace.C:
	}
	return n, err
}

func (c *heedfulConn) Close() error {
	c.end.Do(func() { close(c.ended) })
	return c.Conn.Close()
}
