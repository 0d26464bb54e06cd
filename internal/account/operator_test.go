package account

import (
	"context"
	"errors"
	"slices"
	"testing"

	"hdpadmin/hdpclient"
)

func signIns(names ...string) []hdpclient.AuthUser {
	all := []hdpclient.AuthUser{}
	for _, name := range names {
		all = append(all, hdpclient.AuthUser{AuthUserName: hdpclient.TextOf(name), AuthServiceID: 2})
	}
	return all
}

func TestOperatorOwnsAccount(t *testing.T) {
	const jane = "jane.doe"
	for name, c := range map[string]struct {
		operator Operator
		signIns  []hdpclient.AuthUser
		want     bool
	}{
		"nobody is signed in":              {Operator{}, nil, false},
		"by id":                            {Operator{Login: "jdoe|LDAP1", ID: 900}, nil, true},
		"another id":                       {Operator{Login: "jdoe|LDAP1", ID: 5}, signIns("jdoe"), false},
		"another id, names not read":       {Operator{Login: "helpdesk", ID: 5}, nil, false},
		"another id, own user name":        {Operator{Login: "Jane.Doe", ID: 5}, nil, true},
		"another id, own sign-in name":     {Operator{Login: "JDOE", ID: 5}, signIns("jdoe"), true},
		"no id, names not read":            {Operator{Login: "helpdesk"}, nil, true},
		"no id, other names":               {Operator{Login: "helpdesk"}, signIns("jdoe"), false},
		"no id, no sign-in names":          {Operator{Login: "helpdesk"}, signIns(), false},
		"by user name":                     {Operator{Login: "JANE.DOE"}, signIns("jdoe"), true},
		"by sign-in name":                  {Operator{Login: "jdoe"}, signIns("x", "JDoe"), true},
		"decomposed":                       {Operator{Login: "rene\u0301|LDAP1"}, signIns("ren\u00e9"), true},
		"at a service":                     {Operator{Login: "jdoe|LDAP1"}, signIns("jdoe"), true},
		"at a service, long delimiter":     {Operator{Login: "jdoe::LDAP-1"}, signIns("jdoe"), true},
		"at a service, name has delimiter": {Operator{Login: `CORP\jdoe@x|LDAP1`}, signIns(`corp\jdoe@x`), true},
		"every name of a service":          {Operator{Login: "jdoe|LDAP1"}, signIns("*"), true},
		"every name, but no service":       {Operator{Login: "helpdesk"}, signIns("*"), false},
		"no delimiter":                     {Operator{Login: "jdoe2"}, signIns("jdoe"), false},
		"delimiter, no service":            {Operator{Login: "jdoe|"}, signIns("jdoe"), false},
	} {
		if got := c.operator.Owns(Account{ID: 900, Name: hdpclient.TextOf(jane)}, c.signIns); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// book answers searches by sign-in name.
type book struct {
	users map[string][]hdpclient.User
	err   error
	asked []string
}

func (b *book) UsersByAuthName(_ context.Context, name string) ([]hdpclient.User, error) {
	b.asked = append(b.asked, name)
	if b.err != nil {
		return nil, b.err
	}
	return b.users[name], nil
}

func TestFindOperator(t *testing.T) {
	found := func(name string, ids ...int64) map[string][]hdpclient.User {
		var users []hdpclient.User
		for _, id := range ids {
			users = append(users, hdpclient.User{ID: id, AuthUserName: hdpclient.TextOf(name)})
		}
		return map[string][]hdpclient.User{name: users}
	}
	lost := errors.New("lost")
	for name, c := range map[string]struct {
		login  string
		users  map[string][]hdpclient.User
		listed []int64
		err    error
		want   int64
		asked  []string
	}{
		"by sign-in name":                      {login: "jdoe", users: found("jdoe", 900), want: 900, asked: []string{"jdoe"}},
		"by user name":                         {login: "jdoe", listed: []int64{5}, want: 5, asked: []string{"jdoe"}},
		"both, the same":                       {login: "jdoe", users: found("jdoe", 900), listed: []int64{900}, want: 900, asked: []string{"jdoe"}},
		"both, different":                      {login: "jdoe", users: found("jdoe", 900), listed: []int64{5}, asked: []string{"jdoe"}},
		"at a service":                         {login: "jdoe|LDAP1", users: found("jdoe", 900), want: 900, asked: []string{"jdoe|LDAP1", "jdoe"}},
		"at two services":                      {login: "jdoe|LDAP1", users: found("jdoe", 900, 901), asked: []string{"jdoe|LDAP1", "jdoe"}},
		"with a dot in the name":               {login: "jane.doe", users: found("jane", 5), listed: []int64{900}, want: 900, asked: []string{"jane.doe"}},
		"a search that returns other accounts": {login: "jdoe", users: map[string][]hdpclient.User{"jdoe": {{ID: 5, AuthUserName: hdpclient.TextOf("jdoes")}}}, asked: []string{"jdoe"}},
		"listed without an id":                 {login: "jdoe", listed: []int64{-1}, asked: []string{"jdoe"}},
		"found, and listed without id":         {login: "jdoe", users: found("jdoe", 900), listed: []int64{-1}, asked: []string{"jdoe"}},
		"not found":                            {login: "jdoe", err: &hdpclient.Error{Code: hdpclient.CodeUserNotFound}, asked: []string{"jdoe"}},
		"not found, but listed":                {login: "jdoe", err: &hdpclient.Error{Code: hdpclient.CodeUserNotFound}, listed: []int64{5}, want: 5, asked: []string{"jdoe"}},
		"no answer":                            {login: "jdoe|LDAP1", err: lost, listed: []int64{5}, asked: []string{"jdoe|LDAP1"}},
		"many delimiters":                      {login: "a.b.c.d.e.f", asked: []string{"a.b.c.d.e.f", "a.b.c.d.e", "a.b.c.d", "a.b.c", "a.b"}},
		"no letter before the delimiter":       {login: ".|LDAP1", asked: []string{".|LDAP1"}},
	} {
		b := &book{users: c.users, err: c.err}
		id, err := FindOperator(t.Context(), b, c.login, c.listed)
		if id != c.want || errors.Is(err, lost) != errors.Is(c.err, lost) {
			t.Errorf("%s: %d, %v; want %d", name, id, err, c.want)
		}
		if !slices.Equal(b.asked, c.asked) {
			t.Errorf("%s: asked for %q, want %q", name, b.asked, c.asked)
		}
	}
}
