package ui

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/search"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
)

// newConsole returns a console of 120×36 with that many accounts and without a server.
func newConsole(tb testing.TB, accounts int) *Model {
	tb.Helper()
	client, err := hdpclient.New("http://127.0.0.1:1")
	if err != nil {
		tb.Fatal(err)
	}
	m, err := New(tb.Context(), Options{
		Client: client, Writer: change.NewWriter(tb.Context(), client),
		Theme: theme.Dark(), Clock: clock.System(nil),
	})
	if err != nil {
		tb.Fatal(err)
	}
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	m.lookup.SetSnapshot(manyAccounts(accounts))
	return m
}

func manyAccounts(n int) *search.Snapshot {
	first := []string{"alice", "boris", "camille", "dieter", "elena", "farid", "greta", "hugo", "ines", "jamal"}
	last := []string{"smith", "kovac", "jansen", "mishra", "nielsen", "okafor", "price", "reyes", "silva", "tanaka"}
	var b search.Builder
	now := time.Now().UTC().Truncate(time.Second)
	for i := range n {
		info := hdpclient.StatusInfo{Status: hdpclient.Status(min(1, i%50))}
		if i%1000 == 0 {
			info.AccountLocked = hdpclient.Some(true)
			info.AccountLockedUntil = hdpclient.Some(hdpclient.At(now.Add(time.Duration(i) * time.Second)))
		}
		b.Add(account.Account{
			ID: int64(i + 1), TenantID: int64(i % 7), TenantName: hdpclient.TextOf(fmt.Sprintf("Tenant %d", i%7)),
			Name: hdpclient.TextOf(fmt.Sprintf("%s.%s%d", first[i%10], last[i/10%10], i/100)),
		}.WithStatus(info).WithPassword(hdpclient.PasswordInfo{
			PasswordStatus:     hdpclient.PasswordActive,
			PasswordExpiration: hdpclient.Some(hdpclient.At(now.Add(time.Duration(i%100-5) * 24 * time.Hour))),
		}))
	}
	b.AsOf = now
	return b.Finish()
}

// press presses a key and draws the frame, which is what the operator waits for.
func press(m *Model, key tea.KeyPressMsg) string {
	m.Update(key)
	return m.View().Content
}

func letter(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }

// BenchmarkTypedLetter measures a letter typed into the search field up to the next frame, over
// 100,000 accounts, for the queries with the most and the fewest matches.
func BenchmarkTypedLetter(b *testing.B) {
	for _, word := range []string{"a", "smith", "xqz", "al sm 12", "locked:no expires:<30d i"} {
		b.Run(word, func(b *testing.B) {
			m := newConsole(b, 100_000)
			m.accounts.startSearch()
			var took []time.Duration
			for b.Loop() {
				for _, r := range word {
					start := time.Now()
					press(m, letter(r))
					took = append(took, time.Since(start))
				}
				b.StopTimer()
				press(m, tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
				b.StartTimer()
			}
			slices.Sort(took)
			at := func(q float64) float64 {
				return float64(took[min(len(took)-1, int(math.Ceil(q*float64(len(took)))))].Microseconds()) / 1000
			}
			b.ReportMetric(at(0.5), "ms/p50")
			b.ReportMetric(at(0.99), "ms/p99")
		})
	}
}

// BenchmarkCursorMove and those below must not depend on the number of accounts.
func BenchmarkCursorMove(b *testing.B) { overSizes(b, letter('j'), nothing) }

func BenchmarkPage(b *testing.B) { overSizes(b, tea.KeyPressMsg{Code: tea.KeyPgDown}, nothing) }

func BenchmarkFrame(b *testing.B) { overSizes(b, tea.KeyPressMsg{Code: tea.KeyF20}, nothing) }

// BenchmarkFrameOfMarks has every account marked and one of them shown.
func BenchmarkFrameOfMarks(b *testing.B) {
	overSizes(b, tea.KeyPressMsg{Code: tea.KeyF20}, func(m *Model) {
		m.lookup.MarkShown()
		m.accounts.startSearch()
		m.lookup.Type(tea.PasteMsg{Content: "alice.smith0"})
	})
}

// BenchmarkFrameOfNone has a query without a match in the view, but with matches in others.
func BenchmarkFrameOfNone(b *testing.B) {
	overSizes(b, tea.KeyPressMsg{Code: tea.KeyF20}, func(m *Model) {
		m.lookup.SetView(search.MustChange)
		m.accounts.startSearch()
		m.lookup.Type(tea.PasteMsg{Content: "smith"})
	})
}

// BenchmarkFrameOfCompletion has a qualifier that can be completed.
func BenchmarkFrameOfCompletion(b *testing.B) {
	overSizes(b, tea.KeyPressMsg{Code: tea.KeyF20}, func(m *Model) {
		m.accounts.startSearch()
		m.lookup.Type(tea.PasteMsg{Content: "role:"})
	})
}

// BenchmarkFrameOfPreview and those below have a row for every account in the batch dialog.
func BenchmarkFrameOfPreview(b *testing.B) {
	overSizes(b, tea.KeyPressMsg{Code: tea.KeyF20}, showPreview)
}

func BenchmarkFrameOfBatch(b *testing.B) {
	overSizes(b, tea.KeyPressMsg{Code: tea.KeyF20}, showRunning)
}

// BenchmarkStepOfBatch handles one account after the other.
func BenchmarkStepOfBatch(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := newConsole(b, n)
			showRunning(m)
			all := m.batches.batch.dialog.Results()
			for i := 0; b.Loop(); i++ {
				r := all[i%n]
				r.State = batch.Applied
				m.batches.batch.dialog.UpdateRun(batch.Progress[batch.Result]{Changed: []batch.Result{r}, Done: i % n, Total: n})
				m.View()
			}
		})
	}
}

// BenchmarkCursorMoveInResults moves the cursor in the results of a batch.
func BenchmarkCursorMoveInResults(b *testing.B) {
	overSizes(b, letter('j'), func(m *Model) {
		showRunning(m)
		d := m.batches.batch.dialog
		d.ShowResults("", d.Results(), nil)
	})
}

// BenchmarkMarkAll marks every account and unmarks it.
func BenchmarkMarkAll(b *testing.B) { overSizes(b, letter('*'), nothing) }

func nothing(*Model) {}

func showPreview(m *Model) {
	rows := make([]batch.Row, m.lookup.Len())
	for i := range rows {
		rows[i] = batch.Row{Index: i, ID: m.lookup.Snapshot().At(i).ID, Kind: batch.Planned}
	}
	d := m.batches.newDialog("", len(rows))
	m.stack.Push(d)
	m.batches.batch.dialog = d
	d.StartPreview("", rows, 0)
	d.UpdatePreview(batch.Progress[batch.Row]{Ended: true})
}

func showRunning(m *Model) {
	showPreview(m)
	results := make([]batch.Result, m.lookup.Len())
	for i := range results {
		results[i] = batch.Result{Row: batch.Row{Index: i, ID: int64(i + 1)}, State: batch.Waiting}
	}
	m.batches.batch.dialog.StartRun(results)
}

var sizes = []int{1_000, 100_000, 1_000_000}

func overSizes(b *testing.B, key tea.KeyPressMsg, given func(*Model)) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := newConsole(b, n)
			given(m)
			m.View()
			for b.Loop() {
				press(m, key)
			}
		})
	}
}
