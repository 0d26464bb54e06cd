package ui

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/explain"
)

// listing is the call that reads every account, and how far it is.
type listing struct {
	feed   *feed // nil when none is under way
	cancel context.CancelFunc
	read   int64 // bytes so far, and of how many; -1 where that is not said
	total  int64
	err    error // why the last one did not end well
	// learned is what came to be known of accounts since the call began: newer than
	// its rows, perhaps.
	learned []learned
}

// learned is what came to be known of an account, for whatever row there is of it.
type learned struct {
	id    int64
	apply func(directory.Account) directory.Account
}

// feed hands the list over from the goroutine that reads it, a step at a time.
// It is also the identity of the call: a step of another feed is not wanted.
type feed struct{ steps chan listStep }

// listStep is the accounts read so far.
type listStep struct {
	feed        *feed
	accounts    *directory.Snapshot
	read, total int64
	done        bool
	err         error
	panicked    string // what the reading broke off with, with the stack
}

// loadList reads every account. What is shown stays until the new list is whole;
// the very first list is shown as it grows.
func (m *Model) loadList() tea.Cmd {
	m.stopList()
	ctx, cancel := context.WithCancel(m.ctx)
	f := &feed{steps: make(chan listStep)}
	m.list = listing{feed: f, cancel: cancel, total: -1}
	client, now := m.opts.Client, m.clock.Now
	return func() tea.Msg {
		go f.run(ctx, client, now)
		return <-f.steps
	}
}

// stopList ends the call under way.
func (m *Model) stopList() {
	if m.list.cancel != nil {
		m.list.cancel()
	}
	m.list.feed, m.list.cancel = nil, nil
}

// learn brings what is now known of accounts into view, and keeps it from being
// replaced by older rows of a list that is being read.
func (m *Model) learn(news ...learned) {
	s := m.lookup.Snapshot()
	for _, l := range news {
		s = withKnown(s, l)
		m.lookup.Amend(l.id, l.apply)
		if m.list.feed != nil {
			m.list.learned = append(m.list.learned, l)
		}
	}
	m.setSnapshot(s)
}

// setSnapshot shows another snapshot, in the account pane as well.
func (m *Model) setSnapshot(s *directory.Snapshot) {
	m.lookup.SetSnapshot(s)
	if id, has := m.account.ID(); has {
		if row, ok := s.ByID(id); ok {
			m.account.Follow(row, s.AsOf())
		}
	}
}

// withKnown is the snapshot with what is known of one of its accounts.
func withKnown(s *directory.Snapshot, l learned) *directory.Snapshot {
	if row, ok := s.ByID(l.id); ok {
		return s.With(l.apply(row))
	}
	return s
}

// run reads the list to its end, or to the end of ctx. Steps come no faster than
// they are taken, nor than somebody could read them; the last one always comes.
func (f *feed) run(ctx context.Context, client *hdpclient.Client, now func() time.Time) {
	const first, pause = 40, 150 * time.Millisecond // rows that fill a screen; between two steps
	defer close(f.steps)
	// A panic here would end the process with the terminal in disorder; it is handed
	// on to where the console is guarded.
	defer func() {
		if p := recover(); p != nil {
			select {
			case f.steps <- listStep{feed: f, panicked: fmt.Sprintf("%v\n\n%s", p, debug.Stack())}:
			case <-ctx.Done():
			}
		}
	}()
	var (
		b    directory.Builder
		last listStep
		sent time.Time
		rows int
	)
	send := func(s listStep) {
		s.feed, s.read, s.total = f, last.read, last.total
		select {
		case f.steps <- s:
		case <-ctx.Done():
		}
	}
	progress := func(read, total int64) { last.read, last.total = read, total }
	for u, err := range client.Users(ctx, hdpclient.UsersOptions{Progress: progress}) {
		if err != nil {
			send(listStep{accounts: b.Snapshot(), done: true, err: err})
			return
		}
		if b.AsOf.IsZero() {
			b.AsOf = now()
		}
		b.Add(directory.FromUser(u))
		rows++
		if rows == first || rows > first && time.Since(sent) > pause {
			send(listStep{accounts: b.Snapshot()})
			sent = time.Now()
		}
	}
	if b.AsOf.IsZero() {
		b.AsOf = now()
	}
	send(listStep{accounts: b.Done(), done: true})
}

func (m *Model) listAnswer(msg tea.Msg) (tea.Cmd, bool) {
	s, ok := msg.(listStep)
	if !ok {
		return nil, false
	}
	if s.panicked != "" {
		panic(s.panicked)
	}
	if s.feed == nil || s.feed != m.list.feed {
		return nil, true
	}
	m.list.read, m.list.total = s.read, s.total
	if s.done {
		m.stopList()
		m.list.err = s.err
	}
	var cmd tea.Cmd
	switch {
	case wantsLogin(s.err):
		return m.loginRefused(s.err), true
	case answeredByHDP(s.err):
		cmd = m.loginAccepted()
	case m.signin != nil:
		m.signin.Refused(explain.Error(s.err).Lead)
	}
	// A list that has been read once is replaced in one step, and stays where the
	// new one fails.
	if s.err == nil && (s.done || m.lookup.Snapshot().Partial() || m.lookup.Snapshot().Len() == 0) {
		accounts := s.accounts
		for _, l := range m.list.learned {
			accounts = withKnown(accounts, l)
		}
		m.setSnapshot(accounts)
	}
	if s.done {
		return cmd, true
	}
	return tea.Batch(cmd, func() tea.Msg { return <-s.feed.steps }), true
}
