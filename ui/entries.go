package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/history"
	"hdpadmin/ui/stack"
)

// entries logs everything but changes, and reads earlier changes from the audit log.
type entries struct {
	*console
	retrying bool // pending entries are about to be written again
}

// logActions lists the actions that show the audit log.
func logActions() []action.Action[*entries] {
	return []action.Action[*entries]{
		{
			ID: "history", Former: []action.ID{"activity"}, Keys: keys("l"), Places: in(action.AnyPane, history.Place),
			Help: "list your changes and their outcomes, newest first", Also: "log audit activity recent done", Disabled: (*entries).whyNoHistory, Run: (*entries).showHistory,
		},
	}
}

// loggedMsg is the result of logging something other than a write.
type loggedMsg struct{ err error }

// Entries that could not be written are tried again now and then.
type (
	retryLogMsg   struct{}
	logRetriedMsg struct{}
)

const logRetryDelay = 10 * time.Second

// earlierSessionsMsg holds what the audit log says about earlier sessions: recent changes of
// locks, and unfinished batches.
type earlierSessionsMsg struct {
	locks      map[int64]audit.LockChange
	unfinished []audit.UnfinishedBatch
	err        error
}

// retry schedules another attempt to write pending entries. Until they are written, the
// header shows a badge and the history says why.
func (m *entries) retry() tea.Cmd {
	if n, _ := m.pending(); n == 0 || m.retrying {
		return nil
	}
	m.retrying = true
	return m.opts.Clock.After(logRetryDelay, retryLogMsg{})
}

// pending returns the number of entries that could not be written yet, and why.
func (m *entries) pending() (n int, why error) {
	if m.opts.AuditLog == nil {
		return 0, nil
	}
	return m.opts.AuditLog.Unwritten()
}

// write logs something other than a write. It is a command because it may wait for other
// consoles.
func (m *entries) write(what func(*audit.Log) error) tea.Cmd {
	t := m.opts.AuditLog
	if t == nil {
		return nil
	}
	return func() tea.Msg { return loggedMsg{what(t)} }
}

// readEarlierSessions reads what the operator should know about earlier sessions, such as unlocks: if an
// account is locked again soon after one, something keeps locking it.
func (m *entries) readEarlierSessions() tea.Cmd {
	t, now := m.opts.AuditLog, m.opts.Clock.Local()
	if t == nil {
		return nil
	}
	return func() tea.Msg {
		left, err := t.UnfinishedBatches()
		return earlierSessionsMsg{t.LockChanges(now.Add(-desk.LockMemory)), left, err}
	}
}

// readLockChanges reads the changes of locks again, since other consoles write to the audit log
// too.
func (m *entries) readLockChanges() tea.Cmd {
	t, since := m.opts.AuditLog, m.opts.Clock.Local().Add(-desk.LockMemory)
	if t == nil {
		return nil
	}
	return func() tea.Msg { return lockChangesMsg(t.LockChanges(since)) }
}

// lockChangesMsg holds the last change that an operator made to each account's lock.
type lockChangesMsg map[int64]audit.LockChange

func (m *entries) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case loggedMsg:
		if msg.err != nil {
			m.say(caution, "Not in the audit log: "+hdpclient.Clean(msg.err.Error()))
		}
	case retryLogMsg:
		t := m.opts.AuditLog
		return func() tea.Msg { _ = t.Flush(); return logRetriedMsg{} }, true // the error is read where it is shown
	case logRetriedMsg:
		m.retrying = false
	case lockChangesMsg:
		m.opts.Desk.RememberLocks(msg)
	case earlierSessionsMsg:
		return m.handleEarlierSessions(msg), true
	case history.OpenMsg:
		if m.stack.Close(msg.From) && m.lookup.ShowAccount(msg.ID) {
			return m.accounts.open(msg.ID), true
		}
	case history.CopyMsg:
		return m.clipboard.copy(msg.Text), true
	default:
		return nil, false
	}
	return nil, true
}

func (m *entries) handleEarlierSessions(e earlierSessionsMsg) tea.Cmd {
	m.opts.Desk.RememberLocks(e.locks)
	if e.err != nil {
		m.say(caution, "The audit log could not be read: "+strings.TrimPrefix(hdpclient.Clean(e.err.Error()), "read the audit log: "))
	}
	if n := len(m.opts.AuditLog.Abandoned()); n > 0 {
		have := " have"
		if n == 1 {
			have = " has"
		}
		m.say(caution, words.Plural(n, "earlier change")+have+" no known outcome. Press "+m.keycap("history")+" for details.")
	}
	return m.batches.addUnfinished(e.unfinished)
}

// showHistory lists this operator's changes since the start. In the history, its key closes it.
func (m *entries) showHistory() tea.Cmd {
	if open, ok := stack.TopAs[*history.Model](m.stack); ok {
		m.stack.Close(open)
		return nil
	}
	var entries []history.Entry
	for _, w := range m.opts.AuditLog.History() {
		entries = append(entries, m.historyEntry(w))
	}
	for _, r := range slices.Backward(m.opts.AuditLog.Abandoned()) {
		entries = append(entries, m.unfinishedEntry(r))
	}
	path := hdpclient.Clean(m.opts.AuditLog.Path())
	if m.isServed() {
		path = ""
	}
	d := history.New(entries, path)
	d.Trouble, d.Times = m.logTrouble, m.times()
	m.stack.Push(d)
	return nil
}

// logTrouble says what is wrong with the audit log, or "".
func (m *entries) logTrouble() string {
	if n, why := m.pending(); n > 0 {
		text := "Pending entries: " + words.Count(n) + ". No change is sent until they are written"
		if why != nil {
			text += ": " + m.hideHost(hdpclient.Clean(why.Error()))
		}
		return text
	}
	if err := m.opts.AuditLog.Warning(); err != nil {
		return m.hideHost(hdpclient.Clean(err.Error()))
	}
	return ""
}

// unfinishedEntry describes a write that another console did not finish.
func (m *entries) unfinishedEntry(r file.Entry) history.Entry {
	e := m.historyEntry(audit.Write{Intent: r})
	e.Outcome = "no outcome"
	e.Message = fmt.Sprintf("started by %s at %s; hdpadmin checks the account before it changes it again",
		hdpclient.Clean(r.Login), m.times().ExactText(r.Time))
	return e
}

func (m *entries) whyNoHistory() string {
	if m.opts.AuditLog == nil {
		return "no audit log is kept"
	}
	return ""
}

// historyEntry describes a write. The log keeps raw text, so it is cleaned here.
func (m *entries) historyEntry(w audit.Write) history.Entry {
	e := history.Entry{
		At:        w.Intent.Time,
		Operation: hdpclient.Clean(w.Intent.Operation),
		Account:   fmt.Sprintf("%s (%d)", hdpclient.Clean(w.Intent.AccountName), w.Intent.AccountID),
		Outcome:   hdpclient.Clean(string(w.Outcome.Outcome)),
		Good:      w.Outcome.Outcome == file.Applied || w.Outcome.Outcome == file.Accepted,
		Reason:    hdpclient.Clean(w.Intent.Reason),
		Message:   hdpclient.Clean(w.Outcome.Message),
	}
	if _, listed := m.lookup.Snapshot().ByID(w.Intent.AccountID); listed {
		e.ID = w.Intent.AccountID
	}
	e.Request, e.NoRequest = m.curlCommand(w.Intent)
	return e
}
