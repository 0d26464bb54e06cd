package lockscreen

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/words"
)

// A notice that arrives while a password is checked must not allow a second attempt.
func TestANoticeAllowsNoSecondAttempt(t *testing.T) {
	m := New("d2cadmin", time.Time{}, words.Times{}, "on your key")
	m.Type(tea.KeyPressMsg{Code: 'x', Text: "x"})
	if m.Enter() == nil {
		t.Fatal("the password is not sent")
	}
	m.ShowNotice("Your password was changed.")
	m.Type(tea.KeyPressMsg{Code: 'y', Text: "y"})
	if m.Enter() != nil {
		t.Error("a second attempt is sent while the first has no answer")
	}
}
