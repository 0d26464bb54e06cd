package batchview

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
)

// Where the keys of the dialog work: in the rows of the draft, while accounts are
// written to, and once that has ended. Else it is a form.
const (
	Draft    = action.Dialog + "/draft"
	UnderWay = action.Dialog + "/batch"
	Ended    = action.Dialog + "/results"
)

// Actions are the keys of the dialog besides those of every form and dialog.
func Actions() []action.Action[*Model] {
	run, end := []action.Place{UnderWay}, []action.Place{Ended}
	return []action.Action[*Model]{
		{
			ID: "draft-form", Keys: []string{"tab", "shift+tab"}, Places: []action.Place{Draft}, Words: "form",
			Help: "back to what is to be typed", Run: (*Model).toForm,
		},
		{
			ID: "batch-pause", Keys: []string{"space"}, Places: run, Word: (*Model).pauseWord,
			Help: "begin no further account, or go on", Run: (*Model).pause,
		},
		{
			ID: "batch-follow", Keys: []string{"f"}, Places: run, Word: (*Model).followWord,
			Help: "keep the account in view that was begun last, until you move", Run: (*Model).follow,
		},
		{
			ID: "batch-stop", Keys: []string{"s"}, Places: run, Words: "stop",
			Help: "begin no further account for good; what was sent is waited for", Run: (*Model).stop,
		},
		{
			ID: "results-retry", Keys: []string{"n"}, Places: end, Words: "retry",
			Help: "draft anew what failed", Off: (*Model).whyNoRetry, Run: func(m *Model) tea.Cmd { return m.send(Retry{m}) },
		},
		{
			ID: "results-filter", Keys: []string{"f"}, Places: end, Words: "filter",
			Help: "show those alone that ended one way, then the next, at last all", Run: (*Model).nextState,
		},
		{
			ID: "results-undo", Keys: []string{"z"}, Places: end, Words: "undo",
			Help: "draft what takes back what was applied", Off: (*Model).whyNoUndo, Run: func(m *Model) tea.Cmd { return m.send(Undo{m}) },
		},
		{
			ID: "results-export", Keys: []string{"x"}, Places: end, Words: "export",
			Help: "write the results to a file, as CSV", Run: func(m *Model) tea.Cmd { return m.send(Export{m}) },
		},
	}
}

// Place implements the dialog.
func (m *Model) Place() action.Place {
	switch {
	case m.stage == running:
		return UnderWay
	case m.stage == ended:
		return Ended
	case m.choosesRows():
		return Draft
	}
	return action.Form
}

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	if m.hasCursor() {
		enter = "show"
	}
	switch m.stage {
	case choosing:
		return "go on", "back"
	case drafting:
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

// Type takes a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	m.refusal = ""
	if m.stage <= asking {
		m.form.Type(msg)
	}
}

// Move moves the focus by fields, from the last of them into the rows of the draft
// and back; while accounts are written to and afterwards the cursor by rows.
func (m *Model) Move(by int) {
	m.refusal = ""
	switch {
	case m.stage == starting:
	case m.inRows && m.cursor == 0 && by == -1:
		m.inRows = false
		m.form.Return()
	case m.choosesRows():
		m.step(by)
	case m.stage == asking && m.form.AtEnd(by):
		m.inRows = true
		m.form.Leave()
		m.cursor = max(m.top, min(m.cursor, m.top+m.page-1))
	default:
		m.form.Move(by)
	}
}

// step moves the cursor by rows.
func (m *Model) step(by int) {
	if m.follows {
		m.follows, m.cursor = false, m.newest
	}
	m.cursor = max(0, min(m.cursor+by, m.len()-1))
}

// Page scrolls by pages, and takes the cursor along where the keys are the rows'.
func (m *Model) Page(by int) {
	m.refusal = ""
	by *= frame.Page(m.page)
	if m.choosesRows() {
		m.step(by)
	} else {
		m.top = max(0, m.top+by)
	}
}

// choosesRows reports whether the keys move in the rows.
func (m *Model) choosesRows() bool { return m.inRows && m.Drafts() || m.stage > starting }

// hasCursor reports whether one of the rows is the current one.
func (m *Model) hasCursor() bool { return m.choosesRows() && !m.follows && m.len() > 0 }

func (m *Model) toForm() tea.Cmd {
	m.refusal, m.inRows = "", false
	m.form.FocusOn(m.reason)
	return nil
}

func (m *Model) followWord() string {
	if m.follows {
		return ""
	}
	return "follow"
}

func (m *Model) follow() tea.Cmd {
	m.refusal, m.follows = "", true
	return nil
}

// Esc asks to leave, but not while accounts are written to.
func (m *Model) Esc() tea.Cmd {
	m.refusal = ""
	switch m.stage {
	case starting: // nothing to stop yet
		return nil
	case running:
		m.refusal = "it goes on until it is stopped"
		return nil
	case choosing, drafting, asking, ended:
	}
	return m.send(Leave{m})
}

// Enter goes on to the next stage, if nothing is missing.
func (m *Model) Enter() tea.Cmd {
	m.refusal = ""
	switch {
	case m.hasCursor():
		return m.send(Show{m, m.whole()})
	case m.stage == choosing:
		return m.choose()
	case m.stage == drafting:
		m.refusal = "the accounts are still being read"
	case m.stage == asking:
		return m.confirm()
	case m.stage == running:
		m.refusal = "↑ ↓ choose an account"
	}
	return nil
}

func (m *Model) choose() tea.Cmd {
	at, ok := m.expires.Input()
	if !ok {
		m.refusal = "type a date, +30d, tomorrow or never"
		return nil
	}
	return m.send(Choose{m, at})
}

func (m *Model) confirm() tea.Cmd {
	switch {
	case m.planned == 0:
		m.refusal = "there is nothing to change"
	case m.Reason != nil && m.Reason(m.reason.Value()) != "":
		m.refusal = m.Reason(m.reason.Value())
		m.form.FocusOn(m.reason)
	case m.asksNumber() && m.number.Value() != fmt.Sprint(m.planned):
		m.refusal = fmt.Sprintf("type %d first: so many accounts will change", m.planned)
		m.form.FocusOn(m.number)
	default:
		m.stage = starting
		return m.send(Go{m, m.reason.Value()})
	}
	return nil
}

func (m *Model) pauseWord() string {
	if m.paused {
		return "go on"
	}
	return "pause"
}

func (m *Model) pause() tea.Cmd {
	m.refusal = ""
	return m.send(Pause{m, !m.paused})
}

func (m *Model) stop() tea.Cmd {
	m.refusal, m.stopping = "", true
	return m.send(Stop{m})
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

// nextState shows the results of the next state alone, and after the last all.
func (m *Model) nextState() tea.Cmd {
	m.top, m.cursor, m.shown = 0, 0, nil
	there := m.there()
	next := slices.Index(there, m.only) + 1
	if next == len(there) {
		m.only = ""
		return nil
	}
	m.only = there[next]
	for i, r := range m.results {
		if r.State == m.only {
			m.shown = append(m.shown, i)
		}
	}
	return nil
}

func (m *Model) send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
