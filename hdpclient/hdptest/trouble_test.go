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
}
