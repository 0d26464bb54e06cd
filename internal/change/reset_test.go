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
		name    string
		err     error
		readErr error  // of reading back
		found   string // instead of what a reset stores
		kind    change.Kind
		rows    []string
	}{
		{name: "accepted", kind: change.Accepted},
		{name: "accepted, but not read back", readErr: errDown, kind: change.Accepted},
		{
			name: "accepted, but the user need not change it", found: `{"passwordStatus":1}`,
			kind: change.Unknown, rows: []string{"passwordStatus: saw , wanted 2, now 1"},
		},
		{name: "refused", err: errNo, kind: change.Refused},
		{name: "never left", err: hdpclient.ErrNotSent, kind: change.NotSent},
		{name: "lost", err: errLost, kind: change.Unknown},
		{name: "any other error", err: errDown, kind: change.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{}
			f.write = func(store func()) error { store(); return c.err }
			f.read = func(int) error {
				if c.found != "" {
					f.password = password(t, c.found)
				}
				return c.readErr
			}
			calls := []string{"PUT resetpassword 307"}
			if c.err == nil {
				calls = append(calls, "GET passwordinfo 307")
			}
			w := change.NewWriter(t.Context(), f)
			o := w.ResetPassword(t.Context(), change.PlanReset(alice).WithReason("INC-4711"), hdpclient.SecretOf("Pa55!word"))
			if o.Kind != c.kind || !errors.Is(o.Err, c.err) || !errors.Is(o.ReadErr, c.readErr) || !slices.Equal(rowTexts(o), c.rows) {
				t.Errorf("%s %v %v %q", o.Kind, o.Err, o.ReadErr, rowTexts(o))
			}
			if got := f.calls(); !slices.Equal(got, calls) || f.secret != "Pa55!word" {
				t.Errorf("calls %q", got)
			}
			if o.Plan.Operation() != "reset password" || o.Plan.Path() != "/api/admin/users/307/resetpassword" || o.Plan.Reason() != "INC-4711" {
				t.Errorf("called %q %s %q", o.Plan.Operation(), o.Plan.Path(), o.Plan.Reason())
			}
			if again := w.CheckAgain(t.Context(), o); again.Kind != c.kind || len(f.calls()) != len(calls) {
				t.Errorf("checked a reset: %s", again.Kind)
			}
		})
	}
}

func TestASentPasswordOutlivesItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := change.NewWriter(t.Context(), &fake{})
	o := w.ChangeOwnPassword(ctx, alice, func(sending context.Context) error {
		if _, limited := sending.Deadline(); !limited {
			t.Error("the wait for the answer is unlimited")
		}
		cancel()
		return sending.Err()
	})
	if o.Kind != change.Accepted {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
}
