package batch_test

import (
	"fmt"
	"slices"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
)

// itoa is an id as it stands in a path.
func itoa(id int64) string { return fmt.Sprint(id) }

func TestWhoMustNotBeKeptOutIsLeftOut(t *testing.T) {
	d := newDesk(t)
	admin := func(name, status string) int64 {
		return d.AddAccount(hdptest.Account{UserName: name, StatusInfo: status, Permissions: []int64{12}})
	}
	installed, _ := d.Find("d2cadmin")
	one, two := admin("one", `{"status":1}`), admin("two", `{"status":1}`)
	retired := admin("retired", `{"status":0}`)
	user := d.AddAccount(hdptest.Account{UserName: "user"})
	locked := d.AddAccount(hdptest.Account{UserName: "locked", StatusInfo: lockedInfo, Permissions: []int64{12}})
	const left = batch.LastAdministrator

	for _, c := range []struct {
		name   string
		action batch.Action
		ids    []int64
		guard  batch.Guard
		want   []batch.Kind
	}{
		{"the own account by its id", batch.Deactivate(), []int64{user}, batch.Guard{OwnID: user}, []batch.Kind{batch.Own}},
		{"the own account by its login", batch.ForceChange(), []int64{user}, batch.Guard{Login: "USER"}, []batch.Kind{batch.Own}},
		{"another one", batch.Deactivate(), []int64{user}, batch.Guard{OwnID: one, Login: "one"}, []batch.Kind{batch.Planned}},
		{"d2cadmin", batch.SetExpiry(newYear), []int64{installed}, batch.Guard{}, []batch.Kind{batch.D2cadmin}},
		{"nobody is kept out", batch.ClearExpiry(), []int64{installed, one}, batch.Guard{OwnID: one}, []batch.Kind{batch.Already, batch.Already}},
		{"the own account, unlocked", batch.Unlock(), []int64{locked}, batch.Guard{OwnID: locked}, []batch.Kind{batch.Planned}},
		{"one of two administrators", batch.Deactivate(), []int64{one}, batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned}},
		{"both", batch.Deactivate(), []int64{one, user, two}, batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned, batch.Planned, left}},
		{"both, and d2cadmin remains", batch.Deactivate(), []int64{one, installed, two}, batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned, batch.D2cadmin, batch.Planned}},
		{"both, and the operator remains", batch.Deactivate(), []int64{one, two}, batch.Guard{OwnID: two}, []batch.Kind{batch.Planned, batch.Own}},
		{"an inactive one does not remain", batch.Deactivate(), []int64{one, retired}, batch.Guard{Administrators: []int64{one}}, []batch.Kind{left, batch.Already}},
		{"the list knows of none", batch.ForceChange(), []int64{one, two}, batch.Guard{}, []batch.Kind{batch.Planned, left}},
		{"no administrator is touched", batch.Deactivate(), []int64{user}, batch.Guard{}, []batch.Kind{batch.Planned}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			sheet := d.draft(c.ids, c.action, c.guard, batch.WithConcurrency(3))
			var got []batch.Kind
			for _, r := range sheet.Rows {
				got = append(got, r.Kind)
				if r.Kind == left && (!r.Plan.Empty() || r.Why != "last administrator: left out") {
					t.Errorf("%q with a plan", r.Why)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
