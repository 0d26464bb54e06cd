package explain_test

import (
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

func TestTheOtherOperatorIsNamed(t *testing.T) {
	p := change.PlanReset(change.Subject{ID: 307, Name: hdpclient.TextOf("alice.smith")})
	of := func(by string) explain.Problem {
		return explain.Outcome(change.Outcome{Kind: change.NotSent, Plan: p, Err: &change.BusyError{By: by}}, words.Times{})
	}
	if got := of("bob\x1b"); got.Lead != "bob␛ is changing alice.smith." || !strings.HasPrefix(got.Short, "bob␛ is changing") {
		t.Errorf("%q, %q", got.Lead, got.Short)
	}
	if got := of(""); got.Lead != "Another change to alice.smith is running." {
		t.Errorf("%q", got.Lead)
	}
}
