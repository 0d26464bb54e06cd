package hdptest

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"time"
)

const internalService = 1

// failures are the consecutive wrong passwords of one account.
type failures struct {
	count int64
	first time.Time
	last  [sha256.Size]byte
}

// signIn is Basic authentication. It returns the acting account, or the
// refusal. Whoever fails too often is locked, an operator no less than others
// (page "Implementing an account lockout policy").
func (s *Server) signIn(q *request, now time.Time) (*account, *answer) {
	refuse := func(a answer) (*account, *answer) { return nil, &a }
	if !q.signedIn {
		return refuse(s.unauthorized())
	}
	a, service := s.findLogin(q.user)
	if a == nil {
		return refuse(s.unauthorized())
	}
	if !a.hasPassword(q.secret) {
		// Lockout is for internal authentication alone.
		if service == internalService && !a.isLocked(now) {
			s.countFailure(a, q.secret, now)
		}
		return refuse(s.unauthorized())
	}
	status := mustObject(a.status)
	if v, _ := status.get("status"); v == "0" {
		return refuse(s.refuseSignIn(inventedInactive))
	}
	if service != internalService {
		return a, nil // neither HDP's lock nor its password applies
	}
	if a.isLocked(now) {
		return refuse(s.refuseSignIn(inventedLocked))
	}
	password := mustObject(a.password)
	// changePassword stays open to those who have to change it.
	if !isChangePassword(q) {
		if until, ends := password.timestamp("passwordExpiration"); ends && !until.After(now) {
			return refuse(s.refuseSignIn(inventedExpired))
		}
		if v, _ := password.get("passwordStatus"); v == "2" && s.quirks[MustChangeRefused] {
			return refuse(s.refuseSignIn(inventedMustChange))
		}
	}
	a.failures = nil
	if v, _ := status.get("accountLocked"); v == "true" && s.quirks[SignInClearsLock] {
		a.status = withoutLock(status)
	}
	return a, nil
}

func isChangePassword(q *request) bool {
	return q.path == "/api/admin/userdetails/changePassword"
}

// findLogin finds the account that a login name means. With the delimiter of
// system configuration 1, name|SERVICE is a name at an external service;
// without one, only internal names can sign in.
func (s *Server) findLogin(login string) (*account, int64) {
	if d := s.delimiter(); d != "" {
		if name, serviceName, cut := strings.Cut(login, d); cut {
			for _, v := range authServices() {
				if strings.EqualFold(v.Name, serviceName) {
					return s.findByAuthName(name, v.ID), v.ID
				}
			}
			return nil, 0
		}
	}
	if s.quirks[SignInByAuthName] {
		return s.findByAuthName(login, internalService), internalService
	}
	if a := s.accounts.find(login); a != nil && a.hasInternalAuth() {
		return a, internalService
	}
	return nil, 0
}

func (s *Server) findByAuthName(name string, service int64) *account {
	for _, id := range s.accounts.ids {
		a := s.accounts.byID[id]
		for _, u := range a.allAuthUsers() {
			if u.AuthServiceID == service && strings.EqualFold(u.AuthUserName, name) {
				return a
			}
		}
	}
	return nil
}

func (s *Server) countFailure(a *account, secret string, now time.Time) {
	limit := s.limitValue(lockoutLimit)
	if limit <= 0 {
		return // 0 turns lockout off, as "Limit > 0 enables" is read
	}
	sum := sha256.Sum256([]byte(secret))
	f := a.failures
	window := time.Duration(s.limitValue(lockoutInterval)) * time.Second
	if f == nil || now.Sub(f.first) > window {
		f = &failures{first: now}
		a.failures = f
	} else if f.last == sum && s.quirks[SameWrongPasswordNotCounted] {
		return
	}
	f.count++
	f.last = sum
	if f.count < limit {
		return
	}
	period := time.Duration(s.limitValue(lockoutPeriod)) * time.Second
	a.status = mustObject(a.status).
		with("accountLocked", "true").
		with("accountLockedAt", strconv.Quote(formatTimestamp(now))).
		with("accountLockedUntil", strconv.Quote(formatTimestamp(now.Add(period)))).
		String()
}

// withoutLock is the status with a lock that has gone.
func withoutLock(o object) string {
	return o.with("accountLocked", "false").without("accountLockedAt", "accountLockedUntil").String()
}
