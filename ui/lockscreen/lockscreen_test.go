package lockscreen

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// News that comes while a password is tried must not let a second one go out beside it.
func TestANoticeAllowsNoSecondAttempt(t *testing.T) {
	m := New("d2cadmin", time.Time{}, "on your key")
	m.Type(tea.KeyPressMsg{Code: 'x', Text: "x"})
	if m.Enter() == nil {
		t.Fatal("the password is not tried")
	}
	m.ShowNotice("Your password was changed.")
	m.Type(tea.KeyPressMsg{Code: 'y', Text: "y"})
	if m.Enter() != nil {
		t.Error("a second attempt goes out while the first has no answer")
	}
}
