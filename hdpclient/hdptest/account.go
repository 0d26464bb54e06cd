package hdptest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Account is a user account as the tests and the demo see it.
type Account struct {
	ID       int64
	UserName string
	TenantID int64

	// StatusInfo and PasswordInfo are JSON text. Stored returns what GET would answer
	// now, with its nulls and its unknown properties.
	StatusInfo   string
	PasswordInfo string

	Roles               []int64
	Permissions         []int64 // in addition to those of the roles
	AuthUsers           []AuthUser
	TenantsAdministered []int64

	DataSources []DataSource
	Limits      map[int64]int64 // set on this account, by the id of the limit
	// IPList is JSON text: the object of "Create IP address whitelists for a user". "" is
	// an account without a list.
	IPList string

	// Password is only read by AddAccount. Stored leaves it empty.
	Password string
}

// AuthUser is a name at an authentication service. Service 1 is HDP's own.
type AuthUser struct {
	AuthUserName  string `json:"authUserName"`
	AuthServiceID int64  `json:"authServiceId"`
}

// Status returns the status in statusInfo: 1 active, 0 inactive, -1 absent.
func (a Account) Status() int { return intProperty(a.StatusInfo, "status") }

// PasswordStatus returns 1 for active, 2 for must change, -1 where it is absent.
func (a Account) PasswordStatus() int { return intProperty(a.PasswordInfo, "passwordStatus") }

// Locked returns accountLocked as it is stored, true for an expired lock too. Absent
// means false.
func (a Account) Locked() bool {
	o, _ := parseObject(a.StatusInfo)
	v, _ := o.get("accountLocked")
	return strings.Trim(v, `"`) == "true"
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

// account is an Account as the server keeps it. Seeded accounts share texts and slices:
// replace these, never write into them.
type account struct {
	id           int64
	userName     string
	tenant       int64
	status       string
	password     string
	roles        []int64
	permissions  []int64
	authUsers    []AuthUser // empty: {userName, 1}
	administered []int64
	dataSources  []DataSource
	limits       map[int64]int64
	ipList       string

	permissionsMore object // unknown properties of the permissions
	authInfo        string // as it was set; "" for authUsers alone

	secret   string // empty: AccountPassword
	keyless  bool   // it has no password at all
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

func (a *account) signsInAs(name string, service int64) bool {
	return slices.ContainsFunc(a.allAuthUsers(), func(u AuthUser) bool {
		return u.AuthServiceID == service && strings.EqualFold(u.AuthUserName, name)
	})
}

func (a *account) hasPassword(password string) bool {
	switch {
	case a.keyless:
		return false
	case a.secret == "":
		return password == AccountPassword
	}
	return password == a.secret
}

func (a *account) setSecret(password string) { a.secret, a.keyless = password, false }

// isLocked reports whether the account is locked now. An expired lock does not count.
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

// accounts holds the accounts of a server.
type accounts struct {
	byID   map[int64]*account
	byName map[string][]int64 // lower case: login names are case-insensitive
	ids    []int64            // ascending
	last   int64              // the highest id ever used
}

func newAccounts(size int) accounts {
	return accounts{
		byID:   make(map[int64]*account, size),
		byName: make(map[string][]int64, size),
		ids:    make([]int64, 0, size),
	}
}

func (s *accounts) add(a *account) {
	s.byID[a.id] = a
	s.last = max(s.last, a.id)
	key := strings.ToLower(a.userName)
	s.byName[key] = append(s.byName[key], a.id)
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
	key := strings.ToLower(a.userName)
	s.byName[key] = slices.DeleteFunc(s.byName[key], func(other int64) bool { return other == id })
	at, _ := slices.BinarySearch(s.ids, id)
	s.ids = slices.Delete(s.ids, at, at+1)
}

// named returns the accounts with that name, in any case.
func (s *accounts) named(name string) []*account {
	var all []*account
	for _, id := range s.byName[strings.ToLower(name)] {
		all = append(all, s.byID[id])
	}
	return all
}

// find returns the account with that name. Of several, it prefers one in the same case.
func (s *accounts) find(name string) *account {
	var found *account
	for _, a := range s.named(name) {
		if found == nil || a.userName == name && found.userName != name {
			found = a
		}
	}
	return found
}

// nextID never returns an id that was used before, even by a deleted account.
func (s *accounts) nextID() int64 { return s.last + 1 }
