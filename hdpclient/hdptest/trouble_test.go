package hdptest_test

import (
	"fmt"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

func TestAColleagueChangesEachAccountOnceAfterARead(t *testing.T) {
	r := start(t, hdptest.WithTroubles(hdptest.Colleague))
	seen := r.Stored(307).StatusInfo
	r.helpdesk("GET", statusPath, "").expect(t, 200, seen)
	if r.locked() {
		t.Error("the account is still locked")
	}
	r.SetStatusInfo(307, `{"status":1,"accountLocked":true}`)
	r.helpdesk("GET", statusPath, "")
	if !r.locked() {
		t.Error("the colleague changed the account twice")
	}
	free := r.AddAccount(hdptest.Account{UserName: "free"})
	r.admin("GET", fmt.Sprintf("/api/admin/users/%d/statusinfo", free), "")
	if got := r.Stored(free).StatusInfo; got != `{"status":0}` {
		t.Errorf("an account without a lock is %s", got)
	}
}

func TestLostAnswersFollowStoredWrites(t *testing.T) {
	r := start(t, hdptest.WithTroubles(hdptest.LostAnswers))
	r.helpdesk("GET", statusPath, "").expect(t, 200, r.Stored(307).StatusInfo)
	if got, err := r.unlock(); err == nil {
		t.Errorf("answered: %+v", got)
	}
	if r.locked() {
		t.Error("the write was not stored")
	}
	if got, err := r.try("d2cadmin", hdptest.AdminPassword, "DELETE", "/api/admin/users/307", ""); err == nil || r.Stored(307).ID != 0 {
		t.Errorf("answered %+v, or not deleted", got)
	}
}

func TestAProxyAnswersWritesWithoutStoringThem(t *testing.T) {
	r := start(t, hdptest.WithTroubles(hdptest.Proxy))
	for range 2 {
		if got, err := r.unlock(); err != nil || got.status != 502 {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	if !r.locked() {
		t.Error("the proxy passed on a write")
	}
	const user = `{"userName":"new","statusInfo":{"status":1},"permissions":{"roles":[2]}}`
	for method, path := range map[string]string{"POST": "/api/admin/users", "DELETE": "/api/admin/users/307"} {
		if got := r.admin(method, path, user); got.status != 502 {
			t.Errorf("%s: %+v", method, got)
		}
	}
	if _, found := r.Find("new"); found || r.Stored(307).ID == 0 {
		t.Error("the proxy passed on a creation or a deletion")
	}
}
