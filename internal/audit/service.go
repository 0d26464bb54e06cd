package audit

import (
	"slices"
	"sync"
	"time"

	"hdpadmin/internal/address"
	"hdpadmin/internal/audit/file"
)

const (
	// refusalsPerMinute limits the entries of refused sessions: anyone who reaches the port can cause
	// them, and each is synced to disk.
	refusalsPerMinute = 20
	// maxUnwritten is how many entries of a service wait for a log that cannot be written before
	// refused sessions are only counted.
	maxUnwritten = 1000
)

// Service logs which sessions an SSH service lets in, refuses and ends. What an operator does in a
// session is logged by the [Log] of that session. It is safe for concurrent use.
type Service struct {
	file *file.Log
	open openIntents

	mu       sync.Mutex
	minute   time.Time
	refusals int // logged in this minute
	omitted  int // not logged since the last refusal that was
}

// NewService logs to the given file, whose identity is that of the service: host, user, process, server.
func NewService(to *file.Log) *Service {
	return &Service{file: to, open: openIntents{follower: file.NewFollower(to.Path())}}
}

// Abandoned returns the writes to the server of the service that nobody runs any more and that have no
// outcome, oldest first. The service has no login to look them up with: a session does, see
// [Log.SettleAbandoned].
func (s *Service) Abandoned() ([]file.Entry, error) {
	if err := s.open.update(); err != nil {
		return nil, err
	}
	id := s.file.Identity()
	id.Server = address.Canonical(id.Server)
	return slices.DeleteFunc(s.open.all(), func(e file.Entry) bool { return !isAbandoned(e, s.file, id, s.file.Now()) }), nil
}

// Session is one session of the service, or an attempt to start one.
type Session struct {
	// ID is unique in this process, "" for an attempt. Open the file of the session's own log with
	// SessionID, so that all its entries have the same ID.
	ID string
	// Operator is "" if a refused one is not known; so are the login and its attribution before the
	// sign-in. See [file.Identity] for the others.
	Operator, Key, Address, Login, Attribution string
}

// SessionID returns the ID that entries of a session have in the log. It is unique among all services
// that write to it. It may be part of a file name, see [file.WithSession].
func (s *Service) SessionID(id string) string { return s.file.Session() + "-" + id }

func (s *Service) fileLog(of Session) *file.Log {
	id := s.file.Identity()
	id.Operator, id.Key, id.Address, id.Login, id.Attribution = of.Operator, of.Key, of.Address, of.Login, of.Attribution
	if of.ID == "" {
		return s.file.As(id)
	}
	return s.file.As(id).InSession(s.SessionID(of.ID))
}

// SessionStarted logs that an operator was let in, and what for: "console", or the words of the command
// without secrets. After an error the entry is written with the next one; whether the session goes on
// is up to the caller.
func (s *Service) SessionStarted(of Session, what string) error {
	return s.fileLog(of).LogEvent(file.KindSessionStarted, file.Details{Message: what})
}

// SessionEnded logs that a session has ended, why ("quit", "idle", "the operator was removed"), how long
// it took and its exit code.
func (s *Service) SessionEnded(of Session, why string, took time.Duration, exitCode int) error {
	return s.fileLog(of).LogEvent(file.KindSessionEnded, file.Details{Message: why, Duration: took, ExitCode: &exitCode})
}

// SessionRefused logs that somebody was not let in, and why. Of more than 20 a minute the others are
// counted in the next entry of this kind: a caller that must tell each of them needs another log.
func (s *Service) SessionRefused(of Session, why string) error {
	omitted, ok := s.takeRefusal()
	if !ok {
		return nil
	}
	return s.fileLog(of).LogEvent(file.KindSessionRefused, file.Details{Message: why, Count: omitted})
}

// takeRefusal reports whether a refusal may be logged, and how many were not since the last one.
func (s *Service) takeRefusal() (omitted int, ok bool) {
	waiting, _ := s.file.Unwritten()
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.file.Now(); now.Sub(s.minute).Abs() >= time.Minute {
		s.minute, s.refusals = now, 0
	}
	if s.refusals >= refusalsPerMinute || waiting >= maxUnwritten {
		s.omitted++
		return 0, false
	}
	s.refusals++
	omitted, s.omitted = s.omitted, 0
	return omitted, true
}

// Flush writes the entries that could not be written before.
func (s *Service) Flush() error { return s.file.Flush() }
