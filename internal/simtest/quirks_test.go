//go:build linux || darwin

package simtest_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
)

// journey is one edit of an account, and the properties that it may change.
type journey struct {
	name     string
	of       change.Resource
	edit     func(hdpclient.StatusInfo) hdpclient.StatusInfo
	password func(hdpclient.PasswordInfo) hdpclient.PasswordInfo
	names    []string
}

func journeys() []journey {
	at := hdpclient.At(noon.AddDate(0, 1, 0))
	status := func(name string, edit func(hdpclient.StatusInfo) hdpclient.StatusInfo, names ...string) journey {
		return journey{name: name, of: change.StatusInfo, edit: edit, names: names}
	}
	password := func(name string, edit func(hdpclient.PasswordInfo) hdpclient.PasswordInfo, names ...string) journey {
		return journey{name: name, of: change.PasswordInfo, password: edit, names: names}
	}
	return []journey{
		status("unlock", change.Unlock, "accountLocked", "accountLockedAt", "accountLockedUntil"),
		status("deactivate", change.Deactivate, "status"),
		status("activate", change.Activate, "status"),
		password("force a change", change.ForceChange, "passwordStatus"),
		password("set the expiry", func(p hdpclient.PasswordInfo) hdpclient.PasswordInfo { return change.SetExpiry(p, at) }, "passwordExpiration"),
		password("clear the expiry", change.ClearExpiry, "passwordExpiration"),
	}
}

// specimens returns the accounts that the journeys change.
func specimens() map[string]hdptest.Account {
	return map[string]hdptest.Account{
		"plain": {
			StatusInfo:   `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 11:45:11","accountLockedUntil":"2026-11-22 12:15:11"}`,
			PasswordInfo: `{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`,
		},
		"with nulls and unknown properties": {
			StatusInfo:   `{"status":0,"accountLocked":true,"accountLockedAt":null,"accountLockedUntil":null,"riskScore":0.870,"lastReview":null,"labels":["vip",{"since":2019}]}`,
			PasswordInfo: `{"passwordStatus":1,"passwordExpiration":null,"origin":"import"}`,
		},
	}
}

// Under every quirk and every two quirks, each journey must finish, claim what is true, and
// change no other property. The lifecycle quirks are tested alone: no journey meets them.
func TestJourneysUnderEveryQuirkAndEveryPair(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithClock(func() time.Time { return noon }))
	path := filepath.Join(scratchDir(t), "audit.jsonl")
	c := mustNewConsole(t, server.URL, path, setup{})
	ids := map[string]int64{}
	for name := range specimens() {
		ids[name] = server.AddAccount(hdptest.Account{TenantID: 56})
	}
	m := &matrix{T: t, server: server, c: c, ids: ids}
	m.run()
	quirks := hdptest.Quirks()
	combinations := 1
	for i, one := range quirks {
		server.SetQuirk(one, true)
		for k := i; k < len(quirks); k++ { // k == i tests one alone
			if k > i && ((i+k)%everyPair != 0 || slices.Contains(hdptest.LifecycleQuirks(), quirks[k])) {
				continue
			}
			server.SetQuirk(quirks[k], true)
			m.on = []hdptest.Quirk{one, quirks[k]}
			m.run()
			combinations++
			if k != i {
				server.SetQuirk(quirks[k], false)
			}
			if t.Failed() {
				t.Fatalf("under %q", m.on)
			}
		}
		server.SetQuirk(one, false)
	}
	report := mustVerify(t, path)
	if len(report.OpenIntents) != 0 {
		t.Errorf("open intents: %v", report.OpenIntents)
	}
	t.Logf("%d combinations, %d entries", combinations, report.Entries)
}

type matrix struct {
	*testing.T
	server *hdptest.Server
	c      *console
	ids    map[string]int64
	on     []hdptest.Quirk
}

func (m *matrix) run() {
	for name, a := range specimens() {
		id := m.ids[name]
		for _, j := range journeys() {
			m.server.SetStatusInfo(id, a.StatusInfo)
			m.server.SetPasswordInfo(id, a.PasswordInfo)
			m.makeJourney(id, j)
		}
		m.server.SetStatusInfo(id, a.StatusInfo)
		m.server.SetPasswordInfo(id, a.PasswordInfo)
		m.reset(id)
	}
}

func (m *matrix) hasQuirk(q hdptest.Quirk) bool { return slices.Contains(m.on, q) }

