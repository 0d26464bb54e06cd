package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/trail"
	"hdpadmin/ui/activity"
)

// recorded is what became of putting something on record that is no write.
type recorded struct{ err error }

// past is what the record tells of earlier sessions: whose locks were changed
// lately, and what was not brought to its end.
type past struct {
	locks map[int64]trail.LockChange
	left  []trail.LeftBatch
	err   error
}

// record puts something on record that is no write. That may wait for other
// consoles, so it is a command.
func (m *Model) record(what func(*trail.Trail) error) tea.Cmd {
	t := m.opts.Trail
	if t == nil {
		return nil
	}
	return func() tea.Msg { return recorded{what(t)} }
}

// readRecord reads what earlier sessions have left that the operator should
// know: a lock that comes back soon after an unlock has a cause of its own.
func (m *Model) readRecord() tea.Cmd {
	t, now := m.opts.Trail, m.clock.Now()
	if t == nil {
		return nil
	}
	return func() tea.Msg {
		left, err := t.LeftBatches()
		return past{t.LockChanges(now.Add(-remembered)), left, err}
	}
}

func (m *Model) recordAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case recorded:
		if msg.err != nil {
			m.say(caution, "not on record: "+hdpclient.TextOf(msg.err.Error()).String())
		}
	case past:
		m.rememberLocks(msg.locks)
		if msg.err != nil {
			m.say(caution, "the record could not be read: "+hdpclient.TextOf(msg.err.Error()).String())
		}
		return m.tookLeft(msg.left), true
	case activity.Closed:
		m.drop(msg.From)
	case activity.Copy:
		m.say(plain, "sent to your terminal's clipboard")
		return tea.SetClipboard(msg.Text), true
	default:
		return nil, false
	}
	return nil, true
}

// showActivity lists what this operator did since the start; once more closes it.
func (m *Model) showActivity() tea.Cmd {
	if open, ok := topAs[*activity.Model](m); ok {
		return open.Esc()
	}
	var entries []activity.Entry
	for _, w := range m.opts.Trail.Mine() {
		entries = append(entries, m.entry(w))
	}
	m.push(activity.New(entries, hdpclient.TextOf(m.opts.Trail.Path()).String()))
	return nil
}

func (m *Model) whyNoActivity() string {
	if m.opts.Trail == nil {
		return "no record is kept"
	}
	return ""
}

// entry is a write for the list. What was recorded raw is cleaned here.
func (m *Model) entry(w trail.Write) activity.Entry {
	clean := func(s string) string { return hdpclient.TextOf(s).String() }
	return activity.Entry{
		At:        w.Intent.Time,
		Operation: clean(w.Intent.Operation),
		Account:   fmt.Sprintf("%s (%d)", clean(w.Intent.AccountName), w.Intent.AccountID),
		Outcome:   clean(string(w.Outcome.Outcome)),
		Good:      w.Outcome.Outcome == audit.Applied || w.Outcome.Outcome == audit.Accepted,
		Reason:    clean(w.Intent.Reason),
		Message:   clean(w.Outcome.Message),
		Request:   clean(m.command(w.Intent)),
	}
}

// command is a line for a shell that sends the same request. It holds no secret:
// curl asks for the password, and the body of a reset is left to be filled in.
func (m *Model) command(r audit.Record) string {
	method, path, _ := strings.Cut(r.Request, " ")
	body := string(r.After)
	if body == "" {
		body = `{"newPassword":"…"}`
	}
	return fmt.Sprintf("curl -u %s -X %s -H 'Content-Type: application/json' -d %s %s",
		quoted(r.Login), method, quoted(body), quoted(strings.TrimRight(m.opts.Client.BaseURL().String(), "/")+path))
}

// quoted is s as one word of a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
