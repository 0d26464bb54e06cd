package change_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestResetPassword(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		kind change.Kind
	}{
		{"accepted", nil, change.Accepted},
		{"refused", errNo, change.Refused},
		{"never left", hdpclient.ErrNotSent, change.NotSent},
		{"lost", errLost, change.Unknown},
		{"any other error", errDown, change.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{}
			f.write = func(store func()) error { store(); return c.err }
			w := change.NewWriter(t.Context(), f)
			o := w.ResetPassword(t.Context(), alice, hdpclient.SecretOf("Pa55!word"), "INC-4711")
			if o.Kind != c.kind || !errors.Is(o.Err, c.err) {
				t.Errorf("%s %v", o.Kind, o.Err)
			}
			if got := f.calls(); !slices.Equal(got, []string{"PUT resetpassword 307"}) || f.secret != "Pa55!word" {
				t.Errorf("calls %q", got)
			}
			if o.Plan.Operation() != "reset password" || o.Plan.Path() != "/api/admin/users/307/resetpassword" || o.Plan.Reason() != "INC-4711" {
				t.Errorf("told as %q %s %q", o.Plan.Operation(), o.Plan.Path(), o.Plan.Reason())
			}
			if again := w.Look(t.Context(), o); again.Kind != c.kind || len(f.calls()) != 1 {
				t.Errorf("looked at a reset: %s", again.Kind)
			}
		})
	}
}

func TestASentPasswordOutlivesItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := change.NewWriter(t.Context(), &fake{})
	o := w.ChangeOwnPassword(ctx, alice, func(sending context.Context) error {
		if _, limited := sending.Deadline(); !limited {
			t.Error("the answer is awaited for ever")
		}
		cancel()
		return sending.Err()
	})
	if o.Kind != change.Accepted {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
}
