package hdptest

import (
	"strings"
	"time"
)

// Names of hand-made accounts, for tests that use them.
const (
	GreekName    = "Ελένη.Παπαδοπούλου"
	CyrillicName = "Мария.Иванова"
	CJKName      = "山田太郎"
	ArabicName   = "محمد.علي"
	EmojiName    = "zoë🎉👩‍💻.müller"
	// HostileName tries to colour the terminal, ring its bell, set its title, reverse its
	// text and hide a character.
	HostileName = "mallory\x1b[31m\x07\x1b]0;owned\x07\u202egnp.exe\u200b\u009b2J"
)

// LongName returns the longest name that HDP allows: 128 characters.
func LongName() string { return strings.Repeat("long.name.", 12) + "of128chr" }

// handMadeAccounts makes one account of each kind, with fixed ids. Their times are
// relative to start: 307 was always locked 17 minutes ago.
func handMadeAccounts(start time.Time) []*account {
	day := func(n int) time.Time { return start.Truncate(24*time.Hour).AddDate(0, 0, n) }
	expires := func(days int) string { return expiringPassword(1, day(days)) }
	reset := func(days int) string { return expiringPassword(2, day(days)) }
	locked := func(ago, long time.Duration) string { return lockedStatus(1, start.Add(-ago), long) }
	const (
		finance, engineering, sales, ops, support, supportAsia = 27, 32, 56, 57, 61, 88

		half   = 30 * time.Minute
		never  = `{"passwordStatus":1,"passwordExpiration":null}`
		unset  = `{"passwordStatus":1}`
		active = statusActive
	)
	all := []*account{
		// The README shows these three, the only ones with "ali" in their names.
		{id: 307, userName: "alice.smith", tenant: sales, status: locked(17*time.Minute+20*time.Second, half), password: expires(9)},
		{id: 412, userName: "alina.kovac", tenant: sales, status: active, password: never},
		{id: 977, userName: "alistair.b", tenant: ops, status: statusInactive, password: `{"passwordStatus":2}`},

		{id: 2, userName: "d2cuser", tenant: systemTenant, status: active, password: unset},
		{id: 301, userName: "anna.lind", tenant: finance, status: active, password: expires(64)},
		{id: 304, userName: "bao.tran", tenant: engineering, status: lockedStatus(0, start.Add(-5*time.Minute), half), password: expires(40)},
		{id: 311, userName: "carla.mendes", tenant: sales, status: locked(3*time.Hour, half), password: expires(30)}, // expired
		{id: 318, userName: "d.okafor", tenant: ops, status: locked(50*time.Hour, 0), password: expires(55)},         // never ends
		{id: 321, userName: "dorian.grau", tenant: ops, status: locked(half-20*time.Second, half), password: never},  // 20 s left
		{id: 325, userName: "elif.yildiz", tenant: support, status: statusInactive, password: expires(12)},
		{id: 331, userName: "farid.haddad", tenant: sales, status: active, password: expires(-3)},
		{
			id: 338, userName: "grace.kim", tenant: sales, status: statusUnlocked, password: expires(2),
			dataSources: []DataSource{{ID: 31, Name: "Pipeline-EMEA", DataStore: 1, Description: "Leads of the region"}},
		},
		{id: 342, userName: "hugo.martin", tenant: ops, status: active, password: expires(6)},
		{id: 349, userName: "ines.costa", tenant: engineering, status: active, password: reset(30)},
		{id: 352, userName: "jamal.reed", tenant: engineering, status: active, password: reset(-1)},
		{id: 356, userName: "jan.novak", tenant: ops, status: active, password: unset, authUsers: []AuthUser{{"jnovak", 2}}},
		{
			id: 363, userName: "kiran.rao", tenant: sales, status: locked(4*time.Minute, half), password: expires(21),
			authUsers: []AuthUser{{"kiran.rao", internalService}, {"kiran.rao@corp.example", 3}},
		},
		{id: 370, userName: "lena.vogel", tenant: support, status: locked(11*time.Minute, half), password: reset(3)},
		{id: 384, userName: "nils.berg", tenant: ops, status: `{"status":7}`, password: expires(33)},
		{
			id: 391, userName: "olga.petrova", tenant: engineering,
			status: `{"status":1,"accountLocked":false,"riskScore":0.870,"labels":["vip",{"since":2019}],"lastReview":null}`, password: expires(48),
		},
		{
			id: 393, userName: "oscar.nilsson", tenant: sales,
			status: `{"status":1,"accountLocked":null,"accountLockedAt":null,"accountLockedUntil":null}`, password: never,
		},
		{id: 398, userName: "pavel.horak", tenant: sales, status: active, password: `{"passwordStatus":9,"origin":"import"}`},
		{
			id: 405, userName: "svc-reporting", tenant: ops, status: active, password: never, permissions: []int64{permNoExpiration, 31, 47},
			dataSources: []DataSource{
				{ID: 16, Name: "SalesForecast", DataStore: 1, Description: "Forecast of the quarter", Shared: true},
				{ID: 23, Name: "Orders", DataStore: 9},
			},
			limits: map[int64]int64{1: 1000, 6: 100},
			ipList: `{"managementAPI":[{"startAddress":"10.20.0.0","endAddress":"10.20.255.255"}],"dataAccess":[{"startAddress":"10.20.7.4"}]}`,
		},
		{id: 419, userName: GreekName, tenant: sales, status: active, password: expires(17)},
		{id: 426, userName: CyrillicName, tenant: support, status: active, password: expires(18)},
		{id: 433, userName: CJKName, tenant: supportAsia, status: locked(8*time.Minute, half), password: expires(19)},
		{id: 440, userName: ArabicName, tenant: finance, status: active, password: expires(20)},
		{id: 447, userName: EmojiName, tenant: engineering, status: active, password: expires(22)},
		{id: 454, userName: LongName(), tenant: sales, status: active, password: expires(23)},
		{id: 461, userName: HostileName, tenant: ops, status: statusInactive, password: never},
		{id: 468, userName: "412", tenant: ops, status: active, password: expires(70)}, // the id of alina.kovac
		{id: 475, userName: "night shift/ops 50%", tenant: ops, status: active, password: expires(71)},
		{id: 482, userName: "s.lee", tenant: support, status: active, password: expires(72)},
		{id: 489, userName: "s.lee2", tenant: supportAsia, status: active, password: expires(73)},
		{
			id: 503, userName: "sales.admin", tenant: sales, status: active, password: expires(80),
			roles: []int64{sales*10 + roleTenantAdmin}, administered: []int64{sales},
		},
	}
	for _, a := range all {
		if a.roles == nil {
			a.roles = []int64{userRole(a.tenant)}
		}
	}
	return all
}
