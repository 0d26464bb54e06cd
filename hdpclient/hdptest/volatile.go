package hdptest

import "strconv"

// SetVolatile adds a property to every answer with statusInfo or passwordInfo, each time
// with another value. It is never stored. "" removes it.
func (s *Server) SetVolatile(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.volatile = name
}

// infoAnswer makes an answer with statusInfo or passwordInfo. The lock is held.
func (s *Server) infoAnswer(text string) answer {
	if s.volatile == "" {
		return ok([]byte(text))
	}
	s.volatileValue++
	return ok([]byte(mustObject(text).with(s.volatile, strconv.Itoa(s.volatileValue)).String()))
}
