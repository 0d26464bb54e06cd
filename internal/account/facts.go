package account

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

// Section is a part of what is known about an account, in words.
type Section struct {
	Title string
	Facts []Fact
	// None says what there is instead of facts, "" if there are any.
	None string
	// Err is why the part could not be read.
	Err error
}

// Fact is one line of a section. Value is empty if there is none. Blanks at which no line may break
// are no-break spaces.
type Fact struct{ Label, Value string }

// Sections returns what is known about an account besides its verdict: of a row only the status and
// the password, of a reading everything. The reading is read's if has.
func (a Account) Sections(read hdpclient.Opt[Reading], times words.Times) []Section {
	r, has := read.Get()
	sections := []Section{a.statusSection(r, times), a.passwordSection(r, times)}
	if has {
		sections = append(sections, signInSection(r), permissionSection(r))
	}
	return sections
}

func (a Account) statusSection(r Reading, times words.Times) Section {
	s := Section{Title: "Status", Err: r.StatusErr}
	switch {
	case s.Err != nil:
		return s
	case !a.HasStatus:
		s.add("Status", "not given")
		return s
	}
	locked := "no"
	if a.Locked {
		locked = "yes"
		if a.Lock(times.Now()) == LockExpired {
			locked = "expired, flag still set"
		}
	}
	s.add("Status", a.Status.String())
	s.add("Locked", locked)
	info, _ := r.Status.Get()
	if a.Locked || !info.AccountLockedAt.IsZero() || !info.AccountLockedUntil.IsZero() {
		s.add("Locked at", describeTime(a.LockedAt, info.AccountLockedAt, times, "not given"))
		s.add("Locked until", describeTime(a.LockedUntil, info.AccountLockedUntil, times, "no end given"))
	}
	return s
}

func (a Account) passwordSection(r Reading, times words.Times) Section {
	s := Section{Title: "Password", Err: r.PasswordErr}
	switch {
	case s.Err != nil:
		return s
	case !a.HasPassword:
		s.add("Password", "not given")
		return s
	}
	info, _ := r.Password.Get()
	expires := "never"
	if !a.PasswordExpires.IsZero() || a.PasswordExpiresUnreadable {
		expires = describeTime(a.PasswordExpires, info.PasswordExpiration, times, "cannot be read")
	}
	s.add("Password", a.PasswordStatus.String())
	s.add("Expires", expires)
	return s
}

func signInSection(r Reading) Section {
	s := Section{Title: "Sign-in", Err: r.AuthErr}
	if s.Err != nil {
		return s
	}
	info, _ := r.Auth.Get()
	for _, u := range info.AuthUsers {
		by := fmt.Sprintf("service %d", u.AuthServiceID)
		if u.AuthServiceID == hdpclient.InternalAuthService {
			by = "internal"
		}
		name := u.AuthUserName.String()
		if name == everyName {
			name = "* (any name of this service)"
		}
		s.add(by, name)
	}
	if len(s.Facts) == 0 {
		s.None = "no sign-in name"
	}
	return s
}

func permissionSection(r Reading) Section {
	s := Section{Title: "Permissions", Err: r.PermissionsErr}
	if s.Err != nil {
		return s
	}
	p, ok := r.Permissions.Get()
	if !ok {
		s.None = "not given"
		return s
	}
	roles := make([]string, len(p.Roles))
	for i, id := range p.Roles {
		roles[i] = RoleWord(id)
	}
	s.add("Roles", strings.Join(roles, ", "))
	further := make([]string, len(p.Permissions))
	for i, id := range p.Permissions {
		further[i] = hdpclient.Permission(id).String()
	}
	if len(further) > 0 {
		s.add("Also has", strings.Join(further, ", "))
	}
	return s
}

func (s *Section) add(label, value string) { s.Facts = append(s.Facts, Fact{label, value}) }

// describeTime describes a time, its distance from now, and the time in UTC if that differs. A server
// value that is not a time stays unchanged.
func describeTime(t time.Time, raw hdpclient.Opt[hdpclient.Timestamp], times words.Times, none string) string {
	if t.IsZero() {
		if ts, ok := raw.Get(); ok {
			return ts.String() + " (not a time)"
		}
		return none
	}
	s, utc := times.Exact(t)
	now := times.Now()
	if t.After(now) {
		s += ", " + noBreak(words.In(t.Sub(now)))
	} else {
		s += ", " + noBreak(words.Ago(now.Sub(t)))
	}
	if utc != "" {
		s += " " + noBreak(utc)
	}
	return s
}

func noBreak(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// String says who authenticates the account, "" if that is not known.
func (a Auth) String() string {
	switch a {
	case Internal:
		return "internal"
	case External:
		return "external service"
	case Mixed:
		return "internal and external"
	case NotRead, NoAuth:
	}
	return ""
}
