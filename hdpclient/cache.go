package hdpclient

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bypassCaches asks every cache between here and HDP for HDP's own answer.
func bypassCaches(h http.Header) {
	h.Set("Cache-Control", "no-cache")
	h.Set("Pragma", "no-cache")
}

// cacheAge reports whether an answer admits to coming from a cache, and for how
// long that has kept it, 0 if it does not say.
func cacheAge(h http.Header) (age time.Duration, cached bool) {
	first, _, _ := strings.Cut(h.Get("Age"), ",")
	// ParseUint returns 0 for what is not a number, and the largest for one too large.
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

// isHit knows "HIT", "hit=?1" and Akamai's "TCP_MEM_HIT". After a "RefreshHit" or a
// "TCP_REFRESH_HIT" the cache has asked HDP whether its copy is still true.
func isHit(word string) bool {
	word = strings.ToLower(strings.TrimSuffix(word, "=?1"))
	return word == "hit" || strings.HasPrefix(word, "tcp_") && strings.HasSuffix(word, "_hit") && !strings.Contains(word, "refresh")
}

// newCachedError is the error of an answer that must not come from a cache.
func (r request) newCachedError(a response) *Error {
	e := r.newResponseError(a, "")
	e.Err = ErrCached
	if a.age > 0 {
		e.Err = fmt.Errorf("%w, %s old", ErrCached, a.age)
	}
	return e
}
