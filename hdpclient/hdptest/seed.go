package hdptest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// AccountPassword is the password of every account except the operators'.
const AccountPassword = "Amber-Fox42"

// The passwords of the operators. They are for the demo and protect nothing.
const (
	AdminPassword    = "Ocean-Pine7"
	HelpdeskPassword = "Quiet-Lake5"
	ViewerPassword   = "Brave-Moon3"
)

// Login is an operator who can sign in.
type Login struct {
	User     string
	Password string
	Role     string // what the operator may do, in words
}

// Logins returns the operators, who exist on every server.
func (s *Server) Logins() []Login {
	return []Login{
		{"d2cadmin", AdminPassword, "system administrator: everything, in every tenant"},
		{"helpdesk", HelpdeskPassword, "helpdesk: sees and changes users of Sales, Ops, Engineering and both Support tenants"},
		{"viewer", ViewerPassword, "viewer: sees users of Sales and Ops, changes nothing"},
	}
}

// The roles of the system tenant: three of HDP's and three of ours.
const (
	roleAdministrator = 1
	roleUser          = 2
	roleTenantAdmin   = 3
	roleHelpdesk      = 4
	roleViewer        = 5
	roleNoRights      = 6
)

// userRole returns the role of the tenant's ordinary users.
func userRole(tenant int64) int64 {
	if tenant == systemTenant {
		return roleUser
	}
	return tenant*10 + roleUser
}

func seedTenants() ([]tenant, []role) {
	tenants := []tenant{
		{systemTenant, "System", "The system tenant"},
		{27, "Finance", "Finance and controlling"},
		{32, "Engineering", "Product development"},
		{56, "Sales", "Field and inside sales"},
		{57, "Ops", "Operations"},
		{61, "Support", "Support, Europe"},
		{88, "Support", "Support, Asia"},
	}
	span := func(from, to int64) (ids []int64) {
		for id := from; id <= to; id++ {
			ids = append(ids, id)
		}
		return ids
	}
	user, tenantAdmin := span(1, 11), append(span(1, 11), span(13, 21)...)
	roles := []role{
		{roleAdministrator, "System Administrator", systemTenant, "All permissions", permissionIDs()},
		{roleUser, "User", systemTenant, "Default user", user},
		{roleTenantAdmin, "Tenant Administrator", systemTenant, "Administers a tenant", tenantAdmin},
		{
			roleHelpdesk, "Helpdesk", systemTenant, "Unlocks users and resets passwords",
			[]int64{permChangePassword, permMgmtAPI, permViewUsers, permModifyUsers},
		},
		{roleViewer, "Viewer", systemTenant, "Views users", []int64{permChangePassword, permMgmtAPI, permViewUsers}},
		{roleNoRights, "No Rights", systemTenant, "Nothing", nil},
	}
	for _, t := range tenants[1:] {
		roles = append(roles,
			role{t.id*10 + roleUser, "User", t.id, "Default user", user},
			role{t.id*10 + roleTenantAdmin, "Tenant Administrator", t.id, "Administers " + t.name, tenantAdmin},
		)
	}
	return tenants, roles
}

func operators() []*account {
	admin := &account{
		id: 1, userName: "d2cadmin", tenant: systemTenant, secret: AdminPassword,
		roles: []int64{roleAdministrator},
	}
	helpdesk := &account{
		id: 20, userName: "helpdesk", tenant: systemTenant, secret: HelpdeskPassword,
		roles: []int64{roleHelpdesk}, administered: []int64{32, 56, 57, 61, 88},
	}
	viewer := &account{
		id: 21, userName: "viewer", tenant: systemTenant, secret: ViewerPassword,
		roles: []int64{roleViewer}, administered: []int64{56, 57},
	}
	all := []*account{admin, helpdesk, viewer}
	for _, a := range all {
		a.status, a.password = statusActive, `{"passwordStatus":1,"passwordExpiration":null}`
	}
	return all
}

const (
	statusActive   = `{"status":1}`
	statusUnlocked = `{"status":1,"accountLocked":false}`
	statusInactive = `{"status":0}`
)

// seedAccounts makes n accounts: operators, then hand-made ones, then generated ones.
func seedAccounts(n int, seed uint64, start time.Time, roles []role) accounts {
	start = start.Truncate(time.Second)
	first := append(operators(), handMadeAccounts(start)...)
	if n == handMade {
		n = len(first)
	}
	n = max(n, len(operators()))
	all := newAccounts(n)
	for _, a := range first[:min(n, len(first))] {
		all.add(a)
	}
	if more := n - len(first); more > 0 {
		newGenerator(seed, start, roles).generate(&all, more)
	}
	return all
}

// generator makes accounts that look like a company's. They share texts and slices, so
// that 100,000 of them need little memory.
type generator struct {
	*rand.Rand
	start    time.Time
	midnight time.Time
	expiries map[string]string
	userRole map[int64][]int64
	names    nameList
}

