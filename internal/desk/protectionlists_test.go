package desk_test

import (
	"slices"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// A list that another session read a moment ago does not show what a colleague elsewhere has done since.
func TestTheLastAdministratorIsNotTakenFromAnOlderList(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	second := o.AddAccount(hdptest.Account{UserName: "second.admin", TenantID: sales, StatusInfo: `{"status":1}`})
	o.SetRoles(second, nil, int64(hdpclient.PermissionAdministrator))
	o.admin().begins(t)
	c := o.admin()
	first, _ := o.Find("d2cadmin")
	if list := c.begins(t); !slices.Contains(c.Guard(list).Administrators, second) {
		t.Fatal("the second administrator is missing")
	}
	o.SetStatusInfo(second, `{"status":0}`) // on another host

	g, err := c.SeeBatch(c.ctx, batch.Deactivate(), c.begins(t))
	if err != nil || slices.Contains(g.Administrators, second) {
		t.Errorf("the administrators are %v, %v", g.Administrators, err)
	}
	r, err := c.Read(c.ctx, first)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := r.Status.Get()
	seen, err := c.See(c.ctx, change.PlanStatus(change.SubjectOf(r.User), info, change.Deactivate(info)), r)
	if err != nil || slices.Contains(c.Guard(seen.List).Administrators, second) {
		t.Errorf("the administrators are %v, %v", c.Guard(seen.List).Administrators, err)
	}
}
