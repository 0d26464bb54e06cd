package hdpclient

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bypassCaches asks the caches between the client and HDP for a fresh answer.
func bypassCaches(h http.Header) {
	h.Set("Cache-Control", "no-cache")
	h.Set("Pragma", "no-cache")
}

// cacheAge reports whether the response says that it comes from a cache, and its age, 0
// if unknown.
func cacheAge(h http.Header) (age time.Duration, cached bool) {
	first, _, _ := strings.Cut(h.Get("Age"), ",")
	// ParseUint returns 0 for text and the maximum for a number that is too large.
	if seconds, _ := strconv.ParseUint(strings.TrimSpace(first), 10, 64); seconds > 0 {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second, true
	}
	for _, name := range []string{"X-Cache", "Cache-Status"} {
		for _, value := range h.Values(name) {
			for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
				if isHit(word) {
					return 0, true
				}
			}
		}
	}
	return 0, false
}

// isHit recognises "HIT", "hit=?1" and Akamai's "TCP_MEM_HIT". A "RefreshHit" or a
// "TCP_REFRESH_HIT" is not one: the cache has checked its copy with HDP.
func isHit(word string) bool {
	word = strings.ToLower(strings.TrimSuffix(word, "=?1"))
	return word == "hit" || strings.HasPrefix(word, "tcp_") && strings.HasSuffix(word, "_hit") && !strings.Contains(word, "refresh")
}

func (r request) newCachedError(a response) *Error {
	e := r.newResponseError(a, "")
	e.Err = ErrCached
	if a.age > 0 {
		e.Err = fmt.Errorf("%w, %s old", ErrCached, a.age)
	}
	return e
}
