package search

import (
	"time"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// moments are few and near noon, so that equal times occur.
var moments = rapid.Map(rapid.SampledFrom([]time.Duration{
	-400 * day, -day, -time.Second, -1, 0, 1, time.Second, time.Hour, 7*day - 1, 7 * day, 7*day + 1, 14 * day, 30 * day, 31 * day, 90 * day,
}), func(d time.Duration) time.Time { return noon.Add(d) })

func sometimes(t *rapid.T, label string, change func()) {
	if rapid.Bool().Draw(t, label) {
		change()
	}
}

// staffMember draws accounts of every kind.
var staffMember = rapid.Custom(func(t *rapid.T) account.Account {
	a := account.Account{
		ID:       rapid.Int64Range(1, 60).Draw(t, "id"),
		Name:     hdpclient.TextOf(rapid.SampledFrom([]string{"alice", "Alice", "bob", "bob.alison", "c:d", "-x", "mali", ""}).Draw(t, "name")),
		TenantID: rapid.Int64Range(0, 3).Draw(t, "tenant"),
		Auth:     rapid.SampledFrom([]account.Auth{account.NotRead, account.NotRead, account.Internal, account.External, account.Mixed}).Draw(t, "auth"),
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
		a.Roles = account.RolesOf(rapid.SliceOfN(rapid.Int64Range(1, 4), 0, 3).Draw(t, "roles")...)
	})
	return a
})

var staffs = rapid.SliceOfNDistinct(staffMember, 0, 40, func(a account.Account) int64 { return a.ID })

// snapshotAfterChanges draws a list after changes to some accounts, with or without
// cached facts from before.
func snapshotAfterChanges(t *rapid.T) (*Snapshot, []account.Account) {
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
	var all []account.Account
	for i := range s.Len() {
		all = append(all, s.At(i))
	}
	return s, all
}

// everyKind returns an account of every kind that a filter or a sort distinguishes, at
// the edges of all times in the tests.
func everyKind() []account.Account {
	edges := []time.Duration{-day, 0, 1, 7*day - 1, 7 * day, 7*day + 1, 30 * day, 30*day + 1}
	statuses := []func(*account.Account){noStatus, inactive, func(*account.Account) {}, status7, func(a *account.Account) { a.Status = 2 }}
	locks := []func(*account.Account){
		func(*account.Account) {}, locked, unreadableLock, lockedFor(0), lockedFor(1), lockedFor(-day),
		func(a *account.Account) { a.HasStatus, a.Locked = false, true },
	}
	passwords := []func(*account.Account){noPassword, mustChangePassword, func(*account.Account) {}, password7}
	expirations := []func(*account.Account){func(*account.Account) {}, unreadableExpiry}
	for _, d := range edges {
		expirations = append(expirations, expiresIn(d))
	}
	tenants := []tenantKey{{}, {id: 1, name: hdpclient.TextOf("Sales")}, {id: 2, name: hdpclient.TextOf("North Sales")}, {id: 3}}
	roles := []account.Roles{{}, account.RolesOf(), account.RolesOf(2), account.RolesOf(1, 3)}
	names := []string{"ali", "bob", "", "c:d", "Ali"}
	var all []account.Account
	for _, status := range statuses {
		for _, lock := range locks {
			for _, password := range passwords {
				for _, expiration := range expirations {
					n := len(all)
					tenant := tenants[n*7/3%len(tenants)]
					by := []account.Auth{account.NotRead, account.External, account.Internal, account.Mixed}[n*5/7%4]
					a := with(lock, status, password, expiration, auth(by))
					a.ID = int64(n*7919%10007) + 1
					a.Name = hdpclient.TextOf(names[n*3/2%len(names)])
					a.TenantID, a.TenantName, a.Roles = tenant.id, tenant.name, roles[n*11/5%len(roles)]
					all = append(all, a)
				}
			}
		}
	}
	return all
}
