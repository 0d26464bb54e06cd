package hdptest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Cache is a gateway in front of the server that keeps answers about accounts and what
// belongs to them, roles and the like, and repeats them even after a write. It passes on
// the list of accounts and /api/mgmt/user.
type Cache struct {
	// MaxAge limits how long it keeps an answer, by the server's clock. 0 keeps it until
	// SetCache is called again.
	MaxAge time.Duration
	// OmitsAge leaves out the Age header.
	OmitsAge bool
	// HonorsNoCache passes on a request that asks for a fresh answer.
	HonorsNoCache bool
}

// cache is a Cache with the answers that it keeps.
type cache struct {
	Cache
	answers map[string]cachedAnswer
}

type cachedAnswer struct {
	answer
	at time.Time
}

// SetCache replaces the cache in front of the server and drops the answers that it
// kept. nil removes it.
func (s *Server) SetCache(c *Cache) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cache = nil
	if c != nil {
		s.cache = &cache{*c, map[string]cachedAnswer{}}
	}
}

func mayBeCached(path string) bool {
	return strings.HasPrefix(path, "/api/admin/") && path != usersPath || strings.HasPrefix(path, "/api/mgmt/security/")
}

func (s *Server) answerThroughCache(q *request) answer {
	key := q.user + " " + q.entry.Path
	s.mu.Lock()
	c, now := s.cache, s.now()
	if c == nil || q.method != http.MethodGet || !mayBeCached(q.path) || c.HonorsNoCache && q.noCache {
		s.mu.Unlock()
		return s.answer(q)
	}
	a, kept := c.answers[key]
	kept = kept && (c.MaxAge == 0 || now.Sub(a.at) < c.MaxAge)
	if kept {
		q.entry.Cached = true
	}
	s.mu.Unlock()
	if !kept {
		a = cachedAnswer{s.answer(q), now}
		if a.status == http.StatusOK {
			s.mu.Lock()
			c.answers[key] = a
			s.mu.Unlock()
		}
		return a.answer
	}
	header := http.Header{}
	if !c.OmitsAge {
		header.Set("Age", fmt.Sprint(max(1, int(now.Sub(a.at).Seconds()))))
	}
	a.header = header
	return a.answer
}
