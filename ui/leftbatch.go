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
	"hdpadmin/ui/action"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/frame"
)

// The answers to the question what to do with a batch that was left unfinished.
type (
	resumeLeft struct{ batch audit.LeftBatch }
	askGiveUp  struct{ batch audit.LeftBatch }
	giveUpLeft struct{ batch audit.LeftBatch }
)

// claimedMsg is a batch as it was when this console took it over, or why it could not.
type claimedMsg struct {
	batch audit.LeftBatch
	err   error
}

// leftEndedMsg is what became of ending a batch that another console left.
type leftEndedMsg struct{ err error }

// tookLeft takes the batches that other consoles left. One of which everything is
// on record as done lacks its last record alone: it gets that, and is not mentioned.
func (m *Model) tookLeft(left []audit.LeftBatch) tea.Cmd {
	var cmds []tea.Cmd
	for _, b := range left {
		if len(b.Left()) > 0 {
			m.left = append(m.left, b)
		} else {
			cmds = append(cmds, m.record(func(t *audit.Trail) error {
				err := t.EndLeftBatch(b.ID, "written to its end")
				if errors.Is(err, file.ErrTaken) || errors.Is(err, file.ErrHeld) {
					return nil // another console that starts now records the same
				}
				return err
			}))
		}
	}
	return tea.Batch(cmds...)
}

// endLeft records that nothing of another console's batch is to be resumed.
func (m *Model) endLeft(id, why string) tea.Cmd {
	t := m.opts.Trail
	return func() tea.Msg { return leftEndedMsg{t.EndLeftBatch(id, why)} }
}

// endDrafted records that nothing is left of the batch a draft was to go on with: another
// console's, or an earlier round of this one's.
func (m *Model) endDrafted(id, why string) tea.Cmd {
	if m.many.rounds == nil {
		return m.endLeft(id, why)
	}
	return m.record(func(t *audit.Trail) error { return t.BatchEnded(id, why) })
}

// offerLeft asks, once the operator is signed in and at nothing else, what to do
// with the next batch that another console left unfinished. Without an answer it is offered again at the
// next start.
func (m *Model) offerLeft() tea.Cmd {
	if m.acceptedAs == "" || len(m.left) == 0 || m.claiming || m.isBusy() || m.opts.ReadOnly {
		return nil
	}
	b := m.left[0]
	m.left = m.left[1:]
	reason := ""
	if b.Reason != "" {
		reason = ", " + hdpclient.TextOf(b.Reason).String()
	}
	return m.pushGated(&confirm.Choice{
		Title: "An unfinished batch", No: "later",
		Text: fmt.Sprintf("%s of %s, begun %s UTC by %s%s, was not finished: %s left. What is done is not written again.",
			capital(hdpclient.TextOf(b.Action).String()), frame.Counted(len(b.Accounts), "account"), b.At.Format("2006-01-02 15:04"),
			hdpclient.TextOf(b.By), reason, frame.Count(len(b.Left()))),
		At:      askLeft,
		Answers: map[action.ID]tea.Msg{"resume-batch": resumeLeft{b}, "give-up-batch": askGiveUp{b}},
	})
}

// isBusy reports whether the operator is at something that a dialog would interrupt.
func (m *Model) isBusy() bool {
	return m.away != nil || len(m.dialogs) > 0 || m.lookup.Typing() || m.opens()
}

func (m *Model) leftAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case resumeLeft:
		return m.claim(msg.batch), true
	case claimedMsg:
		return m.claimed(msg), true
	case leftEndedMsg:
		if msg.err != nil {
			m.say(caution, "not recorded: "+hdpclient.TextOf(msg.err.Error()).String())
		}
		return nil, true
	case askGiveUp:
		return m.pushGated(&confirm.Model{
			Title: "Give the batch up?", Text: "It will not be offered again. What is done stays done.",
			Yes: "give it up", No: "keep it", OnYes: giveUpLeft(msg),
		}), true
	case giveUpLeft:
		return m.endLeft(msg.batch.ID, "given up by the operator"), true
	}
	return nil, false
}

// claim takes a batch over before anything of it is read: the question may have been open for
// long, and another console may have resumed it since.
func (m *Model) claim(b audit.LeftBatch) tea.Cmd {
	if _, err := batch.ParseAction(b.Action); err != nil {
		m.say(caution, hdpclient.TextOf(b.Action).String()+" cannot be resumed: mark the accounts and start again")
		return nil
	}
	m.claiming = true
	t := m.opts.Trail
	return func() tea.Msg {
		b, err := t.ClaimBatch(b.ID)
		return claimedMsg{b, err}
	}
}

func (m *Model) claimed(c claimedMsg) tea.Cmd {
	m.claiming = false
	switch {
	case c.err != nil:
		m.say(caution, "not resumed: "+hdpclient.TextOf(c.err.Error()).String())
	case m.isBusy() || m.many.dialog != nil:
		m.opts.Trail.BatchLeft(c.batch.ID)
		m.left = append(m.left, c.batch) // offered again once the operator is free
	default:
		return m.resume(c.batch)
	}
	return nil
}

// resume drafts what is left of a batch that this console has claimed.
func (m *Model) resume(b audit.LeftBatch) tea.Cmd {
	a, err := batch.ParseAction(b.Action)
	if err != nil {
		return nil
	}
	d := m.newMany(title(a, len(b.Left())), len(b.Left()))
	shown := m.pushGated(d) // claiming takes time: what was typed meanwhile is not for it
	next := m.drafting(d, new(batch.Rounds), func(ctx context.Context) (*batch.Drafting, error) {
		return batch.Resume(ctx, m.opts.Client, b.Past, m.guard(), m.batchOptions()...)
	})
	d.SetReason(b.Reason)
	return tea.Batch(shown, next)
}
