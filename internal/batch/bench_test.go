package batch_test

import (
	"path/filepath"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// BenchmarkAThousandUnlocks is a batch over a line of 50 ms, with the trail on
// disk. The metric is how many times as long it takes as its round trips, which
// are three an account: recheck, PUT, read-back.
func BenchmarkAThousandUnlocks(b *testing.B) {
	const accounts, hands, latency = 1000, 8, 50 * time.Millisecond
	ideal := accounts / hands * 3 * latency
	for b.Loop() {
		b.StopTimer()
		d := newDesk(b)
		tr, err := file.Open(filepath.Join(b.TempDir(), "trail"), file.Identity{})
		if err != nil {
			b.Fatal(err)
		}
		writer := change.NewWriter(b.Context(), d.client, change.WithAuditLog(disk{tr}))
		preview := d.preview(d.locked(accounts), batch.Unlock(), batch.Guard{}, batch.WithConcurrency(hands))
		d.SetLatency(latency)
		b.StartTimer()
		r, err := batch.Start(b.Context(), writer, preview, "INC-4711", batch.WithConcurrency(hands), batch.WithLog(disk{tr}))
		if err != nil {
			b.Fatal(err)
		}
		<-r.Done()
		b.StopTimer()
		if n := batch.Totals(r.Rows()); n[batch.Applied] != accounts {
			b.Fatalf("totals %v", n)
		}
		b.ReportMetric(float64(r.Progress().Elapsed)/float64(ideal), "×ideal")
		d.Close()
		b.StartTimer()
	}
}

// BenchmarkPreview is the draft of as many, over the same line: three reads an
// account.
func BenchmarkPreview(b *testing.B) {
	const accounts, hands, latency = 1000, 8, 50 * time.Millisecond
	d := newDesk(b, hdptest.WithLatency(latency))
	ids := d.locked(accounts)
	for b.Loop() {
		if n := d.preview(ids, batch.Unlock(), batch.Guard{}, batch.WithConcurrency(hands)).Totals(); n[batch.Planned] != accounts {
			b.Fatalf("totals %v", n)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/(accounts*3*latency.Seconds()/hands), "×ideal")
}
