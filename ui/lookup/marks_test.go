package lookup

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
	"hdpadmin/ui/theme"
)

func withAccounts(names ...string) *Model {
	var b search.Builder
	for i, n := range names {
		b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(n)})
	}
	m := New()
	m.SetSnapshot(b.Finish())
	return m
}

func TestMarksSurviveSearchesAndLists(t *testing.T) {
	m := withAccounts("ann", "bob", "abe")
	m.ToggleMark() // marks ann, moves to bob
	m.ToggleMark()
	m.StartTyping()
	m.Type(tea.KeyPressMsg{Code: 'a', Text: "a"})
	if got := m.MarkedIDs(); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("marked %v", got)
	}
	if n := m.HiddenMarkCount(); n != 1 {
		t.Errorf("%d marked accounts are hidden, want only bob", n)
	}
	m.SetSnapshot(withAccounts("zoe").Snapshot())
	if got := m.MarkedIDs(); len(got) != 2 {
		t.Errorf("after another list: marked %v", got)
	}
}

func TestMarkShownTwiceUnmarks(t *testing.T) {
	m := withAccounts("ann", "bob", "abe")
	m.ToggleMark()
	m.MarkShown()
	if got := m.MarkedIDs(); len(got) != 3 {
		t.Errorf("marked %v, want all", got)
	}
	m.MarkShown()
	if got := m.MarkedIDs(); len(got) != 0 {
		t.Errorf("marked %v, want none", got)
	}
}

func TestMarkToIncludesBothEnds(t *testing.T) {
	m := withAccounts("ann", "bob", "abe", "cat")
	m.View(Context{Theme: theme.Dark()}, 60, 20)
	m.MarkTo(2)
	if got := m.MarkedIDs(); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("marked %v", got)
	}
	m.MarkTo(10)
	if got := m.MarkedIDs(); len(got) != 4 {
		t.Errorf("past the end: marked %v", got)
	}
}

func TestMarksAreDrawnAndCounted(t *testing.T) {
	m := withAccounts("ann", "bob")
	m.ToggleMark()
	screen := strings.Join(m.View(Context{Theme: theme.Mono()}, 60, 10).Lines, "\n")
	if !strings.Contains(screen, "◆") || !strings.Contains(screen, "1 marked") {
		t.Errorf("the mark is not drawn:\n%s", screen)
	}
	if m := withAccounts(); m.Len() == 0 {
		m.ToggleMark()
		m.MarkTo(1)
		m.MarkShown()
		if n := len(m.MarkedIDs()); n != 0 {
			t.Errorf("%d marks in an empty list", n)
		}
	}
}

func TestUnmarkGone(t *testing.T) {
	m := withAccounts("ann", "bob", "abe")
	m.SetServerResults([]account.Account{{ID: 99, Name: hdpclient.TextOf("foreign")}})
	m.ToggleMark()
	m.Back()
	m.MarkShown()
	if n := m.HiddenMarkCount(); n != 1 {
		t.Errorf("%d hidden, want the foreign one", n)
	}
	was := m.Snapshot()
	m.SetSnapshot(withAccounts("ann", "bob").Snapshot())
	if n := m.UnmarkGone(was); n != 1 || !slices.Equal(m.MarkedIDs(), []int64{1, 2, 99}) {
		t.Errorf("%d gone, marked %v", n, m.MarkedIDs())
	}
	if n := m.UnmarkGone(m.Snapshot()); n != 0 {
		t.Errorf("%d gone from an unchanged list", n)
	}
	if n := m.HiddenMarkCount(); n != 1 {
		t.Errorf("%d hidden", n)
	}
	m.UnmarkAll()
	if m.MarkCount() != 0 || m.HiddenMarkCount() != 0 || m.isMarked(0) {
		t.Errorf("marked %v", m.MarkedIDs())
	}
}

func TestMarksFollowTheRowOrder(t *testing.T) {
	m := withAccounts("ann", "bob", "abe", "cat")
	m.NextSort()
	m.NextSort() // by name: abe, ann, bob, cat
	m.MoveTo(0)
	m.ToggleMark()
	if got := m.MarkedIDs(); !slices.Equal(got, []int64{3}) {
		t.Errorf("marked %v, want abe", got)
	}
	if !m.isMarked(0) || m.isMarked(1) {
		t.Error("the wrong row is marked")
	}
	if n := m.CountNotShown(slices.Values([]int64{1, 3, 77})); n != 1 {
		t.Errorf("%d not shown", n)
	}
}

// HiddenMarkCount returns how many marked accounts are not shown.
func (m *Model) HiddenMarkCount() int { return m.marks.hidden }
