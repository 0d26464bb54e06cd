package ui

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/frame"
)

// backgroundWrite is a write whose dialog was closed early. If it does not end as applied or
// unchanged, it stays here until the operator has seen its outcome.
type backgroundWrite struct {
	form     *changeform.Model
	plan     change.Plan
	progress func() string
	outcome  *change.Outcome // nil while it runs
}

// summary says how far the write is, or how it ended.
func (a *backgroundWrite) summary(times words.Times) string {
	if a.outcome == nil {
		return a.plan.Operation() + ": " + a.progress()
	}
	return a.plan.Operation() + ": " + explain.Outcome(*a.outcome, times).Short
}

// moveToBackground closes a dialog whose write is still running.
func (m *writes) moveToBackground(f *changeform.Model) {
	if !f.Sending() || !m.stack.Close(f) {
		return // it has returned meanwhile
	}
	p := f.Plan()
	m.background[p.Subject().ID] = &backgroundWrite{form: f, plan: p, progress: m.progressOf(p, stageText(change.Checking))}
	m.say(plain, m.about(p.Subject().Name, ": "+p.Operation()+" is still running. You will see the result."))
}

// backgroundOf returns the background write of a closed dialog, or nil.
func (m *writes) backgroundOf(f *changeform.Model) *backgroundWrite {
	for _, a := range m.background {
		if a.form == f {
			return a
		}
	}
	return nil
}

// finishBackground reports an outcome in the status line, since its dialog is gone.
func (m *writes) finishBackground(a *backgroundWrite, o change.Outcome) {
	if isDone(o) {
		delete(m.background, o.Plan.Subject().ID)
		m.sayDone(o)
		return
	}
	if p := explain.Outcome(o, m.times()); p.IsInfo {
		delete(m.background, o.Plan.Subject().ID)
		m.say(plain, p.Lead)
		return
	}
	a.outcome = &o
	m.say(caution, m.about(o.Plan.Subject().Name, ": "+a.summary(m.times())))
}

// hasUnseenOutcome reports whether showBackground would show an outcome.
func (m *writes) hasUnseenOutcome(id int64) bool {
	a := m.background[id]
	return a != nil && a.outcome != nil
}

// showBackground shows the outcome of a background write and reports whether there was one. The
// account is not changed again before the operator has seen it.
func (m *writes) showBackground(id int64) (tea.Cmd, bool) {
	a := m.background[id]
	if a == nil || a.outcome == nil {
		return nil, false
	}
	delete(m.background, id)
	m.stack.Push(a.form)
	return m.showOutcome(a.form, *a.outcome), true
}

func (m *writes) backgroundNote(id int64) (text string, bad bool) {
	a := m.background[id]
	switch {
	case a == nil:
		return m.otherNote(id), false
	case a.outcome == nil:
		return a.summary(m.times()), false
	}
	return a.summary(m.times()) + " · " + m.keycap("open") + " shows details", true
}

func (m *writes) backgroundSigns() map[int64]string {
	signs := make(map[int64]string, len(m.background))
	for id, a := range m.background {
		signs[id] = m.theme.Caution.Render(m.theme.Signs.Ellipsis)
		if a.outcome != nil {
			signs[id] = m.theme.Bad.Render(m.theme.Signs.Bad)
		}
	}
	return signs
}

// backgroundStatus returns a few words for the footer, "" without background writes.
func (m *writes) backgroundStatus() string {
	list, what := m.unreviewed(), "to review"
	if len(list) == 0 {
		list, what = slices.Collect(maps.Values(m.background)), "running"
	}
	switch len(list) {
	case 0:
		return ""
	case 1:
		const room = 20
		name := list[0].plan.Subject().Name.String()
		return frame.Fit(name, min(frame.Width(name), room), m.theme.Signs.Ellipsis) + ": change " + what
	}
	return words.Plural(len(list), "change") + " " + what
}

// unreviewed returns the finished background writes whose outcome the operator has not seen.
func (m *writes) unreviewed() []*backgroundWrite {
	return slices.DeleteFunc(slices.Collect(maps.Values(m.background)), func(a *backgroundWrite) bool { return a.outcome == nil })
}
