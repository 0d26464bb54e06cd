package ui

import (
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/frame"
)

// aside is a write whose dialog was left before its outcome was known. Where that is
// not what was wanted, it waits here until the operator looks at it.
type aside struct {
	form     *changeform.Model
	plan     change.Plan
	progress func() string
	ended    *change.Outcome // nil while it goes on
}

// lasts reports whether a write to the account takes so long that its dialog may be
// left.
func (m *Model) lasts(id int64) bool {
	w, busy := m.busy(id)
	return busy && w.Took >= long
}

// watched says what came back for a write to the account whose outcome is looked for.
func (m *Model) watched(id int64) []string {
	if w, busy := m.busy(id); busy && w.Watched {
		return explain.Unconfirmed(w.Latest)
	}
	return nil
}

// busy is the write to the account that is under way.
func (m *Model) busy(id int64) (change.Running, bool) {
	writes := m.opts.Writer.InFlight()
	i := slices.IndexFunc(writes, func(r change.Running) bool { return r.Plan.Subject().ID == id })
	if i < 0 {
		return change.Running{}, false
	}
	return writes[i], true
}

// setAside leaves a dialog whose write goes on.
func (m *Model) setAside(f *changeform.Model) {
	if !f.Sending() || !m.dropped(f) {
		return // it has been answered meanwhile
	}
	p := f.Plan()
	m.asides[p.Subject().ID] = &aside{form: f, plan: p, progress: m.progress(p, stage(change.Checking))}
	m.say(plain, m.about(p.Subject().Name, ": "+p.Operation()+" goes on; you are told what comes of it"))
}

// asideOf is the write whose dialog was left, nil if it was not.
func (m *Model) asideOf(f *changeform.Model) *aside {
	for _, a := range m.asides {
		if a.form == f {
			return a
		}
	}
	return nil
}

// asideEnded tells of an outcome without a dialog: the operator is at something
// else.
func (m *Model) asideEnded(a *aside, o change.Outcome) {
	if done(o) {
		delete(m.asides, o.Plan.Subject().ID)
		m.sayDone(o)
		return
	}
	if p := explain.Outcome(o); p.IsInfo {
		delete(m.asides, o.Plan.Subject().ID)
		m.say(plain, p.Lead)
		return
	}
	a.ended = &o
	m.say(caution, m.about(o.Plan.Subject().Name, ": "+a.words()))
}

// words are how far the write is, or what came of it.
func (a *aside) words() string {
	if a.ended == nil {
		return a.plan.Operation() + ": " + a.progress()
	}
	return a.plan.Operation() + ": " + explain.Outcome(*a.ended).Short
}

// lookAside shows the outcome of a write whose dialog was left, and reports whether
// there was one: nothing more is done to the account before it has been seen.
func (m *Model) lookAside(id int64) (tea.Cmd, bool) {
	a := m.asides[id]
	if a == nil || a.ended == nil {
		return nil, false
	}
	delete(m.asides, id)
	m.push(a.form)
	return m.showOutcome(a.form, *a.ended), true
}

// aboutAside is what the account pane says of such a write.
func (m *Model) aboutAside(id int64) (words string, bad bool) {
	a := m.asides[id]
	switch {
	case a == nil:
		return "", false
	case a.ended == nil:
		return a.words(), false
	}
	return a.words() + " · " + m.keycap("open") + " shows more", true
}

// asideSigns are the signs of such writes in the list.
func (m *Model) asideSigns() map[int64]string {
	signs := make(map[int64]string, len(m.asides))
	for id, a := range m.asides {
		signs[id] = m.theme.Caution.Render(m.theme.Signs.Ellipsis)
		if a.ended != nil {
			signs[id] = m.theme.Bad.Render(m.theme.Signs.Bad)
		}
	}
	return signs
}

// unseenAsides are those that have ended and were not looked at.
func (m *Model) unseenAsides() []*aside {
	return slices.DeleteFunc(slices.Collect(maps.Values(m.asides)), func(a *aside) bool { return a.ended == nil })
}

// asideState is the word on such writes beside the keys, "" where there are none.
func (m *Model) asideState() string {
	list, what := m.unseenAsides(), "to look at"
	if len(list) == 0 {
		list, what = slices.Collect(maps.Values(m.asides)), "under way"
	}
	switch len(list) {
	case 0:
		return ""
	case 1:
		const room = 20
		name := list[0].plan.Subject().Name.String()
		return frame.Fit(name, min(frame.Width(name), room), m.theme.Signs.Ellipsis) + ": a change " + what
	}
	return frame.Counted(len(list), "change") + " " + what
}

// whyUnderWay says so where a change of the account goes on.
func (m *Model) whyUnderWay() string {
	id, ok := m.current()
	if w, busy := m.busy(id); ok && busy {
		return w.Plan.Operation() + " is under way, " + stage(w.Stage)
	}
	return ""
}

func done(o change.Outcome) bool { return o.Kind == change.Applied && o.RecordErr == nil }

func (m *Model) sayDone(o change.Outcome) {
	words := ": " + o.Plan.Operation() + ", stored and checked at " + o.At.Format(time.TimeOnly) + " UTC"
	if names := o.Plan.Volatile(); len(names) > 0 {
		words += ", but for " + strings.Join(names, ", ") + ", which changes on its own"
	}
	m.say(good, m.about(o.Plan.Subject().Name, words))
}
