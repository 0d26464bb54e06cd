package ui

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/panics"
	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/stack"
)

// list reads every account, and exports those shown.
type list struct {
	*console
	listing
}

// listActions lists what reads every account.
func listActions() []action.Action[*list] {
	return []action.Action[*list]{
		{
			ID: "refresh", Keys: keys("ctrl+r"), ReservedKey: "ctrl+r", Places: in(action.AnyPane, problem.Place), ShortFunc: (*list).refreshLabel,
			Help: "reload the list and the open account", Also: "update", Run: (*list).refresh,
		},
	}
}

// listing is the call that reads every account, and its progress.
type listing struct {
	feed        *feed // nil while nothing is read
	cancel      context.CancelFunc
	rows        int   // accounts so far
	read        int64 // bytes so far; total is -1 if the server does not say
	total       int64
	err         error // why the last call failed
	autoReloads int   // automatic reloads in a row
	// updates are changes seen since the call began. They may be newer than its rows.
	updates []desk.RowUpdate
}

// feed hands the list over from the goroutine that reads it, one step at a time. It also
// identifies the call: a step of another feed is ignored.
type feed struct{ steps chan listStepMsg }

// listStepMsg holds the accounts read so far.
type listStepMsg struct {
	desk.ListStep
	feed     *feed
	panicked string // the panic with its stack, if reading panicked
}

// hasNews reports whether status says more than the size and the age of the list.
func (m *list) hasNews() bool {
	return m.feed != nil || m.err != nil || m.lookup.Snapshot().Partial() || m.writes.backgroundStatus() != ""
}

// load reads every account. The old list stays on the screen until the new one is complete;
// the first list is shown as it grows.
func (m *list) load() tea.Cmd { return m.loadUnless(0) }

// loadUnless is load, unless another session has read the same list less than maxAge ago.
func (m *list) loadUnless(maxAge time.Duration) tea.Cmd {
	if m.login.postpone(cancelledReads{list: true}) {
		return nil
	}
	m.stop()
	ctx, cancel := context.WithCancel(m.ctx)
	f := &feed{steps: make(chan listStepMsg)}
	m.listing = listing{feed: f, cancel: cancel, total: -1}
	steps := m.opts.Desk.StreamList(ctx, desk.ListOptions{Partial: !m.isWhole() || m.login.isOtherOperator(), Now: m.opts.Clock.Now, MaxAge: maxAge})
	return func() tea.Msg {
		go f.run(ctx, steps)
		return <-f.steps
	}
}

// refreshLabel shows the key in the panes; an error mentions it if it helps.
func (m *list) refreshLabel() string {
	if m.stack.Top() != nil {
		return ""
	}
	return "refresh"
}

func (m *list) refresh() tea.Cmd {
	if p, ok := stack.TopAs[*problem.Model](m.stack); ok {
		m.stack.Close(p)
	}
	if m.opts.Client.Login() == "" || !m.login.isSigningIn() && isLoginError(m.err) {
		return m.login.askPassword("")
	}
	cmds := []tea.Cmd{m.load(), m.entries.readLockChanges()}
	if _, open := m.account.Reading(); open || m.account.Err() != nil {
		cmds = append(cmds, m.accounts.reread())
	}
	return tea.Batch(cmds...)
}

func (m *list) isLoading() bool { return m.feed != nil }

func (m *list) stop() {
	if m.cancel != nil {
		m.cancel()
	}
	m.feed, m.cancel = nil, nil
}

// isCutOff reports whether the list ended before the server had sent all of it.
func (m *list) isCutOff() bool {
	e, ok := errors.AsType[*hdpclient.Error](m.err)
	return ok && e.Body == hdpclient.BodyCut
}

// maxAutoReloads limits automatic reloads of the list in a row: something between the console
// and the server may not let a list of that size through.
const maxAutoReloads = 3

// reloadAfterOutage reads the list again if it failed while the server did not answer.
func (m *list) reloadAfterOutage() tea.Cmd {
	if !errors.Is(m.err, hdpclient.ErrUnavailable) || m.isLoading() || m.autoReloads >= maxAutoReloads {
		return nil
	}
	again := m.autoReloads + 1
	load := m.load()
	m.autoReloads = again
	return load
}

// merge shows changed rows and keeps older rows of a list being read from replacing them.
func (m *list) merge(news ...desk.RowUpdate) {
	s := m.opts.Desk.UpdateRows(m.lookup.Snapshot(), news...)
	for _, u := range news {
		m.lookup.Amend(u.ID(), u.Apply)
	}
	if m.feed != nil {
		m.updates = append(m.updates, news...)
	}
	m.setSnapshot(s)
}

// mergeInPlace merges a row but keeps it under the cursor, even if it no longer belongs to
// the view.
func (m *list) mergeInPlace(u desk.RowUpdate) {
	if a, ok := m.lookup.Current(); ok && a.ID == u.ID() {
		m.lookup.Pin(u.ID())
	}
	m.merge(u)
}

