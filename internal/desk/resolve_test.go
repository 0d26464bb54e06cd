package desk_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
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
		{text: strconv.FormatInt(upper, 10), want: upper},
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

// A login may not be allowed to read the account with that id, but the one with that name.
func TestResolveOfANumberWhoseIDMayNotBeRead(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	forbidden := func(path string) {
		p.Fail(hdptest.Fault{Method: "GET", Path: path, Kind: hdptest.Status, Status: 403, Body: `{"error":{"code":222208103,"message":{"lang":"en-US","value":"You lack the permissions to access this url."}}}`})
	}
	named := p.AddAccount(hdptest.Account{UserName: "307"})
	forbidden("/api/admin/users/307")
	if got, err := p.Resolve(t.Context(), "307"); err != nil || got.ID != named {
		t.Errorf("%d, %v", got.ID, err)
	}
	p.AddAccount(hdptest.Account{UserName: "by.alias", AuthUsers: []hdptest.AuthUser{{AuthUserName: "308", AuthServiceID: 1}}})
	for _, text := range []string{"308", "309", "id:307"} { // the first is somebody's sign-in name
		forbidden("/api/admin/users/" + strings.TrimPrefix(text, "id:"))
		if got, err := p.Resolve(t.Context(), text); !errors.Is(err, hdpclient.ErrForbidden) {
			t.Errorf("%s: %d, %v", text, got.ID, err)
		}
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

func TestResolveAllMeansTheSameHoweverTheListIsUsed(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	number := p.AddAccount(hdptest.Account{UserName: "4711"})
	p.AddAccount(hdptest.Account{UserName: "307"})
	p.AddAccount(hdptest.Account{UserName: "by.alias", AuthUsers: []hdptest.AuthUser{{AuthUserName: "shared", AuthServiceID: 1}}})
	named := p.AddAccount(hdptest.Account{UserName: "shared", AuthUsers: []hdptest.AuthUser{{AuthUserName: "elsewhere", AuthServiceID: 1}}})
	upper := p.AddAccount(hdptest.Account{UserName: "Mixed.Case", AuthUsers: []hdptest.AuthUser{{AuthUserName: "m", AuthServiceID: 1}}})
	id := strconv.FormatInt(upper, 10)
	texts := []string{"id:307", "alice.smith", "307", "4711", "shared", "elsewhere", "mixed.case", id, "424242", "nobody", "0307", "name:alice.smith"}
	for _, c := range []struct {
		name    string
		padding int
	}{
		{"few texts", 0},
		{"many texts", 30},
	} {
		p.ResetRequests()
		got, err := p.ResolveAll(t.Context(), each(append(slices.Clone(texts), slices.Repeat([]string{"alice.smith"}, c.padding)...)...))
		if err != nil {
			t.Fatal(c.name, err)
		}
		var ids []int64
		for _, a := range got.Accounts {
			ids = append(ids, a.ID)
		}
		if want := []int64{307, number, named, upper}; !slices.Equal(ids, want) {
			t.Errorf("%s: %v, want %v", c.name, ids, want)
		}
		var wrong []int
		for _, u := range got.Unresolved {
			wrong = append(wrong, u.Index)
			if ambiguous := errors.As(u.Err, new(*desk.AmbiguousError)); ambiguous != (u.Index == 2) {
				t.Errorf("%s: %s: %v", c.name, texts[u.Index], u.Err)
			}
		}
		if !slices.Equal(wrong, []int{2, 8, 9, 10}) {
			t.Errorf("%s: not found: %v", c.name, wrong)
		}
		lists := 0
		for _, r := range p.Requests() {
			if strings.HasPrefix(r.Path, "/api/admin/users?") {
				lists++
			}
		}
		if lists != 1 {
			t.Errorf("%s: the list was read %d times", c.name, lists)
		}
	}
}

// each returns texts with one meaning each.
func each(texts ...string) (all [][]string) {
	for _, text := range texts {
		all = append(all, []string{text})
	}
	return all
}

func TestATextWithTwoMeaningsIsAmbiguousIfTheyNameTwoAccounts(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	one := p.AddAccount(hdptest.Account{UserName: "=one"})
	p.AddAccount(hdptest.Account{UserName: "=two"})
	p.AddAccount(hdptest.Account{UserName: "'=two"})
	p.AddAccount(hdptest.Account{UserName: "307"})
	p.AddAccount(hdptest.Account{UserName: "third"})
	got, err := p.ResolveAll(t.Context(), [][]string{{"=one", "'=one"}, {"=two", "'=two"}, {"307", "third"}, {"=four", "'=four"}})
	if err != nil || len(got.Accounts) != 1 || got.Accounts[0].ID != one || len(got.Unresolved) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, want := range []string{"=two names 2 accounts", "307 names 3 accounts", "no account =four"} {
		if u := got.Unresolved[i]; u.Index != i+1 || !strings.HasPrefix(u.Err.Error(), want) {
			t.Errorf("%d: %v, want %s", u.Index, u.Err, want)
		}
	}
}

func TestManyNamesCostOneRequest(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	var texts []string
	for i := range 200 {
		texts = append(texts, "name."+strconv.Itoa(i))
		p.AddAccount(hdptest.Account{UserName: texts[i]})
	}
	p.AddAccount(hdptest.Account{UserName: "4711"}) // a personnel number
	p.ResetRequests()
	got, err := p.ResolveAll(t.Context(), each(append(texts, "4711", "id:307")...))
	if err != nil || len(got.Accounts) != 202 || len(p.Requests()) != 1 {
		t.Errorf("%d accounts, %d requests, %v", len(got.Accounts), len(p.Requests()), err)
	}
}

func TestResolveAllFailsIfTheListIsCutOff(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/api/admin/users", Kind: hdptest.CutBody})
	if got, err := p.ResolveAll(t.Context(), each("alice.smith", "nobody")); err == nil {
		t.Errorf("the account may be in the missing part: %v", got)
	}
}

func TestNamesAreFoldedLikeEqualFold(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	id := p.AddAccount(hdptest.Account{UserName: "Große.Kelvin.ſ", AuthUsers: []hdptest.AuthUser{{AuthUserName: "g", AuthServiceID: 1}}})
	if got, err := p.Resolve(t.Context(), "GROẞE.\u212aELVIN.S"); err != nil || got.ID != id {
		t.Errorf("%v, %v", got.ID, err)
	}
}

func TestSeeBatchReadsTheListOnlyIfItMust(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	for _, c := range []struct {
		action         batch.Action
		list           *search.Snapshot
		lists          int
		administrators bool
	}{
		{batch.Unlock(), nil, 0, false},
		{batch.Deactivate(), nil, 1, true},
		{batch.Deactivate(), p.list(), 0, true},
	} {
		p.ResetRequests()
		g, err := p.SeeBatch(t.Context(), c.action, c.list)
		if err != nil || g.Operator.ID == 0 || len(g.Administrators) > 0 != c.administrators {
			t.Errorf("%s: %+v, %v", c.action, g, err)
		}
		lists := 0
		for _, r := range p.Requests() {
			if strings.HasPrefix(r.Path, "/api/admin/users?") {
				lists++
			}
		}
		if lists != c.lists {
			t.Errorf("%s: the list was read %d times", c.action, lists)
		}
	}
}

func TestSeeBatchFindsTheOperatorByTheLogin(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/api/mgmt/user", Kind: hdptest.Status, Status: 403, Times: hdptest.Forever, Body: `{"error":{"code":222208103,"message":{"lang":"en-US","value":"No."}}}`})
	g, err := p.SeeBatch(t.Context(), batch.Deactivate(), nil)
	if id, _ := p.Server.Find("d2cadmin"); err != nil || g.Operator.ID != id {
		t.Errorf("%+v, %v", g, err)
	}
}
