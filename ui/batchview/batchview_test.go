package batchview_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/ui/batchview"
)

// previewOf returns the dialog with a finished preview.
func previewOf(accounts, planned int) *batchview.Model {
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

func typeText(m *batchview.Model, text string) {
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// starts presses enter and reports whether that starts the batch.
func starts(m *batchview.Model) bool {
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
		preview  *batchview.Model
		asks     func(*batchview.Model)
		complete string
	}{
		{"a reason", previewOf(3, 3), func(m *batchview.Model) {
			m.Demands = change.Rules{Reason: change.ReasonRule{Required: true}}.BatchDemands
		}, "INC-1"},
		{"the number", previewOf(20, 11), func(m *batchview.Model) { m.Demands = change.Rules{}.BatchDemands }, "11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.asks(c.preview)
			if starts(c.preview) {
				t.Error("enter starts an incomplete preview")
			}
			typeText(c.preview, c.complete)
			if !starts(c.preview) {
				t.Error("enter does not start the complete preview")
			}
			if starts(c.preview) {
				t.Error("a second enter starts it again")
			}
		})
	}
}

func TestTenAccountsNeedNoTypedNumber(t *testing.T) {
	if !starts(previewOf(20, 10)) {
		t.Error("enter does not start ten")
	}
}

func TestAPreviewWithoutChangesCannotStart(t *testing.T) {
	if starts(previewOf(3, 0)) {
		t.Error("enter starts a preview without changes")
	}
	reading := batchview.New("Unlock", 1)
	reading.StartPreview("Unlock", []batch.Row{{ID: 1, Kind: batch.Planned}}, 0)
	if starts(reading) {
		t.Error("enter starts an unfinished preview")
	}
}