// setSnapshot shows another snapshot, in the account pane too.
func (m *list) setSnapshot(s *search.Snapshot) {
	m.lookup.SetSnapshot(s)
	if id, has := m.account.ID(); has {
		if row, ok := s.ByID(id); ok {
			m.account.ShowRow(row, s.AsOf())
		}
	}
}

// run hands over the steps until the list is complete or ctx ends. They come no faster than they
// are taken.
func (f *feed) run(ctx context.Context, steps iter.Seq[desk.ListStep]) {
	defer close(f.steps)
	send := func(s listStepMsg) (sent bool) {
		select {
		case f.steps <- s:
			return true
		case <-ctx.Done():
			return false
		}
	}
	panicked := panics.Catch(func() {
		for s := range steps {
			if !send(listStepMsg{feed: f, ListStep: s}) {
				return
			}
		}
	})
	if panicked != "" {
		send(listStepMsg{feed: f, panicked: panicked})
	}
}

func (m *list) take(msg tea.Msg) (tea.Cmd, bool) {
	if _, ok := msg.(listNewsMsg); ok {
		return tea.Batch(m.showNews(), m.awaitNews()), true
	}
	s, ok := msg.(listStepMsg)
	if !ok {
		return m.takeExport(msg)
	}
	if s.panicked != "" {
		panic(s.panicked)
	}
	if s.feed == nil || s.feed != m.feed {
		return nil, true
	}
	m.rows, m.read, m.total = s.Rows, s.Read, s.Total
	if s.Done {
		m.stop()
		m.err = s.Err
	}
	cmd := m.login.judge(s.Err)
	if isLoginError(s.Err) {
		return cmd, true
	}
	m.login.showSignInFailure(s.Err)
	m.showList(s)
	if s.Done && s.Err != nil && m.lookup.Snapshot().Len() > 0 {
		m.say(caution, m.failure(explain.Error(s.Err)))
	}
	if s.Done {
		return tea.Batch(cmd, m.rights.checkOwnPassword()), true
	}
	return tea.Batch(cmd, func() tea.Msg { return <-s.feed.steps }), true
}

// forget empties the list, which another login may not see.
func (m *list) forget() {
	m.lookup.ForgetServerResults()
	m.updates = nil
	m.setSnapshot(new(search.Snapshot))
}

// isWhole reports whether a complete list is on the screen.
func (m *list) isWhole() bool {
	s := m.lookup.Snapshot()
	return s.Len() > 0 && !s.Partial()
}

// showList shows what has been read. A complete list is replaced only by another complete one;
// until there is one, the rows read so far are shown, even after a failure.
func (m *list) showList(s listStepMsg) {
	shown := m.lookup.Snapshot()
	switch {
	case s.Whole:
	case s.Accounts == nil, m.isWhole(), s.Accounts.Len() < shown.Len(), s.Accounts.Len() == 0:
		return
	}
	accounts := desk.Updated(s.Accounts, m.updates...)
	if newest, _, shared := m.opts.Desk.SharedList(); s.Whole && shared {
		accounts = newest // other sessions may have changed it meanwhile
	}
	m.lookup.Pin(0)
	m.setSnapshot(accounts)
	m.unmarkGone(shown, s.Whole)
}

// listNewsMsg says that another session has changed the list that this one shares with it.
type listNewsMsg struct{}

// awaitNews waits for changes by other sessions.
func (m *list) awaitNews() tea.Cmd {
	if !m.opts.Desk.IsShared() {
		return nil
	}
	return func() tea.Msg {
		if !m.opts.Desk.AwaitNews(m.ctx) {
			return nil
		}
		return listNewsMsg{}
	}
}

// showNews shows what other sessions have changed. The cursor stays where it is, and the open account
// is read again if another session has changed it.
func (m *list) showNews() tea.Cmd {
	if m.login.isLocked() {
		return nil // unlocking asks for the news
	}
	s, written, shared := m.opts.Desk.SharedList()
	shown := m.lookup.Snapshot()
	if !shared || s == shown {
		return nil
	}
	if a, some := m.lookup.Current(); some {
		if now, listed := s.ByID(a.ID); listed && now != a {
			m.lookup.Pin(a.ID)
		}
	}
	if !s.AsOf().Equal(shown.AsOf()) {
		m.err = nil
	}
	m.setSnapshot(s)
	m.lookup.AmendFrom(s, shown)
	m.unmarkGone(shown, true)
	id, _ := m.account.ID()
	if _, read := m.account.Reading(); read && slices.Contains(written, id) {
		return m.accounts.reread()
	}
	return nil
}

// unmarkGone says how many marked accounts were only in an earlier list.
func (m *list) unmarkGone(earlier *search.Snapshot, say bool) {
	if gone := m.lookup.UnmarkGone(earlier); say && gone > 0 {
		m.say(caution, "Unmarked "+words.Plural(gone, "account")+", no longer in the list")
	}
}
