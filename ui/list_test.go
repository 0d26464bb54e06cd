package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
)

func TestPanicWhileReadingTheListReachesTheConsole(t *testing.T) {
	m := newConsole(t, 0)
	f := &feed{steps: make(chan listStepMsg)}
	m.list.feed = f
	// There is no client, so its first use panics.
	go f.run(t.Context(), desk.New(nil, nil).StreamList(t.Context(), desk.ListOptions{Now: time.Now}))
	step := <-f.steps
	defer func() {
		p, _ := recover().(string)
		if !strings.Contains(p, "nil pointer") || !strings.Contains(p, "list.go") {
			t.Errorf("the console got %q", p)
		}
	}()
	m.Update(step)
	t.Error("the console continued")
}

func TestLoadingListDoesNotOverwriteNewerRows(t *testing.T) {
	m := newConsole(t, 10)
	f := &feed{steps: make(chan listStepMsg)}
	m.list.listing = listing{feed: f}
	row, _ := m.lookup.Snapshot().ByID(1)
	row = row.WithStatus(hdpclient.StatusInfo{Status: 7})
	m.list.merge(desk.RowRead(row))
	m.Update(listStepMsg{feed: f, ListStep: desk.ListStep{Accounts: manyAccounts(10), Done: true, Whole: true}})
	if got, _ := m.lookup.Snapshot().ByID(1); got.Status != 7 {
		t.Errorf("the older row is back: %v", got.Status)
	}
	// The next list was requested after the account was read, so it is newer.
	f = &feed{steps: make(chan listStepMsg)}
	m.list.listing = listing{feed: f}
	m.Update(listStepMsg{feed: f, ListStep: desk.ListStep{Accounts: manyAccounts(10), Done: true, Whole: true}})
	if got, _ := m.lookup.Snapshot().ByID(1); got.Status == 7 {
		t.Error("a later list does not replace older changes")
	}
}

// A list that is cut off removes no rows, neither from a complete list nor from a longer
// partial one.
func TestShorterPartialListDoesNotReplaceALongerOne(t *testing.T) {
	reads := func(m *Model, steps ...desk.ListStep) {
		f := &feed{steps: make(chan listStepMsg)}
		m.list.listing = listing{feed: f, cancel: func() {}}
		for _, s := range steps {
			m.Update(listStepMsg{feed: f, ListStep: s})
		}
	}
	part := func(n int) *search.Snapshot {
		var b search.Builder
		for i := range n {
			b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf("a")})
		}
		return b.Snapshot()
	}
	broke := errors.New("cut")
	for _, c := range []struct {
		name    string
		shown   *search.Snapshot
		steps   []desk.ListStep
		rows    int
		partial bool
	}{
		{"the very first grows", new(search.Snapshot), []desk.ListStep{{Accounts: part(40)}, {Accounts: part(70)}}, 70, true},
		{"the very first is cut off", new(search.Snapshot), []desk.ListStep{{Accounts: part(40)}, {Accounts: part(70), Done: true, Err: broke}}, 70, true},
		{"after a part, while it is shorter", part(70), []desk.ListStep{{Accounts: part(40)}}, 70, true},
		{"after a part, once it is longer", part(70), []desk.ListStep{{Accounts: part(40)}, {Accounts: part(80)}}, 80, true},
		{"after a part, cut off before", part(70), []desk.ListStep{{Accounts: part(40), Done: true, Err: broke}}, 70, true},
		{"after a part, complete", part(70), []desk.ListStep{{Accounts: manyAccounts(50), Done: true, Whole: true}}, 50, false},
		{"after a whole one, while it is longer", manyAccounts(50), []desk.ListStep{{Accounts: part(80)}}, 50, false},
		{"after a whole one, cut off", manyAccounts(50), []desk.ListStep{{Accounts: part(80), Done: true, Err: broke}}, 50, false},
		{"after a whole one, complete", manyAccounts(50), []desk.ListStep{{Accounts: manyAccounts(20), Done: true, Whole: true}}, 20, false},
		{"after a whole one, complete and empty", manyAccounts(50), []desk.ListStep{{Accounts: manyAccounts(0), Done: true, Whole: true}}, 0, false},
	} {
		m := newConsole(t, 0)
		m.lookup.SetSnapshot(c.shown)
		reads(m, c.steps...)
		if s := m.lookup.Snapshot(); s.Len() != c.rows || s.Partial() != c.partial {
			t.Errorf("%s: %d rows, partial %v; want %d, %v", c.name, s.Len(), s.Partial(), c.rows, c.partial)
		}
	}
}

func TestListProgress(t *testing.T) {
	for _, c := range []struct {
		rows        int
		read, total int64
		width       int
		want        string
	}{
		{0, 0, -1, 120, "reading the list"},
		{0, 0, 14_200_000, 120, "reading the list, 0.0 of 14.2 MB"},
		{41_000, 5_840_000, 14_200_000, 120, "reading, 41,000 accounts, 5.8 of 14.2 MB"},
		{41_000, 5_840_000, -1, 120, "reading, 41,000 accounts, 5.8 MB"},
		{40, 8_100, 417_000, 80, "reading, 40 accounts, 8 of 417 kB"},
		{40, 8_100, -1, 80, "reading, 40 accounts, 8 kB"},
		{1, 300_000, 14_200_000, 40, "1 account, 0.3 of 14.2 MB"},
	} {
		l := list{listing: listing{rows: c.rows, read: c.read, total: c.total}}
		if got := l.progress(c.width); got != c.want {
			t.Errorf("%d rows, %d of %d bytes, %d cells: %q, want %q", c.rows, c.read, c.total, c.width, got, c.want)
		}
	}
}

// A frame that is as before costs no bytes.
func TestNewsThatIsNotOnTheScreenLeavesTheFrame(t *testing.T) {
	server := hdptest.NewServer(t)
	lists := desk.NewLists()
	session := func() (*hdpclient.Client, *change.Writer, *desk.Desk) {
		client, err := hdpclient.New(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
		w := change.NewWriter(t.Context(), client)
		d := desk.New(client, w, desk.WithLists(lists))
		t.Cleanup(d.Close)
		return client, w, d
	}
	client, writer, own := session()
	_, _, bobs := session()
	m, err := New(t.Context(), Options{
		Client: client, Writer: writer, Desk: own, Theme: theme.Dark(), Clock: clock.System(nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 16})
	list, err := own.ReadList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m.list.setSnapshot(list)
	if _, err := bobs.ReadList(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := m.View().Content
	for id, isSeen := range map[int64]bool{489: false, 2: true} {
		row, listed := list.ByID(id)
		if !listed {
			t.Fatal("not listed")
		}
		row.PasswordExpires, row.PasswordStatus = row.PasswordExpires.AddDate(0, 0, 40), hdpclient.PasswordActive
		bobs.UpdateRows(list, desk.RowRead(row))
		if !own.AwaitNews(t.Context()) {
			t.Fatal("no news")
		}
		m.Update(listNewsMsg{})
		if got, _ := m.lookup.Snapshot().ByID(id); got != row {
			t.Errorf("account %d is still %+v", id, got)
		}
		after := m.View().Content
		if (after != before) != isSeen {
			t.Errorf("account %d: the frame has changed: %v", id, after != before)
		}
		before = after
	}
}
