package directory

import (
	"time"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
)

// moments are about noon, and few, so that they meet.
var moments = rapid.Map(rapid.SampledFrom([]time.Duration{
	-400 * day, -day, -time.Second, -1, 0, 1, time.Second, time.Hour, 7*day - 1, 7 * day, 7*day + 1, 14 * day, 30 * day, 31 * day, 90 * day,
}), func(d time.Duration) time.Time { return noon.Add(d) })

func sometimes(t *rapid.T, label string, change func()) {
	if rapid.Bool().Draw(t, label) {
		change()
	}
}

// staffMember is an account of any kind there is, on the first page or so of a
// long life of edge cases.
var staffMember = rapid.Custom(func(t *rapid.T) Account {
	a := Account{
		ID:       rapid.Int64Range(0, 60).Draw(t, "id"),
		Name:     hdpclient.TextOf(rapid.SampledFrom([]string{"alice", "Alice", "bob", "bob.alison", "c:d", "-x", "mali", ""}).Draw(t, "name")),
		TenantID: rapid.Int64Range(0, 3).Draw(t, "tenant"),
		Auth:     rapid.SampledFrom([]Auth{NotRead, NotRead, Internal, External, Mixed}).Draw(t, "auth"),
	}
	a.TenantName = hdpclient.TextOf([]string{"", "Sales", "North Sales", ""}[a.TenantID])
	sometimes(t, "status", func() {
		a.HasStatus, a.Status = true, hdpclient.Status(rapid.IntRange(0, 3).Draw(t, "status"))
		sometimes(t, "locked", func() { a.Locked = true })
		sometimes(t, "until", func() { a.LockedUntil = moments.Draw(t, "lock end") })
	})
	sometimes(t, "password", func() {
		a.HasPassword, a.PasswordStatus = true, hdpclient.PasswordStatus(rapid.IntRange(1, 3).Draw(t, "password status"))
		sometimes(t, "expires", func() { a.PasswordExpires = moments.Draw(t, "expires") })
		sometimes(t, "unreadable", func() { a.PasswordExpiresUnreadable = a.PasswordExpires.IsZero() })
	})
	sometimes(t, "roles", func() {
		a.Roles = RolesOf(rapid.SliceOfN(rapid.Int64Range(1, 4), 0, 3).Draw(t, "roles")...)
	})
	return a
})

var staffs = rapid.SliceOfNDistinct(staffMember, 0, 40, func(a Account) int64 { return a.ID })

// snapshotAfterChanges is the list as it stands after some accounts of it have
// changed, with what was worked out before they did, or without.
func snapshotAfterChanges(t *rapid.T) (*Snapshot, []Account) {
	s := snapshotOf(staffs.Draw(t, "staff"))
	sometimes(t, "asked before", func() { s.Counts(noon, 0) })
	for by := NoColumn; by < columns; by++ {
		sometimes(t, "sorted before", func() { s.Filter(Filter{Sort: Sort{By: by}, Now: noon}) })
	}
	for _, a := range rapid.SliceOfN(staffMember, 0, 4).Draw(t, "changes") {
		if old, ok := s.ByID(a.ID); ok && rapid.Bool().Draw(t, "same name") {
			a.Name, a.TenantID, a.TenantName = old.Name, old.TenantID, old.TenantName
		}
		s = s.With(a)
	}
	var all []Account
	for i := range s.Len() {
		all = append(all, s.At(i))
	}
	return s, all
}
