package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Info is a session as the administrator of the service sees it.
type Info struct {
	ID       string         `json:"id"`
	Operator string         `json:"operator"`
	Key      string         `json:"key"` // its fingerprint, or "cert 4711 of CA"
	Address  netip.AddrPort `json:"address"`
	Since    time.Time      `json:"since"`
	Command  string         `json:"command"` // its first word; "" for a console
	Account  string         `json:"account"` // at which the operator is; may be "", and is text from HDP
	Ending   bool           `json:"ending"`  // it has been asked to end
}

// Sessions returns the sessions, the oldest first.
func (s *Server) Sessions() []Info {
	s.mu.Lock()
	all := make([]Info, 0, len(s.sessions))
	for _, x := range s.sessions {
		all = append(all, x.info())
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b Info) int {
		if c := a.Since.Compare(b.Since); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}

func (x *Session) info() Info {
	x.mu.Lock()
	defer x.mu.Unlock()
	i := Info{
		ID: x.ID, Operator: x.Grant.Operator.Name, Key: x.Grant.Key(), Address: x.Remote, Since: x.Since, Account: x.account, Ending: x.ended != itself,
	}
	if !x.isConsole() {
		i.Command = x.Args[0]
	}
	return i
}

// End asks a session to end. It returns false if there is none with this id.
func (s *Server) End(id string) bool {
	s.mu.Lock()
	x := s.sessions[id]
	s.mu.Unlock()
	if x == nil {
		return false
	}
	s.log.Warn("the administrator asked a session to end", x.forLog()...)
	x.end(syscall.SIGHUP, byAdministrator)
	return true
}

var (
	// ErrRunning says that another process serves the control socket.
	ErrRunning = errors.New("the service is already running")
	// ErrNotRunning says that nobody serves the control socket.
	ErrNotRunning = errors.New("the service is not running")
	// ErrNoSession says that no session has the id.
	ErrNoSession = errors.New("no such session")
)

// Control is the socket through which the administrator lists and ends sessions. Only the user that
// runs the service can use it.
type Control struct {
	listener net.Listener
	lock     *os.File
}

// OpenControl makes the socket, in a folder that only its owner can enter. It replaces the socket of a
// service that is gone. If the service still runs, the error is [ErrRunning].
func OpenControl(path string) (*Control, error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the control socket: %w", err)
	}
	info, err := os.Stat(folder)
	if err != nil {
		return nil, fmt.Errorf("read the folder of the control socket: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("other users can enter %s, the folder of the control socket: give the socket a folder of its own with mode 0700", folder)
	}
	// The lock, not the socket, says whether the service runs: a killed process leaves its socket behind.
	lock, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the control socket: %w", err)
	}
	if !tryLock(lock) {
		_ = lock.Close()
		return nil, fmt.Errorf("%w: it uses %s", ErrRunning, path)
	}
	c := &Control{lock: lock}
	if c.listener, err = listenUnix(path, 0o600); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("open the control socket: %w", err)
	}
	return c, nil
}

// listenUnix replaces a socket at the path, and nothing else.
func listenUnix(path string, mode fs.FileMode) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("%s exists and is not a socket: move it away, or change control in the configuration", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, mode); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// Close removes the socket of a Control that was never served.
func (c *Control) Close() error { return errors.Join(c.listener.Close(), c.lock.Close()) }

// Serve answers until the context ends, and removes the socket.
func (c *Control) Serve(ctx context.Context, s *Server) error {
	defer c.lock.Close() //nolint:errcheck // nothing was written
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sessions", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Sessions())
	})
	mux.HandleFunc("DELETE /sessions/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !s.End(r.PathValue("id")) {
			http.Error(w, ErrNoSession.Error(), http.StatusNotFound)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return serveHTTP(ctx, c.listener, mux)
}

// serveHTTP serves few and small requests until the context ends.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	const patience = 10 * time.Second
	server := &http.Server{
		Handler: h, ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: patience, MaxHeaderBytes: 8 << 10,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ListSessions asks the service behind a control socket for its sessions.
func ListSessions(ctx context.Context, socket string) ([]Info, error) {
	answer, err := ask(ctx, socket, http.MethodGet, "/sessions", http.StatusOK)
	if err != nil {
		return nil, err
	}
	var all []Info
	if err := json.Unmarshal(answer, &all); err != nil {
		return nil, fmt.Errorf("read the answer of the service: %w", err)
	}
	return all, nil
}

// EndSession asks the service behind a control socket to end a session. The error is [ErrNoSession] if
// there is none with this id.
func EndSession(ctx context.Context, socket, id string) error {
	_, err := ask(ctx, socket, http.MethodDelete, "/sessions/"+url.PathEscape(id), http.StatusAccepted)
	return err
}

func ask(ctx context.Context, socket, method, path string, want int) ([]byte, error) {
	const patience, longest = 10 * time.Second, 4 << 20
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, method, "http://service"+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := (&http.Client{Transport: transport}).Do(request)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, fmt.Errorf("%w: no answer at %s", ErrNotRunning, socket)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("only root and the user of the service may use %s", socket)
	case err != nil:
		var why *url.Error
		if errors.As(err, &why) {
			err = why.Err
		}
		return nil, fmt.Errorf("ask the service at %s: %w", socket, err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(io.LimitReader(answer.Body, longest))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer of the service: %w", err)
	case answer.StatusCode == http.StatusNotFound:
		return nil, ErrNoSession
	case answer.StatusCode != want:
		return nil, fmt.Errorf("the service answered %s", answer.Status)
	}
	return body, nil
}
