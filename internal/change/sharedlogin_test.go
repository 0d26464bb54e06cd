package change_test

import (
	"context"
	"errors"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestNobodyChangesThePasswordOfASharedLogin(t *testing.T) {
	for login, allowed := range map[string]bool{"HelpDesk": false, "bob": true} {
		w := change.NewWriter(t.Context(), &fake{}, change.WithRules(change.Rules{SharedLogin: "helpdesk"}))
		sent := false
		o := w.ChangeOwnPassword(t.Context(), change.Subject{Name: hdpclient.TextOf(login)}, func(context.Context) error { sent = true; return nil })
		unmet, is := errors.AsType[*change.UnmetError](o.Err)
		if sent != allowed || is == allowed || is && unmet.Demand != change.PermissionDemand {
			t.Errorf("%s: %v %v", login, o.Kind, o.Err)
		}
	}
}