func newGenerator(seed uint64, start time.Time, roles []role) *generator {
	g := &generator{
		Rand:     rand.New(rand.NewPCG(seed, 0x48445041)),
		start:    start,
		midnight: start.Truncate(24 * time.Hour),
		expiries: map[string]string{},
		userRole: map[int64][]int64{},
		names:    newNameList(),
	}
	for _, r := range roles {
		if r.id == userRole(r.tenant) {
			g.userRole[r.tenant] = []int64{r.id}
		}
	}
	return g
}

func (g *generator) generate(all *accounts, n int) {
	slab := make([]account, n)
	id := max(all.last, 1000)
	for i := range slab {
		id += 1 + g.Int64N(3)
		a := &slab[i]
		a.id, a.tenant, a.status = id, g.pickTenant(), statusActive
		a.roles = g.userRole[a.tenant]
		a.userName = g.uniqueName(all)
		a.password = g.passwordInfo(1, 8+g.IntN(112))
		g.assignState(a)
		all.add(a)
	}
}

func (g *generator) pickTenant() int64 {
	switch p := g.IntN(100); {
	case p < 30:
		return 56
	case p < 50:
		return 57
	case p < 70:
		return 32
	case p < 85:
		return 27
	case p < 93:
		return 61
	case p < 98:
		return 88
	}
	return systemTenant
}

// assignState sets status and password. Of 48,000 accounts, some 40 are locked, 800 are
// inactive and 90 must change the password.
func (g *generator) assignState(a *account) {
	switch p := g.IntN(100_000); {
	case p < 55:
		a.status = g.lockedStatus(1, time.Duration(1+g.IntN(29*60))*time.Second, 30*time.Minute)
	case p < 70:
		a.status = g.lockedStatus(1, time.Duration(1+g.IntN(14*24))*time.Hour, 30*time.Minute) // expired
	case p < 75:
		a.status = g.lockedStatus(1, time.Duration(1+g.IntN(90*24))*time.Hour, 0) // never ends
	case p < 80:
		a.status = g.lockedStatus(0, time.Duration(1+g.IntN(29*60))*time.Second, 30*time.Minute)
	case p < 1_700:
		a.status = statusInactive
	case p < 4_700:
		a.status = statusUnlocked // was locked once
	}
	switch p := g.IntN(100_000); {
	case p < 190:
		a.password = g.passwordInfo(2, 1+g.IntN(90))
	case p < 700:
		a.password = g.passwordInfo(1, -1-g.IntN(200))
	case p < 1_900:
		a.password = g.passwordInfo(1, 1+g.IntN(7))
	case p < 14_000:
		a.password = `{"passwordStatus":1,"passwordExpiration":null}`
	case p < 18_000:
		a.password = `{"passwordStatus":1}`
	case p < 27_000:
		a.password = `{"passwordStatus":1}`
		a.authUsers = []AuthUser{{a.userName, 2}}
	case p < 29_000:
		a.authUsers = []AuthUser{{a.userName, internalService}, {a.userName, 2}}
	}
}

// lockedStatus returns a status with a lock that began so long ago. With long 0, it never
// ends.
func (g *generator) lockedStatus(status int, ago, long time.Duration) string {
	return lockedStatus(status, g.start.Add(-ago), long)
}

func lockedStatus(status int, at time.Time, long time.Duration) string {
	if long == 0 {
		return fmt.Sprintf(`{"status":%d,"accountLocked":true,"accountLockedAt":%q}`, status, formatTimestamp(at))
	}
	return fmt.Sprintf(`{"status":%d,"accountLocked":true,"accountLockedAt":%q,"accountLockedUntil":%q}`,
		status, formatTimestamp(at), formatTimestamp(at.Add(long)))
}

func (g *generator) passwordInfo(status, days int) string {
	text := expiringPassword(status, g.midnight.AddDate(0, 0, days))
	if shared, found := g.expiries[text]; found {
		return shared
	}
	g.expiries[text] = text
	return text
}

func expiringPassword(status int, at time.Time) string {
	return fmt.Sprintf(`{"passwordStatus":%d,"passwordExpiration":%q}`, status, formatTimestamp(at))
}

// uniqueName makes a name that no account has yet.
func (g *generator) uniqueName(all *accounts) string {
	first, last := pick(g, g.names.first), pick(g, g.names.last)
	var name string
	switch p := g.IntN(100); {
	case p < 70:
		name = first + "." + last
	case p < 80:
		name = first[:1] + last
	case p < 86:
		name = last + "." + first[:1]
	case p < 91:
		name = first + "_" + last
	case p < 95:
		name = strings.ToUpper(first[:1]) + first[1:] + "." + strings.ToUpper(last[:1]) + last[1:]
	case p < 97:
		name = first + "." + last + "@example.com"
	default:
		name = pick(g, g.names.service) + "-" + pick(g, []string{"etl", "report", "sync", "batch", "api", "bi"})
	}
	if all.find(name) == nil {
		return name
	}
	base, domain, _ := strings.Cut(name, "@")
	if domain != "" {
		domain = "@" + domain
	}
	// Growing steps, since of 100,000 accounts some thousands share a name.
	for n := 2; ; n += 1 + g.IntN(n) {
		if name := fmt.Sprint(base, n, domain); all.find(name) == nil {
			return name
		}
	}
}

func pick(g *generator, from []string) string { return from[g.IntN(len(from))] }
