package hdptest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Account is a user account as the tests and the demo see it.
type Account struct {
	ID       int64
	UserName string
	TenantID int64

	// StatusInfo and PasswordInfo are JSON text. From Stored they are what GET
	// would say now, absent and null and unknown properties included.
	StatusInfo   string
	PasswordInfo string

	Roles               []int64
	Permissions         []int64 // beyond those of the roles
	AuthUsers           []AuthUser
	TenantsAdministered []int64

	// Password is taken by AddAccount and never given out again.
	Password string
}

// An AuthUser is a name at an authentication service; service 1 is HDP's own.
type AuthUser struct {
	AuthUserName  string `json:"authUserName"`
	AuthServiceID int64  `json:"authServiceId"`
}

// Status is statusInfo's status: 1 active, 0 inactive, -1 not there.
func (a Account) Status() int { return intProperty(a.StatusInfo, "status") }

// PasswordStatus is 1 active, 2 must be reset, -1 not there.
func (a Account) PasswordStatus() int { return intProperty(a.PasswordInfo, "passwordStatus") }

// Locked is accountLocked as stored; whether the lock has lapsed is another
// question. Absent means false.
func (a Account) Locked() bool {
	o, _ := parseObject(a.StatusInfo)
	v, _ := o.get("accountLocked")
	return strings.Trim(v, `"`) == "true"
}

// LockedAt is accountLockedAt in UTC; false when absent or null.
func (a Account) LockedAt() (time.Time, bool) { return timestampIn(a.StatusInfo, "accountLockedAt") }

// LockedUntil is accountLockedUntil in UTC; false when absent or null.
func (a Account) LockedUntil() (time.Time, bool) {
	return timestampIn(a.StatusInfo, "accountLockedUntil")
}

// PasswordExpiration is in UTC; false when absent or null: never expires.
func (a Account) PasswordExpiration() (time.Time, bool) {
	return timestampIn(a.PasswordInfo, "passwordExpiration")
}

func timestampIn(text, key string) (time.Time, bool) {
	o, _ := parseObject(text)
	return o.timestamp(key)
}

func intProperty(text, key string) int {
	o, _ := parseObject(text)
	raw, _ := o.get(key)
	n, err := strconv.Atoi(strings.Trim(raw, `"`))
	if err != nil {
		return -1
	}
	return n
}

// account is an Account as it is kept. Texts and slices of seeded accounts are
// shared among them: they are replaced, never written into.
type account struct {
	id           int64
	userName     string
	tenant       int64
	status       string
	password     string
	roles        []int64
	permissions  []int64
	authUsers    []AuthUser // none: {userName, 1}, which the server creates
	administered []int64

	secret   string // none: AccountPassword
	failures *failures
}

func (a *account) allAuthUsers() []AuthUser {
	if len(a.authUsers) > 0 {
		return a.authUsers
	}
	return []AuthUser{{a.userName, internalService}}
}

func (a *account) hasInternalAuth() bool {
	return slices.ContainsFunc(a.allAuthUsers(), func(u AuthUser) bool { return u.AuthServiceID == internalService })
}

func (a *account) hasPassword(password string) bool {
	if a.secret == "" {
		return password == AccountPassword
	}
	return password == a.secret
}

// isLocked tells whether the lock counts now: a lapsed one does not.
func (a *account) isLocked(now time.Time) bool {
	if !strings.Contains(a.status, "accountLocked") {
		return false
	}
	o := mustObject(a.status)
	if v, _ := o.get("accountLocked"); v != "true" {
		return false
	}
	until, ends := o.timestamp("accountLockedUntil")
	return !ends || until.After(now)
}

// The accounts of a server, by id and by name.
type accounts struct {
	byID   map[int64]*account
	byName map[string]int64 // lower case: login names are case-insensitive
	ids    []int64          // ascending
	last   int64            // the highest id ever given out
}

func newAccounts(size int) accounts {
	return accounts{
		byID:   make(map[int64]*account, size),
		byName: make(map[string]int64, size),
		ids:    make([]int64, 0, size),
	}
}

func (s *accounts) add(a *account) {
	s.byID[a.id] = a
	s.last = max(s.last, a.id)
	s.byName[strings.ToLower(a.userName)] = a.id
	if n := len(s.ids); n == 0 || s.ids[n-1] < a.id {
		s.ids = append(s.ids, a.id)
		return
	}
	at, _ := slices.BinarySearch(s.ids, a.id)
	s.ids = slices.Insert(s.ids, at, a.id)
}

func (s *accounts) remove(id int64) {
	a := s.byID[id]
	if a == nil {
		return
	}
	delete(s.byID, id)
	delete(s.byName, strings.ToLower(a.userName))
	at, _ := slices.BinarySearch(s.ids, id)
	s.ids = slices.Delete(s.ids, at, at+1)
}

func (s *accounts) find(name string) *account {
	id, found := s.byName[strings.ToLower(name)]
	if !found {
		return nil
	}
	return s.byID[id]
}

// nextID follows the highest id given out; ids are never reused.
func (s *accounts) nextID() int64 { return s.last + 1 }
