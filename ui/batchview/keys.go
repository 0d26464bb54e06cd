package batchview

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/ui/action"
	"hdpadmin/ui/stack"
)

// The places of the keys: in the rows of a preview, while the batch runs, and in the results.
// Elsewhere the dialog is a form.
const (
	PlacePreview = action.Dialog + "/preview"
	PlaceRunning = action.Dialog + "/batch"
	PlaceResults = action.Dialog + "/results"
)

// Actions returns the keys of the dialog besides those of every form and dialog.
func Actions() []action.Action[*Model] {
	run, end := []action.Place{PlaceRunning}, []action.Place{PlaceResults}
	return []action.Action[*Model]{
		{
			ID: "preview-form", Former: []action.ID{"draft-form"}, Keys: []string{"tab", "shift+tab"}, Places: []action.Place{PlacePreview}, Short: "form",
			Help: "go back to the form", Run: (*Model).focusForm,
		},
		{
			ID: "batch-pause", Keys: []string{"space"}, Places: run, ShortFunc: (*Model).pauseLabel,
			Help: "pause the batch, or resume it", Also: "continue wait", Run: (*Model).pause,
		},
		{
			ID: "batch-follow", Keys: []string{"f"}, Places: run, ShortFunc: (*Model).followLabel,
			Help: "follow the progress until you move the cursor", Run: (*Model).follow,
		},
		{
			ID: "batch-stop", Keys: []string{"s"}, Places: run, Short: "stop",
			Help: "stop the batch; requests already sent are completed", Also: "cancel abort", Run: (*Model).stop,
		},
		{
			ID: "results-retry", Keys: []string{"n"}, Places: end, Short: "retry",
			Help: "prepare a retry of the failed accounts", Also: "again repeat", Disabled: (*Model).whyNoRetry, Run: func(m *Model) tea.Cmd { return m.send(RetryMsg{m}) },
		},
		{
			ID: "results-filter", Keys: []string{"f"}, Places: end, Short: "filter",
			Help: "filter by outcome; after the last, show all", Run: (*Model).nextState,
		},
		{
			ID: "results-undo", Keys: []string{"z"}, Places: end, Short: "undo",
			Help: "prepare an undo of everything applied", Also: "revert rollback", Disabled: (*Model).whyNoUndo, Run: func(m *Model) tea.Cmd { return m.send(UndoMsg{m}) },
		},
		{
			ID: "results-export", Keys: []string{"x"}, Places: end, Short: "export",
			Help: "export the results as CSV", Also: "save file download excel", Run: func(m *Model) tea.Cmd { return m.send(ExportMsg{m}) },
		},
	}
}

// Place returns the place of the current keys.
func (m *Model) Place() action.Place {
	switch {
	case m.stage == running:
		return PlaceRunning
	case m.stage == ended:
		return PlaceResults
	case m.inRowList():
		return PlacePreview
	}
	return action.Form
}

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	if m.hasCursor() {
		enter = "show"
	}
	switch m.stage {
	case choosing:
		return "preview", "back"
	case preparing:
		return "", "back"
	case asking:
		if enter == "" && m.planned > 0 {
			enter = "apply"
		}
		return enter, "back"
	case ended:
		return enter, "close"
	case starting, running:
	}
	return enter, ""
}

// FieldKeys reports which keys of the form do something now. The rows follow the last field.
func (m *Model) FieldKeys() (next, choose bool) {
	if m.Place() != action.Form || m.stage > asking {
		return false, false
	}
	next, choose = m.form.FieldKeys()
	return next || m.stage == asking, choose
}

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	m.refusal = ""
	if m.stage <= asking {
		m.form.Type(msg)
	}
}

// Move moves the focus through the fields and, after the last, into the rows of the preview. In a run
// and in the results it moves the cursor.
func (m *Model) Move(by int) {
	m.refusal = ""
	switch {
	case m.stage == starting:
	case m.rowsFocused && m.rows.Cursor() == 0 && by == -1:
		m.rowsFocused = false
		m.form.Return()
	case m.inRowList():
		m.moveCursor(by)
	case m.stage == asking && m.form.AtEnd(by):
		m.rowsFocused = true
		m.form.Leave()
		m.rows.SetCursor(m.rows.Nearest(m.rows.Cursor()))
	default:
		m.form.Move(by)
	}
}

