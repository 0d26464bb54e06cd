package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/panics"
	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/problem"
)

// listActions lists what reads every account.
func listActions() []action.Action[*Model] {
	return []action.Action[*Model]{
		{
			ID: "refresh", Keys: keys("ctrl+r"), ReservedKey: "ctrl+r", Places: in(action.AnyPane, problem.Place), ShortFunc: (*Model).refreshLabel,
			Help: "reload the list and the open account", Run: (*Model).refresh,
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
	updates []rowUpdate
}

// rowUpdate is a change to the row of an account.
type rowUpdate struct {
	id    int64
	apply func(account.Account) account.Account
}

// feed hands the list over from the goroutine that reads it, one step at a time. It also
// identifies the call: a step of another feed is ignored.
type feed struct{ steps chan listStepMsg }

// listStepMsg holds the accounts read so far.
type listStepMsg struct {
	feed        *feed
	accounts    *search.Snapshot
	read, total int64
	done        bool
	err         error
	panicked    string // the panic with its stack, if reading panicked
}

// loadList reads every account. The old list stays on the screen until the new one is complete;
// the first list is shown as it grows.
func (m *Model) loadList() tea.Cmd {
	if m.postpone(cancelledReads{list: true}) {
		return nil
	}
	m.stopList()
	ctx, cancel := context.WithCancel(m.ctx)
	f := &feed{steps: make(chan listStepMsg)}
	m.listing = listing{feed: f, cancel: cancel, total: -1}
	client, now := m.opts.Client, m.clock.Now
	return func() tea.Msg {
		go f.run(ctx, client, now)
		return <-f.steps
	}
}

func (m *Model) isLoading() bool { return m.listing.feed != nil }

func (m *Model) stopList() {
	if m.listing.cancel != nil {
		m.listing.cancel()
	}
	m.listing.feed, m.listing.cancel = nil, nil
}

// isListCutOff reports whether the list ended before the server had sent all of it.
func (m *Model) isListCutOff() bool {
	e, ok := errors.AsType[*hdpclient.Error](m.listing.err)
	return ok && e.Body == hdpclient.BodyCut
}

// maxAutoReloads limits automatic reloads of the list in a row: something between the console
// and the server may not let a list of that size through.
const maxAutoReloads = 3

// reloadAfterOutage reads the list again if it failed while the server did not answer.
func (m *Model) reloadAfterOutage() tea.Cmd {
	if !errors.Is(m.listing.err, hdpclient.ErrUnavailable) || m.isLoading() || m.listing.autoReloads >= maxAutoReloads {
		return nil
	}
	again := m.listing.autoReloads + 1
	load := m.loadList()
	m.listing.autoReloads = again
	return load
}

// mergeRows shows changed rows and keeps older rows of a list being read from replacing them.
func (m *Model) mergeRows(news ...rowUpdate) {
	s := m.lookup.Snapshot()
	for _, l := range news {
		s = withUpdate(s, l)
		m.lookup.Amend(l.id, l.apply)
		if m.listing.feed != nil {
			m.listing.updates = append(m.listing.updates, l)
		}
	}
	m.setSnapshot(s)
}

// mergeRowInPlace merges a row but keeps it under the cursor, even if it no longer belongs to
// the view.
func (m *Model) mergeRowInPlace(l rowUpdate) {
	if a, ok := m.lookup.Current(); ok && a.ID == l.id {
		m.lookup.Pin(l.id)
	}
	m.mergeRows(l)
}

// setSnapshot shows another snapshot, in the account pane too.
func (m *Model) setSnapshot(s *search.Snapshot) {
	m.lookup.SetSnapshot(s)
	if id, has := m.account.ID(); has {
		if row, ok := s.ByID(id); ok {
			m.account.ShowRow(row, s.AsOf())
		}
	}
}

// withUpdate returns the snapshot with the row changed.
func withUpdate(s *search.Snapshot, l rowUpdate) *search.Snapshot {
	if row, ok := s.ByID(l.id); ok {
		return s.With(l.apply(row))
	}
	return s
}

// run reads the list until it is complete or ctx ends. The first row comes at once, then a
// screenful. Steps come no faster than they are taken or can be read; the last step always
// comes.
func (f *feed) run(ctx context.Context, client *hdpclient.Client, now func() time.Time) {
	defer close(f.steps)
	if panicked := panics.Catch(func() { f.read(ctx, client, now) }); panicked != "" {
		select {
		case f.steps <- listStepMsg{feed: f, panicked: panicked}:
		case <-ctx.Done():
		}
	}
}

func (f *feed) read(ctx context.Context, client *hdpclient.Client, now func() time.Time) {
	const screenful, pause = 40, 150 * time.Millisecond // pause: between two steps
	var (
		b    search.Builder
		last listStepMsg
		sent time.Time
		rows int
	)
	send := func(s listStepMsg) {
		s.feed, s.read, s.total = f, last.read, last.total
		select {
		case f.steps <- s:
		case <-ctx.Done():
		}
	}
	progress := func(read, total int64) { last.read, last.total = read, total }
	for u, err := range client.Users(ctx, hdpclient.UsersOptions{Progress: progress}) {
		if err != nil {
			send(listStepMsg{accounts: b.Snapshot(), done: true, err: err})
			return
		}
		if b.AsOf.IsZero() {
			b.AsOf = now()
		}
		b.Add(account.FromUser(u))
		rows++
		if rows == 1 || rows == screenful || time.Since(sent) > pause {
			send(listStepMsg{accounts: b.Snapshot()})
			sent = time.Now()
		}
	}
	if b.AsOf.IsZero() {
		b.AsOf = now()
	}
	send(listStepMsg{accounts: b.Finish(), done: true})
}

func (m *Model) handleList(msg tea.Msg) (tea.Cmd, bool) {
	s, ok := msg.(listStepMsg)
	if !ok {
		return nil, false
	}
	if s.panicked != "" {
		panic(s.panicked)
	}
	if s.feed == nil || s.feed != m.listing.feed {
		return nil, true
	}
	m.listing.rows, m.listing.read, m.listing.total = s.accounts.Len(), s.read, s.total
	if s.done {
		m.stopList()
		m.listing.err = s.err
	}
	var cmd tea.Cmd
	switch {
	case isLoginError(s.err):
		return m.refuseLogin(s.err), true
	case provesLogin(s.err):
		cmd = m.acceptLogin()
	case refusesLogin(s.err):
		cmd = m.logRefusedRequest(s.err)
	default:
		m.showSignInFailure(s.err)
	}
	m.showList(s)
	if s.done && s.err != nil && m.lookup.Snapshot().Len() > 0 {
		m.say(caution, m.listFailure(explain.Error(s.err)))
	}
	if s.done {
		return tea.Batch(cmd, m.checkOwnPassword()), true
	}
	return tea.Batch(cmd, func() tea.Msg { return <-s.feed.steps }), true
}

// showList shows what has been read. A complete list is replaced only by another complete one;
// until there is one, the rows read so far are shown, even after a failure.
func (m *Model) showList(s listStepMsg) {
	shown := m.lookup.Snapshot()
	whole := shown.Len() > 0 && !shown.Partial()
	switch {
	case s.done && s.err == nil:
	case whole, s.accounts.Len() < shown.Len(), s.accounts.Len() == 0:
		return
	}
	accounts := s.accounts
	for _, l := range m.listing.updates {
		accounts = withUpdate(accounts, l)
	}
	m.lookup.Pin(0)
	m.setSnapshot(accounts)
	if gone := m.lookup.UnmarkGone(shown); s.done && gone > 0 {
		m.say(caution, "Unmarked "+words.Plural(gone, "account")+", no longer in the list")
	}
}

// listFailure says that reading the list failed and what is on the screen instead.
func (m *Model) listFailure(p explain.Problem) string {
	s := m.lookup.Snapshot()
	if s.Partial() {
		return "Partial list, " + words.Plural(s.Len(), "account") + ". " + p.Lead
	}
	return "Refresh failed: " + p.Short + ". The list is as of " + s.AsOf().Format("15:04") + " UTC."
}

// listStatus returns the list's size and age for a terminal of width w. A background change
// that needs attention comes first.
func (m *Model) listStatus(w int) string {
	s := m.lookup.Snapshot()
	count, asOf := words.Plural(s.Len(), "account"), "as of "+s.AsOf().Format("15:04")
	if n := s.CountWithoutID(); n > 0 {
		count += " (" + words.Count(n) + " without a readable id)"
	}
	first := m.backgroundStatus()
	switch failed := m.listing.err != nil; {
	case first != "":
		return first
	case m.listing.feed != nil:
		return m.listProgress(w)
	case s.Len() == 0:
		return ""
	case s.Partial() && failed && w >= twoPaneWidth:
		return count + ", partial: " + explain.Error(m.listing.err).Short + ", " + asOf
	case s.Partial() && w < footerStatusWidth:
		return words.Count(s.Len()) + " partial, " + asOf
	case s.Partial():
		return count + ", partial, " + asOf
	case !failed:
		return count + ", " + asOf
	case w < footerStatusWidth:
		return "still " + asOf + ": " + explain.Error(m.listing.err).Short
	case w < twoPaneWidth:
		count = ""
	default:
		count += ", "
	}
	return count + "refresh failed: " + explain.Error(m.listing.err).Short + ", " + asOf
}

func (m *Model) listProgress(w int) string {
	said := words.Plural(m.listing.rows, "account")
	switch {
	case m.listing.rows == 0:
		said = "reading the list"
	case w >= footerStatusWidth:
		said = "reading, " + said
	}
	const kilobyte, megabyte = 1e3, 1e6
	unit, digits, name := kilobyte, 0, "kB"
	if max(m.listing.read, m.listing.total) >= megabyte {
		unit, digits, name = megabyte, 1, "MB"
	}
	read, total := float64(m.listing.read)/unit, float64(m.listing.total)/unit
	switch {
	case m.listing.total > 0:
		said += fmt.Sprintf(", %.*f of %.*f %s", digits, read, digits, total, name)
	case m.listing.read > 0:
		said += fmt.Sprintf(", %.*f %s", digits, read, name)
	}
	return said
}