// makeJourney makes a journey, and undoes it unless two quirks are on.
func (m *matrix) makeJourney(id int64, j journey) {
	t, c, server := m.T, m.c, m.server
	t.Helper()
	who := change.Subject{ID: id}
	was := server.Stored(id)
	s, err := c.client.StatusInfo(t.Context(), id)
	p, err2 := c.client.PasswordInfo(t.Context(), id)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	var plan change.Plan
	if j.edit != nil {
		plan = change.PlanStatus(who, s, j.edit(s))
	} else {
		plan = change.PlanPassword(who, p, j.password(p))
	}
	if plan.Empty() {
		return // nothing to change
	}
	if !m.checkOutcome(id, j, was, c.writer.Apply(t.Context(), plan)) || len(m.on) > 0 && m.on[0] != m.on[1] {
		return
	}
	back, err := c.writer.Undo(id)
	if err != nil {
		t.Fatalf("%s: %v", j.name, err)
	}
	j.name = "undo " + j.name
	now := server.Stored(id)
	o := c.writer.Apply(t.Context(), back)
	if relocked := j.names[0] == "accountLocked" && m.hasQuirk(hdptest.ManualLockIgnored); relocked {
		if o.Kind != change.Differs || server.Stored(id).Locked() {
			t.Errorf("%s: %s, stored %+v", j.name, o.Kind, server.Stored(id))
		}
		return
	}
	if m.checkOutcome(id, j, now, o) && !storedMeaning(server.Stored(id), j.of).equal(storedMeaning(was, j.of)) {
		t.Errorf("%s: %v is not %v", j.name, storedMeaning(server.Stored(id), j.of), storedMeaning(was, j.of))
	}
}

// checkOutcome compares an outcome with the server, and reports whether it was Applied.
func (m *matrix) checkOutcome(id int64, j journey, was hdptest.Account, o change.Outcome) bool {
	t, server := m.T, m.server
	t.Helper()
	_, want := planMeanings(o.Plan)
	is := server.Stored(id)
	now := storedMeaning(is, j.of)
	if says := meaningOf(string(o.Stored())); !says.equal(now) {
		t.Errorf("%s: says that %v is stored, which is %v", j.name, says, now)
	}
	other := change.PasswordInfo
	if j.of == other {
		other = change.StatusInfo
	}
	if damaged := storedMeaning(is, other).diff(storedMeaning(was, other)); len(damaged) > 0 {
		t.Errorf("%s: %s: %v was changed", j.name, other, damaged)
	}
	damaged := slices.DeleteFunc(now.diff(storedMeaning(was, j.of)), func(name string) bool { return slices.Contains(j.names, name) })
	if o.Kind == change.Applied {
		if !now.equal(want) || len(damaged) > 0 {
			t.Errorf("%s: applied, but stored as %v, want %v; also changed: %v", j.name, now, want, damaged)
		}
		return true
	}
	// A server that drops unknown properties makes the outcome Differs.
	var differing []string
	for _, row := range o.Rows {
		differing = append(differing, row.Name)
	}
	slices.Sort(differing)
	if o.Kind != change.Differs || !m.hasQuirk(hdptest.UnknownDropped) || !slices.Equal(differing, now.diff(want)) || len(damaged) == 0 {
		t.Errorf("%s: %s %v %v, stored %v", j.name, o.Kind, o.Err, differing, now)
	}
	return false
}

func (m *matrix) reset(id int64) {
	t, c, server := m.T, m.c, m.server
	t.Helper()
	was := server.Stored(id)
	server.SetPassword(id, "")
	o := c.writer.ResetPassword(t.Context(), change.PlanReset(change.Subject{ID: id}), hdpclient.SecretOf("Tmp-Kite93!"))
	is := server.Stored(id)
	if o.Kind != change.Accepted || !server.CheckPassword(id, "Tmp-Kite93!") || is.PasswordStatus() != 2 {
		t.Errorf("reset: %s %v, stored %s", o.Kind, o.Err, is.PasswordInfo)
	}
	for _, r := range resources {
		for _, name := range storedMeaning(is, r).diff(storedMeaning(was, r)) {
			switch {
			case name == "passwordStatus":
			case name == "passwordExpiration" && m.hasQuirk(hdptest.ResetAddsExpiry):
			case r == change.StatusInfo && m.hasQuirk(hdptest.ResetUnlocks):
			default:
				t.Errorf("reset: %s was changed", name)
			}
		}
	}
}