func (m *Model) moveCursor(by int) {
	if m.follows {
		m.follows = false
		m.rows.SetCursor(m.newest)
	}
	m.rows.Move(by)
}

// Page scrolls by pages, and moves the cursor if the keys go to the rows.
func (m *Model) Page(by int) {
	m.refusal = ""
	if m.inRowList() {
		m.moveCursor(by * m.rows.PageStep())
	} else {
		m.rows.Scroll.Page(by)
	}
}

// inRowList reports whether the keys go to the rows.
func (m *Model) inRowList() bool { return m.rowsFocused && m.IsPreview() || m.stage > starting }

func (m *Model) hasCursor() bool { return m.inRowList() && !m.follows && m.rows.Len > 0 }

func (m *Model) focusForm() tea.Cmd {
	m.refusal, m.rowsFocused = "", false
	m.form.FocusOn(m.reason)
	return nil
}

func (m *Model) followLabel() string {
	if m.follows {
		return ""
	}
	return "follow"
}

func (m *Model) follow() tea.Cmd {
	m.refusal, m.follows = "", true
	return nil
}

// Esc asks to close the dialog, unless a batch is running.
func (m *Model) Esc() tea.Cmd {
	m.refusal = ""
	switch m.stage {
	case starting: // nothing to stop yet
		return nil
	case running:
		m.refusal = "stop the batch first"
		return nil
	case choosing, preparing, asking, ended:
	}
	return stack.Leave(m)
}

// AskOnClose returns the question to ask before the dialog is closed, "" for none.
func (m *Model) AskOnClose() (title, text string) {
	if m.stage > asking || !m.form.Dirty() {
		return "", ""
	}
	return "Leave the preview?", "What you typed will be lost. Nothing was sent."
}

// Enter goes to the next stage if nothing is missing.
func (m *Model) Enter() tea.Cmd {
	m.refusal = ""
	switch {
	case m.hasCursor():
		return m.send(DetailsMsg{m, m.details()})
	case m.stage == choosing:
		return m.sendExpiry()
	case m.stage == preparing:
		m.refusal = "still reading the accounts"
	case m.stage == asking:
		return m.start()
	case m.stage == running:
		m.refusal = "↑ ↓ choose an account"
	}
	return nil
}

func (m *Model) sendExpiry() tea.Cmd {
	at, ok := m.expires.Input()
	if !ok {
		m.refusal = "type a date, +30d, tomorrow or never"
		return nil
	}
	return m.send(ExpiryMsg{m, at})
}

func (m *Model) start() tea.Cmd {
	if m.planned == 0 {
		m.refusal = "nothing to change"
		return nil
	}
	answers := change.Answers{Reason: m.reason.Value(), Number: m.number.Value()}
	if unmet := m.demands().Unmet(answers); unmet != nil {
		m.refusal = unmet.Why
		m.form.FocusOn(m.reason)
		if unmet.Demand == change.NumberDemand {
			m.form.FocusOn(m.number)
		}
		return nil
	}
	m.stage = starting
	return m.send(StartMsg{m, answers})
}

func (m *Model) pauseLabel() string {
	if m.paused {
		return "resume"
	}
	return "pause"
}

func (m *Model) pause() tea.Cmd {
	m.refusal = ""
	return m.send(PauseMsg{m, !m.paused})
}

func (m *Model) stop() tea.Cmd {
	m.refusal, m.stopping = "", true
	return m.send(StopMsg{m})
}

func (m *Model) whyNoRetry() string {
	if m.failed == 0 {
		return "nothing failed"
	}
	return ""
}

func (m *Model) whyNoUndo() string {
	if m.states[batch.Applied] == 0 {
		return "nothing was applied"
	}
	return ""
}

// nextState filters the results by the next state; after the last it shows all.
func (m *Model) nextState() tea.Cmd {
	present := m.presentStates()
	next := slices.Index(present, m.only) + 1
	m.only, m.shown, m.rows.Len = "", nil, len(m.results)
	if next < len(present) {
		m.only = present[next]
		for i, r := range m.results {
			if r.State == m.only {
				m.shown = append(m.shown, i)
			}
		}
		m.rows.Len = len(m.shown)
	}
	m.rows.SetCursor(0)
	return nil
}

func (m *Model) send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
