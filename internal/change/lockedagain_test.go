package change_test

import (
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestOnlyANewLockCountsAsLockedAgain(t *testing.T) {
	with := func(edit func(*hdpclient.StatusInfo)) hdpclient.StatusInfo {
		s := lockedAgain()
		edit(&s)
		return s
	}
	for name, c := range map[string]struct {
		found  hdpclient.StatusInfo
		noEcho bool
		again  bool
	}{
		"a new lock":                    {found: lockedAgain(), again: true},
		"a new lock and another status": {found: with(func(s *hdpclient.StatusInfo) { s.Status = hdpclient.Inactive })},
		"the old lock, with another end": {found: with(func(s *hdpclient.StatusInfo) {
			s.AccountLockedAt = lockedAccount().AccountLockedAt
		})},
		"an older lock": {found: with(func(s *hdpclient.StatusInfo) { s.AccountLockedAt = hdpclient.Some(at("13:00:00")) })},
		"a lock without a beginning": {found: with(func(s *hdpclient.StatusInfo) {
			s.AccountLockedAt = hdpclient.Null[hdpclient.Timestamp]()
		})},
		"a new lock, but the unlock was not confirmed": {found: lockedAgain(), noEcho: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{status: lockedAccount(), noEcho: c.noEcho}
			f.read = func(n int) error {
				if n == 2 {
					f.status = c.found
				}
				return nil
			}
			o := change.NewWriter(t.Context(), f).Apply(t.Context(), unlockPlan())
			began, again := o.LockedAgain()
			if o.Kind != change.Differs || again != c.again {
				t.Errorf("%s, locked again %v", o.Kind, again)
			}
			if at, _ := at("13:58:00").Time(); again && !began.Equal(at) {
				t.Errorf("at %s", began)
			}
		})
	}
}
