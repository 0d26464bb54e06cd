package hdptest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

func (s *Server) injectFault(w http.ResponseWriter, r *http.Request, q *request, f *queuedFault) {
	switch f.Kind {
	case CloseBefore:
		closeConnection(w, false)
	case Reset:
		closeConnection(w, true)
	case CloseAfterApply:
		s.answer(q)
		closeConnection(w, false)
	case ApplyLate:
		s.postpone(q, f.Reads)
		closeConnection(w, false)
	case ApplyOnRelease:
		s.holdUntilRelease(q, f)
		closeConnection(w, false)
	case Hang:
		select {
		case <-f.released:
			s.writeAnswer(w, q, s.answer(q))
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-s.done:
			panic(http.ErrAbortHandler)
		}
	case CutBody:
		s.sendHalf(w, q, s.answer(q).buffered(), f.Chunked)
	case SlowBody:
		s.sendSlowly(w, r, q, s.answer(q).buffered(), f)
	case BOM:
		a := s.answer(q).buffered()
		a.body = append([]byte("\ufeff"), a.body...)
		s.writeAnswer(w, q, a)
	default:
		if f.Applied {
			s.answer(q)
		}
		s.writeAnswer(w, q, f.makeAnswer(q))
	}
}

func (s *Server) holdUntilRelease(q *request, f *queuedFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.isReleased {
		s.applyLocked(q)
		return
	}
	f.held = append(f.held, q)
}

// sendHalf sends half of an answer. One without a body is cut in its first line.
func (s *Server) sendHalf(w http.ResponseWriter, q *request, a answer, chunked bool) {
	if len(a.body) == 0 || a.status == http.StatusNoContent {
		if c := hijack(w); c != nil {
			_, _ = fmt.Fprintf(c, "HTTP/1.1 %d No", a.status)
			_ = c.Close()
		}
		return
	}
	s.setHeaders(w.Header(), q, a)
	if !chunked {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	s.logStatus(q, a.status)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func (s *Server) sendSlowly(w http.ResponseWriter, r *http.Request, q *request, a answer, f *queuedFault) {
	size, every := f.Bytes, f.Every
	if size <= 0 {
		size = 64
	}
	if every <= 0 {
		every = 10 * time.Millisecond
	}
	s.setHeaders(w.Header(), q, a)
	if a.hasLength {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	s.logStatus(q, a.status)
	w.WriteHeader(a.status)
	for rest := a.body; len(rest) > 0; {
		n := min(size, len(rest))
		_, _ = w.Write(rest[:n])
		_ = http.NewResponseController(w).Flush()
		if rest = rest[n:]; len(rest) > 0 && !s.sleep(r.Context(), every) {
			panic(http.ErrAbortHandler)
		}
	}
}

func hijack(w http.ResponseWriter) net.Conn {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil // the client has left or the server closes: that will do
	}
	return c
}

// closeConnection closes the connection without an answer, or resets it.
func closeConnection(w http.ResponseWriter, reset bool) {
	c := hijack(w)
	if c == nil {
		return
	}
	if reset {
		raw := c
		if t, ok := c.(*tls.Conn); ok {
			raw = t.NetConn()
		}
		if t, ok := raw.(*net.TCPConn); ok {
			_ = t.SetLinger(0)
			_ = t.Close()
		}
	}
	_ = c.Close()
}
