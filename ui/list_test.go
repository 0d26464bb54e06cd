package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/directory"
)

func TestAPanicWhileTheListIsReadReachesTheConsole(t *testing.T) {
	m := console(t, 0)
	f := &feed{steps: make(chan listStep)}
	m.list.feed = f
	// No client: the first use of it panics.
	go f.run(context.WithoutCancel(t.Context()), nil, time.Now)
	step := <-f.steps
	defer func() {
		p, _ := recover().(string)
		if !strings.Contains(p, "nil pointer") || !strings.Contains(p, "list.go") {
			t.Errorf("the console was handed %q", p)
		}
	}()
	m.Update(step)
	t.Error("the console went on")
}

func TestAListThatIsBeingReadDoesNotTakeBackWhatIsKnown(t *testing.T) {
	m := console(t, 10)
	f := &feed{steps: make(chan listStep)}
	m.list = listing{feed: f}
	row, _ := m.lookup.Snapshot().ByID(1)
	row = row.WithStatus(hdpclient.StatusInfo{Status: 7})
	m.learn(learned{1, func(directory.Account) directory.Account { return row }})
	m.Update(listStep{feed: f, accounts: manyAccounts(10), done: true})
	if got, _ := m.lookup.Snapshot().ByID(1); got.Status != 7 {
		t.Errorf("the older row is back: %v", got.Status)
	}
	// The list after that was asked for later than the account: it is newer.
	f = &feed{steps: make(chan listStep)}
	m.list = listing{feed: f}
	m.Update(listStep{feed: f, accounts: manyAccounts(10), done: true})
	if got, _ := m.lookup.Snapshot().ByID(1); got.Status == 7 {
		t.Error("a later list does not replace what was known before it")
	}
}

func TestHowFarTheListIs(t *testing.T) {
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
		{1, 300_000, 14_200_000, 40, "1 account, 0.3 of 14.2 MB"},
	} {
		m := &Model{}
		m.list.rows, m.list.read, m.list.total = c.rows, c.read, c.total
		if got := m.howFar(c.width); got != c.want {
			t.Errorf("%d rows, %d of %d bytes, %d cells: %q, want %q", c.rows, c.read, c.total, c.width, got, c.want)
		}
	}
}
