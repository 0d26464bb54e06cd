package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// ListenHealth listens on a port of the loopback, such as "127.0.0.1:9222", or on a Unix socket if the
// address has a slash. It accepts no other address: nobody signs in to read there.
func ListenHealth(ctx context.Context, address string) (net.Listener, error) {
	if strings.Contains(address, "/") {
		l, err := listenUnix(address, 0o660)
		if err != nil {
			return nil, fmt.Errorf("listen for health checks: %w", err)
		}
		return l, nil
	}
	if port, is := strings.CutPrefix(address, "localhost:"); is {
		address = "127.0.0.1:" + port
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Unmap().IsLoopback() {
		return nil, fmt.Errorf("health checks and metrics need a loopback address, such as 127.0.0.1:9222, or the path of a Unix socket; %q is neither", address)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", at.String())
	if err != nil {
		return nil, fmt.Errorf("listen for health checks: %w", err)
	}
	return l, nil
}

// ServeHealth answers /livez, /readyz and /metrics until the context ends. The service is ready when it
// serves, does not drain, and every check returns nil; /readyz gives the reasons of those that do not.
func (s *Server) ServeHealth(ctx context.Context, l net.Listener, checks ...func() error) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		s.countArriving() // waits forever if the service hangs
		_, _ = io.WriteString(w, "ok\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		err := s.ready()
		for _, check := range checks {
			err = errors.Join(err, check())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	return serveHTTP(ctx, l, mux)
}

func (s *Server) ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.draining:
		return errors.New("the service is shutting down")
	case !s.serving:
		return errors.New("the service does not accept connections yet")
	}
	return nil
}
