package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/confirm"
)

// The answers to the question about an unfinished batch.
type (
	resumeMsg    struct{ batch audit.UnfinishedBatch }
	askGiveUpMsg struct{ batch audit.UnfinishedBatch }
	giveUpMsg    struct{ batch audit.UnfinishedBatch }
)

// claimedMsg is a batch as this console claimed it, or why it could not.
type claimedMsg struct {
	batch  audit.UnfinishedBatch
	action batch.Action
	err    error
}

// unfinishedEndedMsg is the result of ending another console's batch.
type unfinishedEndedMsg struct{ err error }

// addUnfinished queues the batches that other consoles left unfinished. If all accounts of one
// are done, only its last entry is missing: it is written without a question.
func (m *batches) addUnfinished(left []audit.UnfinishedBatch) tea.Cmd {
	var cmds []tea.Cmd
	for _, b := range left {
		if len(b.Remaining()) > 0 {
			m.unfinished = append(m.unfinished, b)
		} else {
			cmds = append(cmds, m.entries.write(func(t *audit.Log) error {
				err := t.EndUnfinishedBatch(b.ID, "finished")
				if errors.Is(err, file.ErrBatchTaken) || errors.Is(err, file.ErrBatchHeld) {
					return nil // another console that starts now writes the same entry
				}
				return err
			}))
		}
	}
	return tea.Batch(cmds...)
}

// endUnfinished logs that another console's batch will not be resumed.
func (m *batches) endUnfinished(id, why string) tea.Cmd {
	t := m.opts.AuditLog
	return func() tea.Msg { return unfinishedEndedMsg{t.EndUnfinishedBatch(id, why)} }
}

// offerUnfinished asks about the next unfinished batch once the operator has signed in and is
// not busy. Without an answer it is offered again at the next start.
func (m *batches) offerUnfinished() tea.Cmd {
	if !m.login.isAccepted() || len(m.unfinished) == 0 || m.claiming || m.isOperatorBusy() || m.opts.ReadOnly {
		return nil
	}
	b := m.unfinished[0]
	m.unfinished = m.unfinished[1:]
	what := words.Capitalize(hdpclient.Clean(b.Action))
	if a, err := batch.ParseAction(b.Action); err == nil {
		what = m.describe(a)
	}
	reason := ""
	if b.Reason != "" {
		reason = " (" + hdpclient.Clean(b.Reason) + ")"
	}
	return m.stack.PushGated(&confirm.Choice{
		Title: "Unfinished batch", No: "later",
		Text: fmt.Sprintf("%s of %s, started %s by %s%s. %s left; accounts already done are skipped.",
			what, words.Plural(len(b.Accounts), "account"), m.times().Minute(b.At),
			hdpclient.Clean(b.By), reason, words.Count(len(b.Remaining()))),
		At:      askUnfinished,
		Answers: map[action.ID]tea.Msg{"resume-batch": resumeMsg{b}, "give-up-batch": askGiveUpMsg{b}},
	})
}

// isOperatorBusy reports whether a dialog would interrupt the operator.
func (m *batches) isOperatorBusy() bool {
	return m.login.isLocked() || !m.stack.IsEmpty() || m.lookup.IsTyping() || m.accounts.isOpening()
}

func (m *batches) takeUnfinished(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case resumeMsg:
		return m.claim(msg.batch), true
	case claimedMsg:
		return m.handleClaim(msg), true
	case unfinishedEndedMsg:
		if msg.err != nil {
			m.say(caution, "Not in the audit log: "+hdpclient.Clean(msg.err.Error()))
		}
		return nil, true
	case askGiveUpMsg:
		return m.stack.PushGated(&confirm.Model{
			Title: "Discard the batch?", Text: "It will not be offered again. Completed changes are kept.",
			Yes: "discard", No: "keep it", OnYes: giveUpMsg(msg),
		}), true
	case giveUpMsg:
		return m.endUnfinished(msg.batch.ID, "given up by the operator"), true
	}
	return nil, false
}

// claim claims a batch before anything of it is read: the question may have been open for long,
// and another console may have resumed the batch since.
func (m *batches) claim(b audit.UnfinishedBatch) tea.Cmd {
	a, err := batch.ParseAction(b.Action)
	if err != nil {
		m.say(caution, words.Capitalize(hdpclient.Clean(b.Action))+" cannot be resumed. Mark the accounts and start again.")
		return nil
	}
	m.claiming = true
	t := m.opts.AuditLog
	return func() tea.Msg {
		b, err := t.ClaimBatch(b.ID)
		return claimedMsg{b, a, err}
	}
}

func (m *batches) handleClaim(c claimedMsg) tea.Cmd {
	m.claiming = false
	switch {
	case c.err != nil:
		m.say(caution, "Not resumed: "+hdpclient.Clean(c.err.Error()))
	case m.isOperatorBusy() || m.batch.dialog != nil:
		m.opts.AuditLog.ReleaseBatch(c.batch.ID)
		m.unfinished = append(m.unfinished, c.batch) // offered again once the operator is not busy
	default:
		return m.resumeBatch(c.batch, c.action)
	}
	return nil
}

// resumeBatch prepares a preview of the rest of a batch that this console has claimed.
func (m *batches) resumeBatch(b audit.UnfinishedBatch, a batch.Action) tea.Cmd {
	d := m.newDialog(m.title(a, len(b.Remaining())), len(b.Remaining()))
	shown := m.stack.PushGated(d) // claiming takes time, and keys typed meanwhile are not for this dialog
	next := m.startPreview(d, new(batch.Rounds), func(ctx context.Context) (*batch.Preparation, error) {
		return batch.Resume(ctx, m.opts.Client, b.Unfinished, m.rights.guard(), m.options()...)
	})
	d.SetReason(b.Reason)
	return tea.Batch(shown, next)
}
