package hdptest

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"time"
)

const internalService = 1

// failures counts the consecutive wrong passwords of an account.
type failures struct {
	count int64
	first time.Time
	last  [sha256.Size]byte
}

// signIn checks the Basic authentication of a request. It returns the operator's account,
// or the refusal. Too many failures lock any account, an operator's too (page
// "Implementing an account lockout policy").
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
		// Only internal authentication locks accounts.
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
		return a, nil // HDP's lock and password do not apply
	}
	if a.isLocked(now) {
		return refuse(s.refuseSignIn(inventedLocked))
	}
	password := mustObject(a.password)
	// Users who must change their password can still call changePassword.
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

// findLogin returns the account and service of a login name. With the delimiter of system
// configuration 1, name|SERVICE is a name at an external service. Without a delimiter, only
// internal names can sign in.
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
		if a := s.accounts.byID[id]; a.signsInAs(name, service) {
			return a
		}
	}
	return nil
}

func (s *Server) countFailure(a *account, secret string, now time.Time) {
	limit := s.limitValue(lockoutLimit)
	if limit <= 0 {
		return // 0 turns lockout off, as we read "Limit > 0 enables"
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

// withoutLock returns the status after a lock has ended.
func withoutLock(o object) string {
	return o.with("accountLocked", "false").without("accountLockedAt", "accountLockedUntil").String()
}
