package account

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
)

// source answers each request for a part with what is in it.
type source struct {
	user     hdpclient.User
	userErr  error
	password error // of the password info
	panics   bool  // when asked for the status info
	synced   bool  // the server's time is known
	asked    int   // how often for the sign-in names
}

func (s *source) User(context.Context, int64) (hdpclient.User, error) { return s.user, s.userErr }

func (s *source) StatusInfo(context.Context, int64) (hdpclient.StatusInfo, error) {
	if s.panics {
		panic("out of range")
	}
	return hdpclient.StatusInfo{Status: hdpclient.Active}, nil
}

func (s *source) PasswordInfo(context.Context, int64) (hdpclient.PasswordInfo, error) {
	return hdpclient.PasswordInfo{PasswordStatus: hdpclient.PasswordMustChange}, s.password
}

func (s *source) AuthInfo(context.Context, int64) (hdpclient.AuthInfo, error) {
	s.asked++
	return hdpclient.AuthInfo{AuthUsers: signIns("alice")}, nil
}

func (s *source) Now() (time.Time, bool) { return noon, s.synced }

func TestReadAPartThatCannotBeRead(t *testing.T) {
	forbidden := errors.New("forbidden")
	src := &source{user: userOf(t, `{"id":307,"userName":"alice"}`), password: forbidden, synced: true}
	r, err := Read(t.Context(), src, 307)
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Account(); a.IDWord() != "307" || !a.HasStatus || a.HasPassword || a.Auth == NotRead {
		t.Errorf("got %+v", a)
	}
	if !errors.Is(r.PasswordErr, forbidden) || r.StatusErr != nil || r.AuthErr != nil {
		t.Errorf("status: %v, password: %v, sign-in names: %v", r.StatusErr, r.PasswordErr, r.AuthErr)
	}
	if !r.ReadAt.Equal(noon) {
		t.Errorf("read at %v", r.ReadAt)
	}
	if got := r.SignIns(); !reflect.DeepEqual(got, signIns("alice")) {
		t.Errorf("sign-in names %v", got)
	}
}

func TestReadAsksForSignInNamesOnlyIfTheAccountLacksThem(t *testing.T) {
	src := &source{user: userOf(t, `{"id":307,"userName":"alice","authenticationInfo":{"authUsers":[]}}`)}
	r, err := Read(t.Context(), src, 307)
	if err != nil || src.asked != 0 {
		t.Errorf("asked %d times, %v", src.asked, err)
	}
	if got := r.SignIns(); got == nil || len(got) != 0 {
		t.Errorf("sign-in names %#v, want none", got)
	}
	if !r.ReadAt.IsZero() {
		t.Errorf("read at %v, though the server's time is unknown", r.ReadAt)
	}
}

func TestReadWithoutTheAccount(t *testing.T) {
	gone := errors.New("gone")
	r, err := Read(t.Context(), &source{userErr: gone}, 307)
	if !errors.Is(err, gone) || !reflect.DeepEqual(r, Reading{}) {
		t.Errorf("got %+v, %v", r, err)
	}
	if a := r.Account(); a.HasID() || a.IDWord() != "?" {
		t.Errorf("id %s", a.IDWord())
	}
	if r.SignIns() != nil {
		t.Error("sign-in names of an account that was not read")
	}
}

func TestReadHandsAPanicOn(t *testing.T) {
	defer func() {
		if p, _ := recover().(string); !strings.Contains(p, "out of range") || !strings.Contains(p, "StatusInfo") {
			t.Errorf("panicked with %q", p)
		}
	}()
	_, _ = Read(t.Context(), &source{panics: true}, 307)
	t.Error("did not panic")
}
