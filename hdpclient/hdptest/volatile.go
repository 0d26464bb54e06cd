package hdptest

import "strconv"

// SetVolatile puts a property of that name into every answer about a status info or
// a password info, each time with another value; "": none. It is not stored.
func (s *Server) SetVolatile(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.volatile = name
}

// infoAnswer is an answer of a status info or a password info; the lock is held.
func (s *Server) infoAnswer(text string) answer {
	if s.volatile == "" {
		return ok([]byte(text))
	}
	s.volatileValue++
	return ok([]byte(mustObject(text).with(s.volatile, strconv.Itoa(s.volatileValue)).String()))
}
