package batchview

import (
	"strings"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

// details returns everything about the current row, including what the row has no room for.
func (m *Model) details() explain.Problem {
	var p explain.Problem
	row := m.rowAt(m.rows.Cursor())
	if m.stage < running {
		p = previewDetails(row)
	} else {
		p = m.resultDetails(m.resultAt(m.rows.Cursor()))
	}
	name := m.nameOf(row)
	p.Title += " · " + name
	if !strings.Contains(p.Lead, name) { // the title may cut it off
		p.Lead = name + ": " + p.Lead
	}
	return p
}

func previewDetails(r batch.Row) explain.Problem {
	switch {
	case r.Err != nil:
		p := explain.Error(r.Err)
		p.Title, p.Next, p.Hint = "Not read", "", explain.NoHint
		return p
	case r.Kind == batch.Planned:
		p := explain.Changes(r.Plan, "now", "will be")
		p.Title, p.Lead, p.Means = "Will change", r.Why+".", toSentence(strings.Join(r.Notes, ", "))
		return p
	}
	return explain.Problem{Title: "Skipped", Lead: r.Why + ".", IsInfo: true}
}

func (m *Model) resultDetails(r batch.Result) explain.Problem {
	var p explain.Problem
	switch {
	case hasProblem(r):
		p = explain.Outcome(r.Outcome, m.Times)
	case r.Interrupted != nil:
		p = explain.Error(r.Interrupted)
		p.Title = "Not sent"
	case r.State == batch.Skipped:
		p = previewDetails(r.Row)
	case r.State == batch.Unchanged:
		p = explain.Problem{Title: "Unchanged", Lead: "already as requested.", Means: "Someone else or an earlier attempt may have changed it.", IsInfo: true}
	case r.State == batch.Applied:
		p = explain.Changes(r.Plan, "before", "now")
		p.Title, p.Lead, p.Means = "Applied", r.Why+", applied and verified.", toSentence(m.remark(r))
	default: // waiting or running
		p = previewDetails(r.Row)
		p.Title = strings.TrimSuffix(toSentence(string(r.State)), ".")
	}
	p.Next, p.Hint = "", explain.NoHint // its keys are not those of the batch
	if r.Failed() {
		p.Next = "You can retry all failed accounts at once from the results."
	}
	return p
}

func toSentence(text string) string {
	if text == "" {
		return ""
	}
	return words.Capitalize(text) + "."
}
