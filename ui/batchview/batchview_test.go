package batchview_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/ui/batchview"
)

// draft is the dialog over so many accounts of which some will change, all of them
// read.
func draft(accounts, planned int) *batchview.Model {
	rows := make([]batch.Row, accounts)
	for i := range rows {
		rows[i] = batch.Row{Index: i, ID: int64(i + 1), Kind: batch.NoChange}
		if i < planned {
			rows[i].Kind = batch.Planned
		}
	}
	m := batchview.New("Unlock", accounts)
	m.StartPreview("Unlock", rows, 0)
	m.UpdatePreview(batch.Progress[batch.Row]{Done: accounts, Total: accounts, Ended: true})
	return m
}

func types(m *batchview.Model, text string) {
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// begins presses enter and reports whether that carries out the draft.
func begins(m *batchview.Model) bool {
	cmd := m.Enter()
	if cmd == nil {
		return false
	}
	_, is := cmd().(batchview.StartMsg)
	return is
}

func TestEnterStartsOnlyACompletePreview(t *testing.T) {
	for _, c := range []struct {
		name     string
		draft    *batchview.Model
		asks     func(*batchview.Model)
		complete string
	}{
		{"a reason", draft(3, 3), func(m *batchview.Model) {
			m.CheckReason = func(s string) string {
				if s == "" {
					return "give a reason"
				}
				return ""
			}
		}, "INC-1"},
		{"the number of more than ten", draft(20, 11), func(*batchview.Model) {}, "11"},
		{"the number of one", draft(3, 1), func(m *batchview.Model) { m.MustTypeNumber = true }, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.asks(c.draft)
			if begins(c.draft) {
				t.Error("enter begins it without")
			}
			types(c.draft, c.complete)
			if !begins(c.draft) {
				t.Error("enter does not begin it with all that was asked for")
			}
			if begins(c.draft) {
				t.Error("a second enter begins it twice")
			}
		})
	}
}

func TestTenAccountsNeedNoTypedNumber(t *testing.T) {
	if !begins(draft(20, 10)) {
		t.Error("enter does not begin ten")
	}
}

func TestAPreviewWithoutChangesCannotStart(t *testing.T) {
	if begins(draft(3, 0)) {
		t.Error("enter begins nothing at all")
	}
	reading := batchview.New("Unlock", 1)
	reading.StartPreview("Unlock", []batch.Row{{ID: 1, Kind: batch.Planned}}, 0)
	if begins(reading) {
		t.Error("enter begins what is still being read")
	}
}
