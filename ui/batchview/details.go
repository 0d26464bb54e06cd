package batchview

import (
	"strings"

	"hdpadmin/internal/batch"
	"hdpadmin/ui/explain"
)

// whole is all there is to say of the current row: what a row has no room for.
func (m *Model) whole() explain.Problem {
	var p explain.Problem
	row := m.account(m.cursor)
	if m.stage < running {
		p = ofDraft(row)
	} else {
		p = ofResult(m.result(m.cursor))
	}
	name := m.name(row)
	p.Title += " · " + name
	if !strings.Contains(p.Lead, name) { // the title may have no room for it
		p.Lead = name + ": " + p.Lead
	}
	return p
}

func ofDraft(r batch.Row) explain.Problem {
	switch {
	case r.Err != nil:
		p := explain.Error(r.Err)
		p.Title, p.Next = "Not read", ""
		return p
	case r.Kind == batch.Planned:
		p := explain.Change(r.Plan, "is now", "will be")
		p.Title, p.Lead, p.Means = "Will change", r.Why+".", sentence(strings.Join(r.Notes, ", "))
		return p
	}
	return explain.Problem{Title: "Left out", Lead: r.Why + ".", Fine: true}
}

func ofResult(r batch.Result) explain.Problem {
	var p explain.Problem
	switch {
	case hasProblem(r):
		p = explain.Outcome(r.Outcome)
	case r.Held != nil:
		p = explain.Error(r.Held)
		p.Title = "Not sent"
	case r.State == batch.LeftOut:
		p = ofDraft(r.Row)
	case r.State == batch.AlreadySo:
		p = explain.Problem{Title: "Already so", Lead: "as it was to be, whoever brought it about.", Fine: true}
	case r.State == batch.Applied:
		p = explain.Change(r.Plan, "was", "is now")
		p.Title, p.Lead, p.Means = "Applied", r.Why+", done and checked.", sentence(besides(r))
	default: // waiting or under way
		p = ofDraft(r.Row)
		p.Title = strings.TrimSuffix(sentence(string(r.State)), ".")
	}
	p.Next = ""
	if r.Failed() {
		p.Next = "What failed can be tried again, all at once, from the results."
	}
	return p
}

// sentence makes one of words in lower case; of none there is none.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:] + "."
}
