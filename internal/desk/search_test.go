package desk_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
)

func (p *place) search(query string) (desk.Found, error) {
	return p.Search(p.t.Context(), search.ParseQuery(query), func() time.Time { now, _ := p.client.Now(); return now })
}

func TestSearch(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	add := func(name string, signIns ...string) int64 {
		a := hdptest.Account{UserName: name}
		for _, s := range signIns {
			a.AuthUsers = append(a.AuthUsers, hdptest.AuthUser{AuthUserName: s, AuthServiceID: 1})
		}
		return p.AddAccount(a)
	}
	bond, bonds := add("zz.bond"), add("zz.bondsman")
	number := add("30799")
	both := add("307")
	alias := add("zz.other", "zz.bonds", "zz-alone")
	mixed := add("ZZ.Mixed", "m")
	for _, c := range []struct {
		query     string
		want      []int64
		fuzzy     bool
		readsList bool
	}{
		{query: "zz.bond", want: []int64{bond}},
		{query: `"zz.bond"`, want: []int64{bond, bonds}, readsList: true}, // quotes search
		{query: "zz.bond status:active", want: []int64{bond, bonds}, readsList: true},
		{query: strconv.FormatInt(bond, 10), want: []int64{bond}},
		{query: "30799", want: []int64{number}},
		{query: "307", want: []int64{307, both}},
		{query: "zz.mixed", want: []int64{mixed}, readsList: true},
		{query: "zz.bonds", want: []int64{alias, bonds}, readsList: true}, // a sign-in name before a part of a name
		{query: "zz-alone", want: []int64{alias}, readsList: true},
		{query: "zz.bdsmn", want: []int64{bonds}, fuzzy: true, readsList: true},
		{query: "zz.nobody", readsList: true},
	} {
		p.ResetRequests()
		f, err := p.search(c.query)
		var got []int64
		for _, a := range f.Accounts {
			got = append(got, a.ID)
			if !a.HasStatus || !a.HasPassword || a.TenantName.IsZero() {
				t.Errorf("%s: %+v", c.query, a)
			}
		}
		if err != nil || !slices.Equal(got, c.want) || f.Fuzzy != c.fuzzy {
			t.Errorf("%s: %v, fuzzy %v, %v; want %v", c.query, got, f.Fuzzy, err, c.want)
		}
		listed := slices.ContainsFunc(p.Requests(), func(r hdptest.Request) bool { return strings.HasPrefix(r.Path, "/api/admin/users?") })
		if listed != c.readsList {
			t.Errorf("%s: the list was read: %v", c.query, listed)
		}
	}
}

// In a path, dots do not name an account.
func TestSearchForDots(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	if f, err := p.search(".."); err != nil || f.Accounts != nil && !f.Fuzzy {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestSearchReturnsThePartOfABrokenList(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/api/admin/users", Kind: hdptest.CutBody})
	f, err := p.search("status:active")
	if err == nil || len(f.Accounts) == 0 {
		t.Errorf("%d accounts, %v", len(f.Accounts), err)
	}
	if list, err := p.ReadList(t.Context()); err != nil || len(f.Accounts) >= list.Len() {
		t.Errorf("%d of %d accounts, %v", len(f.Accounts), list.Len(), err)
	}
}

func TestSearchEndsIfTheLoginIsRefused(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/passwordinfo", Kind: hdptest.Status, Status: 401})
	if f, err := p.search("grace.kim"); !errors.Is(err, hdpclient.ErrUnauthorized) || len(f.Accounts) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
	p = asAdministrator(t)
	p.Fail(hdptest.Fault{Method: "GET", Path: "/passwordinfo", Kind: hdptest.Status, Status: 403})
	if f, err := p.search("grace.kim"); err != nil || len(f.Accounts) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}
