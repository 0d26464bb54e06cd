package hdpclient

import (
	"errors"
	"testing"
)

// A list that is read for one login must never be sent with another one.
func TestListIsReadWithTheLoginGivenOnly(t *testing.T) {
	var requests counter
	c, _ := dial(t, inTurn(&requests, reply(200, `{"users":[{"id":1,"userName":"ann"}]}`)))
	if login := c.ProvenLogin(); login != "" {
		t.Errorf("%q is proven before the first request", login)
	}
	read := func(login string) (rows int, err error) {
		for _, e := range c.Users(t.Context(), UsersOptions{Login: login}) {
			if err = e; err == nil {
				rows++
			}
		}
		return rows, err
	}
	if rows, err := read("alice.smith"); rows != 0 || !errors.Is(err, ErrLoginChanged) || !errors.Is(err, ErrNotSent) {
		t.Errorf("%d rows, %v", rows, err)
	}
	if n := requests.get(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if rows, err := read(c.Login()); rows == 0 || err != nil {
		t.Errorf("%d rows, %v", rows, err)
	}
	if login := c.ProvenLogin(); login != c.Login() {
		t.Errorf("%q is proven, want %q", login, c.Login())
	}
	c.ClearCredentials()
	if _, err := read("d2cadmin"); !errors.Is(err, ErrNoCredentials) || c.ProvenLogin() != "" {
		t.Errorf("without credentials: %v, proven %q", err, c.ProvenLogin())
	}
}

func TestSameCredentials(t *testing.T) {
	a, _ := dial(t, reply(200, ""))
	b, _ := dial(t, reply(200, ""))
	for _, c := range []struct {
		user, password string
		same           bool
	}{{"ann", "one", true}, {"ann", "two", false}, {"bob", "one", false}, {"", "", false}} {
		a.SetCredentials(Credentials{User: "ann", Password: SecretOf("one")})
		b.SetCredentials(Credentials{User: c.user, Password: SecretOf(c.password)})
		if got := a.HasSameCredentials(b); got != c.same {
			t.Errorf("%q, %q: %v", c.user, c.password, got)
		}
	}
}
