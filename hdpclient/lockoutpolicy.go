package hdpclient

import (
	"context"
	"math"
	"time"
)

// LockoutPolicy says when wrong passwords lock an account ("Implementing an account
// lockout policy"). It is the same for the whole system and applies to internal
// authentication only.
type LockoutPolicy struct {
	// Attempts is how many failed passwords lock the account; 0 means never.
	Attempts int64
	// Interval is the time within which failed passwords count.
	Interval time.Duration
	// Period is how long the account stays locked.
	Period time.Duration
}

// The ids of the lockout limits ("Limits API"). Mind their order.
const (
	limitLockoutInterval = 2 // seconds
	limitLockoutCount    = 3
	limitLockoutPeriod   = 4 // seconds
)

// LockoutPolicy reads the lockout limits of the system, and the server's default for
// each that is not set. It needs Limits (27), which a helpdesk role lacks; the error is
// then ErrForbidden.
func (c *Client) LockoutPolicy(ctx context.Context) (LockoutPolicy, error) {
	type limit struct {
		ID           looseInt      `json:"id"`
		Value        Opt[looseInt] `json:"value"`
		DefaultValue Opt[looseInt] `json:"defaultValue"`
	}
	type limits struct {
		Limits []limit `json:"limits"`
	}
	set, err := get[limits](ctx, c, readRequest("read lockout limits", "/api/admin/limits/system", "limits"))
	if err != nil {
		return LockoutPolicy{}, err
	}
	values := map[looseInt]int64{}
	for _, l := range set.Limits {
		if value, ok := l.Value.Get(); ok {
			values[l.ID] = int64(value)
		}
	}
	wanted := []looseInt{limitLockoutInterval, limitLockoutCount, limitLockoutPeriod}
	if missingAny(values, wanted) {
		r := readRequest("read default lockout limits", "/api/admin/limits", "limits")
		a, err := c.send(ctx, r)
		if err != nil {
			return LockoutPolicy{}, err
		}
		all, err := decode[limits](r, a)
		if err != nil {
			return LockoutPolicy{}, err
		}
		for _, l := range all.Limits {
			value, ok := l.DefaultValue.Get()
			if _, isSet := values[l.ID]; ok && !isSet {
				values[l.ID] = int64(value)
			}
		}
		if missingAny(values, wanted) {
			return LockoutPolicy{}, r.newResponseError(a, "the answer lacks a lockout limit")
		}
	}
	return LockoutPolicy{
		Attempts: max(0, values[limitLockoutCount]),
		Interval: seconds(values[limitLockoutInterval]),
		Period:   seconds(values[limitLockoutPeriod]),
	}, nil
}

func missingAny(values map[looseInt]int64, wanted []looseInt) bool {
	for _, id := range wanted {
		if _, ok := values[id]; !ok {
			return true
		}
	}
	return false
}

// seconds clamps n, because limits reach 9000000000000000000.
func seconds(n int64) time.Duration {
	return time.Duration(min(max(0, n), math.MaxInt64/int64(time.Second))) * time.Second
}
