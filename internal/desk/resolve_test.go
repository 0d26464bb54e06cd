package desk_test

import (
	"errors"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/desk"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	number := p.AddAccount(hdptest.Account{UserName: "4711"})
	unrelated := p.AddAccount(hdptest.Account{UserName: "4712", AuthUsers: []hdptest.AuthUser{{AuthUserName: "other", AuthServiceID: 1}}})
	both := p.AddAccount(hdptest.Account{UserName: "307"})
	p.AddAccount(hdptest.Account{UserName: "by.alias", AuthUsers: []hdptest.AuthUser{{AuthUserName: "shared", AuthServiceID: 1}}})
	named := p.AddAccount(hdptest.Account{UserName: "shared", AuthUsers: []hdptest.AuthUser{{AuthUserName: "elsewhere", AuthServiceID: 1}}})
	upper := p.AddAccount(hdptest.Account{UserName: "Mixed.Case", AuthUsers: []hdptest.AuthUser{{AuthUserName: "m", AuthServiceID: 1}}})
	twice := p.AddAccount(hdptest.Account{UserName: "twice"})
	p.AddAccount(hdptest.Account{UserName: "by.twice", AuthUsers: []hdptest.AuthUser{{AuthUserName: "twice", AuthServiceID: 57}}})
	for _, c := range []struct {
		text      string
		want      int64 // 0: none
		ambiguous bool
		readsList bool
	}{
		{text: "id:307", want: 307},
		{text: "alice.smith", want: 307},
		{text: "name:alice.smith", want: 307},
		{text: "4711", want: number},
		{text: "name:307", want: both},
		{text: "307", ambiguous: true},
		{text: "4712", want: unrelated, readsList: true}, // its sign-in name is different
		{text: "elsewhere", want: named, readsList: true},
		{text: "shared", want: named, readsList: true}, // a sign-in name never hides a user name
		{text: "twice", want: twice},                   // by.twice signs in as twice too
		{text: "mixed.case", want: upper, readsList: true},
		{text: "id:424242"},
		{text: "0307", readsList: true}, // a personnel number that nobody has
		{text: "+307", readsList: true},
		{text: "424242", readsList: true},
		{text: "nobody", readsList: true},
		{text: "..", readsList: true},
	} {
		p.ResetRequests()
		got, err := p.Resolve(t.Context(), c.text)
		listed := false
		for _, r := range p.Requests() {
			listed = listed || strings.HasPrefix(r.Path, "/api/admin/users?")
		}
		switch {
		case c.ambiguous:
			var several *desk.AmbiguousError
			if !errors.As(err, &several) || len(several.Found) != 2 || !strings.Contains(err.Error(), "alice.smith (id 307, tenant ") {
				t.Errorf("%s: %v, %v", c.text, got.ID, err)
			}
		case c.want == 0:
			if !errors.As(err, new(*desk.NotFoundError)) {
				t.Errorf("%s: %v, %v", c.text, got.ID, err)
			}
		case err != nil || got.ID != c.want:
			t.Errorf("%s: %d, %v, want %d", c.text, got.ID, err, c.want)
		}
		if listed != c.readsList {
			t.Errorf("%s: the list was read: %v", c.text, listed)
		}
	}
	for _, text := range []string{"id:x", "id:0307"} {
		if _, err := p.Resolve(t.Context(), text); err == nil {
			t.Errorf("%s is accepted as an id", text)
		}
	}
}

func TestResolveWithoutPermissionToSearch(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/api/admin/users/authUserName/*", Kind: hdptest.Status, Status: 403, Body: `{"error":{"code":222208103,"message":{"lang":"en-US","value":"You lack the permissions to access this url."}}}`})
	if got, err := p.Resolve(t.Context(), "alice.smith"); err != nil || got.ID != 307 {
		t.Errorf("%d, %v", got.ID, err)
	}
}

func TestResolveFailsIfTheListIsCutOff(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/api/admin/users", Kind: hdptest.CutBody})
	if _, err := p.Resolve(t.Context(), "nobody"); err == nil || errors.As(err, new(*desk.NotFoundError)) {
		t.Errorf("the account may be in the missing part: %v", err)
	}
}
