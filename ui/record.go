package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/timeinput"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/history"
)

// recorded is what became of putting something on record that is no write.
type recorded struct{ err error }

// What is owed to the record is tried again now and then.
type (
	oweAgain struct{}
	owed     struct{}
)

const untilAgain = 10 * time.Second

// past is what the record tells of earlier sessions: whose locks were changed
// lately, and what was not brought to its end.
type past struct {
	locks map[int64]audit.LockChange
	left  []audit.LeftBatch
	err   error
}

// settling tries to put on record what could not be, until it is: so long the
// header says so, and l says why.
func (m *Model) settling() tea.Cmd {
	if n, _ := m.owed(); n == 0 || m.settles {
		return nil
	}
	m.settles = true
	return m.clock.After(untilAgain, oweAgain{})
}

// owed is how many records could not be written yet, and why.
func (m *Model) owed() (n int, why error) {
	if m.opts.Trail == nil {
		return 0, nil
	}
	return m.opts.Trail.Owed()
}

// record puts something on record that is no write. That may wait for other
// consoles, so it is a command.
func (m *Model) record(what func(*audit.Trail) error) tea.Cmd {
	t := m.opts.Trail
	if t == nil {
		return nil
	}
	return func() tea.Msg { return recorded{what(t)} }
}

// readRecord reads what earlier sessions have left that the operator should
// know: a lock that comes back soon after an unlock has a cause of its own.
func (m *Model) readRecord() tea.Cmd {
	t, now := m.opts.Trail, m.clock.Local()
	if t == nil {
		return nil
	}
	return func() tea.Msg {
		left, err := t.LeftBatches()
		return past{t.LockChanges(now.Add(-remembered)), left, err}
	}
}

// readLocks asks the record once more whose locks were changed: other consoles
// write to it as well.
func (m *Model) readLocks() tea.Cmd {
	t, since := m.opts.Trail, m.clock.Local().Add(-remembered)
	if t == nil {
		return nil
	}
	return func() tea.Msg { return locksRead(t.LockChanges(since)) }
}

// locksRead is what operators last did to locks.
type locksRead map[int64]audit.LockChange

func (m *Model) recordAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case recorded:
		if msg.err != nil {
			m.say(caution, "not on record: "+hdpclient.TextOf(msg.err.Error()).String())
		}
	case oweAgain:
		t := m.opts.Trail
		return func() tea.Msg { _ = t.Flush(); return owed{} }, true // why it failed is asked where it is shown
	case owed:
		m.settles = false
	case locksRead:
		m.rememberLocks(msg)
	case past:
		m.rememberLocks(msg.locks)
		if msg.err != nil {
			m.say(caution, "the record could not be read: "+hdpclient.TextOf(msg.err.Error()).String())
		}
		if n := len(m.opts.Trail.Unfinished()); n > 0 {
			m.say(caution, "on record without an outcome: "+frame.Counted(n, "earlier change")+"; l shows more")
		}
		return m.tookLeft(msg.left), true
	case history.CloseMsg:
		m.drop(msg.From)
	case history.CopyMsg:
		return m.copyText(msg.Text), true
	default:
		return nil, false
	}
	return nil, true
}

// showActivity lists what this operator did since the start; once more closes it.
func (m *Model) showActivity() tea.Cmd {
	if open, ok := topAs[*history.Model](m); ok {
		return m.takeNow(open.Esc())
	}
	var entries []history.Entry
	for _, w := range m.opts.Trail.Mine() {
		entries = append(entries, m.entry(w))
	}
	for _, r := range slices.Backward(m.opts.Trail.Unfinished()) {
		entries = append(entries, m.leftOpen(r))
	}
	d := history.New(entries, hdpclient.TextOf(m.opts.Trail.Path()).String())
	d.Trouble = m.recordTrouble
	m.push(d)
	return nil
}

// recordTrouble says what is wrong with the record, "" if nothing is.
func (m *Model) recordTrouble() string {
	if n, why := m.owed(); n > 0 {
		text := frame.Counted(n, "record") + " could not be written yet, and no change is sent before"
		if why != nil {
			text += ": " + hdpclient.TextOf(why.Error()).String()
		}
		return text
	}
	if err := m.opts.Trail.Trouble(); err != nil {
		return hdpclient.TextOf(err.Error()).String()
	}
	return ""
}

// leftOpen is a write that another console did not bring to its end.
func (m *Model) leftOpen(r file.Record) history.Entry {
	e := m.entry(audit.Write{Intent: r})
	e.Outcome = "left open"
	e.Message = fmt.Sprintf("left by %s at %s; it is looked at before anything more is sent to the account",
		hdpclient.TextOf(r.Login), timeinput.UTC(r.Time))
	return e
}

func (m *Model) whyNoActivity() string {
	if m.opts.Trail == nil {
		return "no record is kept"
	}
	return ""
}

// entry is a write for the list. What was recorded raw is cleaned here.
func (m *Model) entry(w audit.Write) history.Entry {
	clean := func(s string) string { return hdpclient.TextOf(s).String() }
	e := history.Entry{
		At:        w.Intent.Time,
		Operation: clean(w.Intent.Operation),
		Account:   fmt.Sprintf("%s (%d)", clean(w.Intent.AccountName), w.Intent.AccountID),
		Outcome:   clean(string(w.Outcome.Outcome)),
		Good:      w.Outcome.Outcome == file.Applied || w.Outcome.Outcome == file.Accepted,
		Reason:    clean(w.Intent.Reason),
		Message:   clean(w.Outcome.Message),
	}
	e.Request, e.NoRequest = m.command(w.Intent)
	return e
}

// command returns a line for a shell that sends the very same request, or why there is none.
// It is made from the log, which keeps no secrets: a request that lacks a value would store
// what stands in its place. curl asks for the operator's password.
func (m *Model) command(r file.Record) (line, whyNone string) {
	method, path, _ := strings.Cut(r.Request, " ")
	body := string(r.After)
	redacted := r.Redacted()
	switch {
	case body == "":
		return "", "no request to copy: it held a password, and the log keeps none"
	case len(redacted) > 0:
		return "", "no request to copy: the log does not keep the value of " + hdpclient.TextOf(strings.Join(redacted, ", ")).String()
	case strings.ContainsRune(body, utf8.RuneError):
		return "", "no request to copy: it held text that is not valid UTF-8, which the log cannot keep"
	case !isPlain(r.Login+path) || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !strings.HasPrefix(path, "/"):
		return "", "no request to copy: its login or address has characters that a shell may change"
	}
	return fmt.Sprintf("curl -u %s -X %s -H 'Content-Type: application/json' -d %s %s",
		quoted(r.Login), method, quoted(inASCII(body)), quoted(strings.TrimRight(m.opts.Client.BaseURL().String(), "/")+path)), ""
}

// isPlain reports whether s is printable ASCII.
func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// inASCII is JSON that means the same and survives every terminal, clipboard and shell: text
// outside printable ASCII, which is only in strings, is escaped.
func inASCII(body string) string {
	var b strings.Builder
	for _, r := range body {
		if r >= ' ' && r <= '~' {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// quoted is s as one word of a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
