package hdpclient

import (
	"testing"

	json "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient/hdptest"
)

// HDP mixes numbers, strings and booleans. All are read, and go back as they came.
func TestStatusInfoKeepsItsWireForm(t *testing.T) {
	for _, test := range []struct{ came, unlocked, off string }{
		{`{"status":1,"accountLocked":true}`, `{"status":1,"accountLocked":false}`, `{"status":0,"accountLocked":true}`},
		{`{"status":"1","accountLocked":"true"}`, `{"status":"1","accountLocked":"false"}`, `{"status":"0","accountLocked":"true"}`},
		{`{"status":1.0,"accountLocked":1}`, `{"status":1.0,"accountLocked":0}`, `{"status":0,"accountLocked":1}`},
		{`{"status":" 1","accountLocked":"1"}`, `{"status":" 1","accountLocked":"0"}`, `{"status":"0","accountLocked":"1"}`},
		{`{"status":1,"accountLocked":"TRUE"}`, `{"status":1,"accountLocked":"false"}`, `{"status":0,"accountLocked":"TRUE"}`},
		{`{"status":"7","accountLocked":null}`, `{"status":"7","accountLocked":false}`, `{"status":"0","accountLocked":null}`},
		{`{"status":"1"}`, `{"status":"1","accountLocked":false}`, `{"status":"0"}`},
	} {
		var s StatusInfo
		if err := json.Unmarshal([]byte(test.came), &s, lenient()); err != nil {
			t.Errorf("%s: %v", test.came, err)
			continue
		}
		unlocked, off := s, s
		unlocked.AccountLocked, off.Status = Some(false), Inactive
		for want, v := range map[string]StatusInfo{test.came: s, test.unlocked: unlocked, test.off: off} {
			if got, err := json.Marshal(v, Verbatim()); err != nil || string(got) != want {
				t.Errorf("%s goes back as %s (%v), want %s", test.came, got, err, want)
			}
		}
	}
	for _, text := range []string{
		`{"status":"on"}`, `{"status":""}`, `{"status":true}`, `{"status":1.5}`, `{"status":null}`, `{"status":{}}`,
		`{"status":1,"accountLocked":"yes"}`, `{"status":1,"accountLocked":2}`, `{"status":1,"accountLocked":""}`,
		`{"status":"1","status":1}`, `{"status":1,"accountLocked":true,"accountLocked":"true"}`,
	} {
		var s StatusInfo
		if err := json.Unmarshal([]byte(text), &s, lenient()); err == nil {
			t.Errorf("%s is read as %+v", text, s)
		}
	}
}

func TestPasswordInfoKeepsItsWireForm(t *testing.T) {
	var p PasswordInfo
	if err := json.Unmarshal([]byte(`{"passwordStatus":"2","passwordExpiration":null}`), &p, lenient()); err != nil || p.PasswordStatus != PasswordMustChange {
		t.Fatal(p, err)
	}
	for want, status := range map[string]PasswordStatus{
		`{"passwordStatus":"2","passwordExpiration":null}`: PasswordMustChange,
		`{"passwordStatus":"1","passwordExpiration":null}`: PasswordActive,
	} {
		p.PasswordStatus = status
		if got, err := json.Marshal(p, Verbatim()); err != nil || string(got) != want {
			t.Errorf("%s (%v), want %s", got, err, want)
		}
	}
}

func TestServerThatAnswersInStringsAcceptsItsOwnForm(t *testing.T) {
	s := hdptest.NewServer(t, hdptest.WithQuirks(hdptest.AllAsStrings))
	c, err := New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.SetCredentials(Credentials{User: "helpdesk", Password: SecretOf(hdptest.HelpdeskPassword)})
	info, err := c.StatusInfo(t.Context(), 307)
	if err != nil || info.Status != Active || !info.AccountLocked.Or(false) {
		t.Fatal(info, err)
	}
	info.AccountLocked = Some(false)
	if _, err := c.UpdateStatusInfo(t.Context(), 307, StatusInfo{Status: info.Status, statusForm: info.statusForm, AccountLocked: info.AccountLocked, lockForm: info.lockForm}); err != nil {
		t.Fatal(err)
	}
	all := s.Requests()
	if got := all[len(all)-1].Body; got != `{"status":"1","accountLocked":"false"}` {
		t.Errorf("sent %s", got)
	}
}
