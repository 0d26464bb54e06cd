package hdptest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// play lets a fault have its way with a request.
func (s *Server) play(w http.ResponseWriter, r *http.Request, q *request, f *queued) {
	switch f.Kind {
	case CloseBefore:
		hangUp(w, false)
	case Reset:
		hangUp(w, true)
	case CloseAfterApply:
		s.answer(q)
		hangUp(w, false)
	case ApplyLate:
		s.postpone(q, f.Looks)
		hangUp(w, false)
	case ApplyOnRelease:
		s.hold(q, f)
		hangUp(w, false)
	case Hang:
		select {
		case <-f.released:
			s.write(w, q, s.answer(q))
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-s.done:
			panic(http.ErrAbortHandler)
		}
	case CutBody:
		s.cut(w, q, s.answer(q).whole(), f.Chunked)
	case SlowBody:
		s.drip(w, r, q, s.answer(q).whole(), f)
	case BOM:
		a := s.answer(q).whole()
		a.body = append([]byte("\ufeff"), a.body...)
		s.write(w, q, a)
	default:
		if f.Applied {
			s.answer(q)
		}
		s.write(w, q, f.spoiled(q))
	}
}

func (s *Server) hold(q *request, f *queued) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.free {
		s.applyLocked(q)
		return
	}
	f.held = append(f.held, q)
}

// cut sends half an answer. One without a body is cut in its first line.
func (s *Server) cut(w http.ResponseWriter, q *request, a answer, chunked bool) {
	if len(a.body) == 0 {
		if c := takeOver(w); c != nil {
			_, _ = fmt.Fprintf(c, "HTTP/1.1 %d No", a.status)
			_ = c.Close()
		}
		return
	}
	s.head(w.Header(), q, a)
	if !chunked {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	s.answered(q, a.status)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func (s *Server) drip(w http.ResponseWriter, r *http.Request, q *request, a answer, f *queued) {
	size, every := f.Bytes, f.Every
	if size <= 0 {
		size = 64
	}
	if every <= 0 {
		every = 10 * time.Millisecond
	}
	s.head(w.Header(), q, a)
	if a.sized {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	s.answered(q, a.status)
	w.WriteHeader(a.status)
	for rest := a.body; len(rest) > 0; {
		n := min(size, len(rest))
		_, _ = w.Write(rest[:n])
		_ = http.NewResponseController(w).Flush()
		if rest = rest[n:]; len(rest) > 0 && !s.wait(r.Context(), every) {
			panic(http.ErrAbortHandler)
		}
	}
}

func takeOver(w http.ResponseWriter) net.Conn {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil // the client has left, or the server closes: as good
	}
	return c
}

// hangUp closes the connection without a word, or with a reset.
func hangUp(w http.ResponseWriter, reset bool) {
	c := takeOver(w)
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
