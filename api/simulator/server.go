package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// ErrNotLoopback is the kind of error [Serve] returns for an address that others could reach.
var ErrNotLoopback = errors.New("the simulator listens on loopback only")

// Server is a simulator that listens on loopback.
type Server struct {
	// URL is the base URL, for example "http://127.0.0.1:41234".
	URL string

	http   *http.Server
	cancel context.CancelFunc
	loops  sync.WaitGroup

	mu       sync.Mutex
	closing  bool
	handlers sync.WaitGroup
}

// Serve listens on addr and serves sim until ctx ends or Close is called. An empty addr means a free port of 127.0.0.1;
// a host other than a loopback address or "localhost" is refused with ErrNotLoopback.
func Serve(ctx context.Context, addr string, sim *Simulator) (*Server, error) {
	addr, err := loopback(addr)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	srv := &Server{URL: "http://" + listener.Addr().String(), cancel: cancel}
	srv.http = &http.Server{
		Handler:           srv.count(sim),
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	srv.loops.Go(func() {
		// Serve always returns an error; after Close it is ErrServerClosed, and a broken listener shows at the clients.
		_ = srv.http.Serve(listener)
	})
	srv.loops.Go(func() {
		<-ctx.Done()
		_ = srv.http.Close()
	})
	return srv, nil
}

// Close ends all streams, stops listening, and returns when no handler is running any more. It may be called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.cancel()
	s.loops.Wait()
	s.handlers.Wait()
	return nil
}

// count keeps track of running handlers, which http.Server.Close does not wait for.
func (s *Server) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closing {
			s.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		s.handlers.Add(1)
		s.mu.Unlock()
		defer s.handlers.Done()
		next.ServeHTTP(w, r)
		if r.Context().Err() != nil {
			// Cut short by Close: returning would end the body as if the answer were complete.
			panic(http.ErrAbortHandler)
		}
	})
}

// loopback checks addr and fills in what it leaves open.
func loopback(addr string) (string, error) {
	if addr == "" {
		return "127.0.0.1:0", nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("start the simulator: address %q: %w", addr, err)
	}
	if host == "localhost" {
		return net.JoinHostPort("127.0.0.1", port), nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("address %q: %w; use 127.0.0.1:PORT", addr, ErrNotLoopback)
	}
	return addr, nil
}
